"""Where things are: the files of ``~/.aws``, and our own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tray.core.dataclass import dataclass
from tray.disk import native
from tray.disk.looking import is_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

APPLICATION = "sso-tray"
CONFIG_VARIABLE, CREDENTIALS_VARIABLE = "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"
"""Each names another file than the usual one of ``~/.aws``."""

IN_DEMO = "SSO_TRAY_DEMO"
"""A variable that is set in the demo's processes, whose home is gone at the next login."""

LOGIN_PAGE = ".page.json"
"""Ends the name of a file that tells which page a login has open."""

NOTE = ".note"
"""Ends the name of a file that one tray of a person leaves for another."""

APPLICATION_ID = "io.github.sso_tray.SsoTray"
"""What desktops call it: the name of its entries, and of its bundle on macOS."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Every path that the program reads or writes."""

    aws_config: Path
    """``~/.aws/config``, or what ``AWS_CONFIG_FILE`` says."""

    aws_credentials: Path
    """``~/.aws/credentials``, or what ``AWS_SHARED_CREDENTIALS_FILE`` says."""

    sso_cache: Path
    """Tokens and client registrations; follows the home directory alone (docs/facts: Where the files are)."""

    settings_file: Path
    """``settings.toml`` in our config folder."""

    state: Path
    """Folder of ``state.json``, ``sign-ins``, ``backups``, ``renew`` and ``lock``."""

    log_file: Path
    """``sso-tray.log`` in our log folder."""

    login_cache: Path
    """What ``aws login`` keeps: ``~/.aws/login/cache``, or what ``AWS_LOGIN_CACHE_DIRECTORY`` says."""

    site_settings: tuple[Path, ...] = ()
    """
    ``settings.toml`` in each config folder of the site, the most important first (``XDG_CONFIG_DIRS``).

    On Linux that of ``/etc/xdg`` is always among them, so that no variable puts what it enforces out of force.
    """

    @property
    def cli_cache(self) -> Path:
        """Role credentials that the AWS CLI keeps; follows the home directory as `sso_cache` does."""
        return self.sso_cache.parent.parent / "cli" / "cache"

    @property
    def config_variable(self) -> str:
        """The variable that names the config file; empty where that is the usual one."""
        return "" if self.aws_config == self.sso_cache.parent.parent / "config" else CONFIG_VARIABLE

    @property
    def renewal_locks(self) -> Path:
        """Folder of our lock files, one for each token file that is being renewed."""
        return self.state / "renew"

    @property
    def sign_in_records(self) -> Path:
        """Folder of what our commands heard from AWS of each sign-in, and did to it; a file each."""
        return self.state / "sign-ins"

    @property
    def logins(self) -> Path:
        """Folder of the logins that run now: whose turn it is, and which page is open."""
        return self.state / "logins"

    @property
    def memory_file(self) -> Path:
        """What the resident program remembers between runs."""
        return self.state / "state.json"

    @property
    def meeting(self) -> Path:
        """
        Folder in which the processes of this program find each other: the state folder.

        Where nothing can be written there, a folder of the person's session: its disk may be mounted read-only, or a
        command with sudo has left it to another user (docs/facts: Folders that keep out).
        """
        if _takes_files(self.state):
            return self.state
        runtime = os.environ.get("TMPDIR" if sys.platform == "darwin" else "XDG_RUNTIME_DIR")  # this user's alone
        return Path(runtime, APPLICATION) if runtime else self.state

    @property
    def lock_file(self) -> Path:
        """Held by the tray that speaks for all trays of this person."""
        return self.meeting / "lock"

    @property
    def sessions(self) -> Path:
        """Folder of what the trays of one person tell each other, and of a lock for each session that has one."""
        return self.meeting / "sessions"

    @property
    def switches(self) -> Path:
        """What the switches of the default profile replaced, so that each can be undone."""
        return self.state / "switches.json"

    @property
    def offered(self) -> Path:
        """Folder of what each access portal was seen to offer, so that what is new can be told; a file each."""
        return self.state / "offered"

    @property
    def last_sync(self) -> Path:
        """What the last ``setup --sync`` replaced, so that it can be undone."""
        return self.state / "sync.json"

    @property
    def backups(self) -> Path:
        """Earlier versions of the files in ``~/.aws`` that we replaced."""
        return self.state / "backups"


