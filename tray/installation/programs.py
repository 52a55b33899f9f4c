"""Tells by which programs this installation is started, and what has become of one that was written down."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import tray
from tray.core.dataclass import dataclass
from tray.core.message import Message
from tray.core.words import autostart as autostart_words
from tray.disk.looking import is_file, is_folder, is_there

_SCRIPT = re.compile(rb"""#![ \t]*(?:/bin/sh\n'''exec' )?(?:"(.+?)"|'(.+?)'|(\S+))""")
"""A script and its interpreter; where the path is long or has a space, pip and uv have a shell start that."""

_BEGINNING = 1024
"""Bytes of a script that are looked at."""

_LONGEST_ON_WINDOWS = 250
"""Characters; a command line in the Run key has 260 at most (Microsoft: "Run and RunOnce Registry Keys")."""

_UNFIT = re.compile(r"[\0-\x1f%\ud800-\udfff]")
"""What no entry can hold. GLib (2.74) finds no program with a percent sign, however that is written."""


@dataclass(frozen=True, slots=True)
class Installation:
    """This program, as the system sees it."""

    programs: tuple[Path, ...]
    """The programs by which this very installation is started; the first by the most lasting path there is."""

    obstacle: Message | None = None
    """Why no entry could start it at the next login; None where one can."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command line for an entry that starts it at login; only without an obstacle."""
        return (str(self.programs[0]), "run")

    def owns(self, program: Path) -> bool:
        """Tell whether a program, by whatever path, starts this installation."""
        return any(_same_program(program, own) for own in self.programs)


def find_installation() -> Installation:
    """Find out by which programs the one that runs is started. Reads a few file names, and changes nothing."""
    programs = _image() or _own_programs()
    if not programs:
        return Installation((), autostart_words.NOT_INSTALLED())
    first = programs[0]
    if ".app/Contents/MacOS/" in first.as_posix():
        # An app that was downloaded and not moved runs from a copy of the day ("translocation", since macOS 10.12).
        if "AppTranslocation" in first.parts or (first.parts[1:2] == ("Volumes",) and _is_read_only(first)):
            return Installation(programs, autostart_words.NOT_IN_APPLICATIONS())
    else:
        first = _most_lasting(first)
    unfit = _UNFIT.search(str(first)) or (sys.platform == "win32" and len(str(first)) > _LONGEST_ON_WINDOWS)
    return Installation((first, *programs), autostart_words.UNFIT_PATH(program=first) if unfit else None)


def find_program(name: str) -> Path | None:
    """Find the program that a command names; None where it has gone, or is a script whose Python has."""
    found = which(name)
    if found is None:
        return None
    with suppress(OSError), Path(found).open("rb") as file:
        script = _SCRIPT.match(file.read(_BEGINNING))
        interpreter = Path(os.fsdecode(script[script.lastindex or 0]) if script else "")
        if interpreter.is_absolute() and not is_there(interpreter):
            return None
    return Path(found)


def which(name: str) -> str | None:
    """Do what `shutil.which` does; to import that takes half a megabyte, most of it for compressing archives."""
    if sys.platform == "win32":
        import shutil  # noqa: PLC0415 - see above; which endings a program has is its business

        return shutil.which(name)
    folders = [""] if os.path.dirname(name) else os.get_exec_path()  # noqa: PTH120 - a path would lose "./"
    paths = (os.path.join(folder, name) for folder in folders)  # noqa: PTH118 - the same
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)  # noqa: PTH113


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _image() -> tuple[Path, ...]:
    """Give the AppImage that we run from: it is mounted elsewhere at each start."""
    image, mounted = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    # A terminal that is such an image itself hands its variables down to all that it starts.
    inside = _is_frozen() and image and mounted and Path(mounted) in Path(sys.executable).parents
    return (Path(image),) if image and inside else ()


def _own_programs() -> tuple[Path, ...]:
    """
    List our programs where installers put them; on Windows the one without a console window first.

    The folder of a Python's scripts is some levels above that of its packages: ``lib/python3.12/site-packages`` and
    ``bin``, or ``Lib/site-packages`` and ``Scripts``. A source folder used in place has its script beside Python.
    """
    names = ("sso-tray-gui.exe", "sso-tray.exe") if sys.platform == "win32" else ("sso-tray",)
    beside, package = Path(sys.executable).parent, Path(tray.__file__).parent
    if _is_frozen():
        return tuple(beside / name for name in names)
    above = package.parents[1:4] if package.parent.name in {"site-packages", "dist-packages"} else ()
    folders = [folder / ("Scripts" if sys.platform == "win32" else "bin") for folder in above]
    return tuple(folder / name for name in names for folder in (*folders, beside) if is_file(folder / name))


def _most_lasting(program: Path) -> Path:
    """
    Find the path for a program that will outlive an upgrade.

    pipx, uv, Homebrew and packages of a distribution expose a link in a folder of the PATH, and may replace what it
    leads to; so does a person who keeps several bundles.
    """
    search = [Path(folder) for folder in os.get_exec_path()]
    # Where launchd starts us, Homebrew's folder on Apple silicon is not in the PATH.
    homebrew = [Path("/opt/homebrew/bin")] if sys.platform == "darwin" else []
    folders = (Path.home() / ".local" / "bin", *homebrew, Path("/usr/local/bin"), Path("/usr/bin"), *search)
    exposed = [folder / program.name for folder in folders if folder.is_absolute()]
    started_as = Path(os.path.abspath(sys.argv[0] or program))  # noqa: PTH100 - links must stay
    return next((path for path in (*exposed, started_as) if _same_program(path, program)), program)


def _is_read_only(path: Path) -> bool:
    """Tell a disk image, which is mounted to be read alone, from another disk, which a person may keep programs on."""
    if sys.platform == "win32":
        return False
    with suppress(OSError):
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return True


def _same_program(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one program, or to copies of one launcher: pipx and uv make those on Windows."""
    try:
        if one.samefile(other):
            return True
        launchers = one.suffix.lower() == ".exe" and one.name.lower() == other.name.lower()
        # A frozen program does its work with what lies beside it: a copy elsewhere is another installation.
        bundled = is_folder(one.parent / "_internal") or is_folder(other.parent / "_internal")
        return launchers and not bundled and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