def find_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """
    Find every path, as botocore finds those in ``~/.aws`` and as the system wishes for our own.

    Args:
        environ: Where ``AWS_CONFIG_FILE``, ``AWS_SHARED_CREDENTIALS_FILE`` and ``AWS_LOGIN_CACHE_DIRECTORY`` are
            looked up. The home directory and, on Linux, the XDG folders are those of this process.
    """
    ours = _own_folders()
    aws = Path.home() / ".aws"
    return Paths(
        aws_config=_from_environment(environ, CONFIG_VARIABLE, aws / "config"),
        aws_credentials=_from_environment(environ, CREDENTIALS_VARIABLE, aws / "credentials"),
        sso_cache=aws / "sso" / "cache",
        settings_file=ours.config / "settings.toml",
        state=ours.state,
        log_file=ours.log / f"{APPLICATION}.log",
        login_cache=_from_environment(environ, "AWS_LOGIN_CACHE_DIRECTORY", aws / "login" / "cache"),
        site_settings=tuple(folder / "settings.toml" for folder in ours.site_config),
    )


def _takes_files(folder: Path) -> bool:
    """Tell whether files can be made in a folder, or it can be made, as far as its mode and its disk tell."""
    there = next((each for each in (folder, *folder.parents) if is_folder(each)), None)
    return there is None or (os.access(there, os.W_OK | os.X_OK) and not native.is_on_read_only_disk(there))


class _OwnFolders(NamedTuple):
    config: Path
    state: Path
    log: Path
    site_config: tuple[Path, ...]


def _own_folders() -> _OwnFolders:
    """
    Find our own folders, as platformdirs does without variables.

    On Linux by the three variables of the XDG Base Directory Specification: to load platformdirs, with all that it
    needs for what we do not ask, was 9 % of what a prompt waits for, and 0.8 MB of the tray. On macOS by none: a shell
    may have them, and the tray that the Finder or a login starts never does, so both would have folders of their own,
    and two trays would run.
    """
    if sys.platform == "darwin":
        library = Path.home() / "Library"
        ours = library / "Application Support" / APPLICATION
        site = Path("/Library/Application Support", APPLICATION)
        return _OwnFolders(ours, ours, library / "Logs" / APPLICATION, (site,))
    if sys.platform == "linux":
        config, state = _xdg("XDG_CONFIG_HOME", ".config"), _xdg("XDG_STATE_HOME", ".local/state")
        sites = [path for path in os.environ.get("XDG_CONFIG_DIRS", "").split(":") if path.startswith("/")]
        return _OwnFolders(
            config / APPLICATION,
            state / APPLICATION,
            state / APPLICATION / "log",
            tuple(dict.fromkeys(Path(path, APPLICATION) for path in (*sites, "/etc/xdg"))),
        )
    from platformdirs import PlatformDirs  # noqa: PLC0415 - on Windows alone

    found = PlatformDirs(APPLICATION, appauthor=False, multipath=True)
    sites = tuple(map(Path, found.site_config_dir.split(os.pathsep)))
    return _OwnFolders(found.user_config_path, found.user_state_path, found.user_log_path, sites)


def _xdg(variable: str, in_home: str) -> Path:
    """Look up a folder; a relative one is to be ignored."""
    path = os.environ.get(variable, "")
    return Path(path) if path.startswith("/") else Path.home() / in_home


def from_home(text: str) -> str:
    """Shorten the paths in a text that is to be short: ``~`` stands for the person's home, which has their name."""
    return text.replace(f"{Path.home()}{os.sep}", f"~{os.sep}")


def home_environment(home: Path) -> dict[str, str]:
    """
    Name the variables by which a process takes a folder for the person's home, on every system: with these, all that
    `find_paths` finds is in there.
    """
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        # Windows tells its folders itself; platformdirs can be told otherwise.
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(home / "AppData" / "Local"),
        "WIN_PD_OVERRIDE_COMMON_APPDATA": str(home / "ProgramData"),
    }


def _from_environment(environ: Mapping[str, str], variable: str, otherwise: Path) -> Path:
    """Expand ``~`` and ``$NAME``, as botocore does with these variables."""
    value = environ.get(variable)
    if not value:
        return otherwise
    # Path.expanduser raises where there is no such user; botocore then looks for a file of that very name.
    return Path(os.path.expanduser(os.path.expandvars(value)))  # noqa: PTH111
