"""Folders that cannot be entered, or written in: no command dies of one, and each tells of it with what helps."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import boto3  # noqa: F401 - loaded once, not by each command
import pytest
from support.desk import until
from support.kept_out import as_ordinary_person, belongs_to_another
from support.needs import linux

from tray.aws.cache.files import token_path, write_document
from tray.cli import main
from tray.command_line import COMMANDS
from tray.core.session.status import derive
from tray.core.view.render import Scene, render
from tray.core.words.times import local_time
from tray.disk.looking import entries
from tray.paths import find_paths
from tray.resident.reader import Reader

pytestmark = linux

CONFIG = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer

[profile old]
sso_start_url = https://legacy.awsapps.com/start
sso_region = us-east-1
sso_account_id = 444455556666
sso_role_name = Reader

[profile con]
login_session = arn:aws:iam::012345678901:user/alice
"""

OPTIONS = {
    "status": ["", "--json", "--short", "dev"],
    "login": ["dev --no-browser --timeout 1", "dev --new --no-browser --timeout 1"],
    "renew": ["dev", "dev --force"],
    "logout": ["con", "--all"],
    "profiles": ["", "--json", "dev"],
    "use": ["dev", "--undo"],
    "portal": ["dev --print", "--profile dev --console --print"],
    "credentials": ["dev"],
    "exec": ["dev -- no-such-program"],
    "setup": ["--session new --start-url https://d-9876543210.awsapps.com/start --region eu-west-1 --all"],
    "doctor": ["--json", "--report"],
    "autostart": ["status"],
    "settings": ["", "--json"],
    "shell": ["bash"],
}
"""What each command is tried with; one that is not here is tried with no option."""

LEFT_OUT = {"run", "demo", "open", "wsl"}
"""The icon and the pages (`tests/pages`) have tests of their own; a demo has a home of its own; WSL is not here."""


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: object
    out: str
    err: str


def run(command: str, out: io.StringIO | None = None) -> Ended:
    out, err = out or io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: object = main(shlex.split(command))
        except SystemExit as ended:
            code = ended.code
        except BaseException as error:  # noqa: BLE001 - which is what must not be
            code = repr(error)
    return Ended(code, out.getvalue(), err.getvalue())


def every_command() -> list[str]:
    names = [name for name in COMMANDS if name not in LEFT_OUT]
    return [f"{name} {options}" for name in names for options in OPTIONS.get(name, [""])] + ["complete zsh -- login ''"]


def foreign(*place: str, mode: int = 0o700) -> Callable[[Path], None]:
    return lambda home: belongs_to_another(home.joinpath(*place), mode)


def of_mode(mode: int, *place: str) -> Callable[[Path], None]:
    return lambda home: home.joinpath(*place).chmod(mode)


STATE = (".local", "state", "sso-tray")
FOLDERS = {
    "aws-without-x": of_mode(0o644, ".aws"),
    "aws-of-another": foreign(".aws"),
    "sso-of-another": foreign(".aws", "sso"),
    "cache-without-x": of_mode(0o600, ".aws", "sso", "cache"),
    "cache-of-another-to-read": foreign(".aws", "sso", "cache", mode=0o755),
    "cli-of-another": foreign(".aws", "cli"),
    "login-of-another": foreign(".aws", "login"),
    "local-of-another": foreign(".local"),
    "state-of-another": foreign(*STATE),
    "state-of-another-to-read": foreign(*STATE, mode=0o755),
    "config-of-another": foreign(".config"),
    "settings-of-another": foreign(".config", "sso-tray"),
    "home-without-x": of_mode(0o600),
    **{f"{name}-of-another": foreign(*STATE, name) for name in ("sign-ins", "renew", "logins", "log")},
}
"""What is done to the home; the names say what."""


@pytest.fixture
def furnished(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with two sign-ins that hold, in which nothing goes over the network."""
    for service in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("PATH", str(home / "work"))  # No AWS CLI is asked for its version: that takes seconds.
    runtime = home / "runtime"
    for folder in (".aws/sso/cache", ".aws/cli/cache", ".local/state/sso-tray", ".config/sso-tray", "runtime", "work"):
        (home / folder).mkdir(parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.chdir(home / "work")
    (home / ".aws" / "config").write_text(CONFIG)
    for key in ("corp", "https://legacy.awsapps.com/start"):
        write_document(
            token_path(home / ".aws" / "sso" / "cache", key),
            {"accessToken": "a-token", "region": "eu-central-1", "expiresAt": "2099-01-01T00:00:00Z"},
        )
    yield home
    for each in (home, *home.rglob("*")):
        if each.is_dir():
            each.chmod(0o700)


@pytest.mark.parametrize("spoil", FOLDERS.values(), ids=FOLDERS)
def test_no_command_dies_of_a_folder_that_keeps_it_out(furnished: Path, spoil: Callable[[Path], None]) -> None:
    spoil(furnished)
    ended = as_ordinary_person(lambda: [(command, run(command)) for command in every_command()])

    for command, how in ((command, Ended(*how)) for command, how in ended):
        assert how.code in {0, 1, 3, 4, 5}, (command, how)
        assert "No AWS sign-in is set up" not in how.out + how.err, (command, how)
        assert "to write a new one" not in how.out + how.err, (command, how)


@pytest.mark.parametrize(
    ("spoil", "said", "hint"),
    [
        (of_mode(0o644, ".aws"), "The folder {}/.aws cannot be entered: its mode is 644", "chmod u+rwx {}/.aws"),
        (foreign(".aws", "sso"), "The folder {}/.aws/sso cannot be entered: it belongs to {owner}", "{}/.aws/sso"),
        (foreign(".aws", "cli"), "The folder {}/.aws/cli cannot be entered: it belongs to {owner}", "{}/.aws/cli"),
        (foreign(".config"), "The folder {}/.config cannot be entered: it belongs to {owner}", "{}/.config"),
        (foreign(*STATE), "The folder {}/.local/state/sso-tray cannot be entered: it belongs to {owner}", "sso-tray"),
        (
            foreign(".aws", "sso", "cache", mode=0o755),
            "Nothing can be written in the folder {}/.aws/sso/cache: it belongs to {owner}",
            "{}/.aws/sso/cache",
        ),
        (of_mode(0o500, ".aws", "sso"), "", ""),  # The cache in there takes files all the same.
        (
            of_mode(0o500, *STATE),
            "Nothing can be written in the folder {}/.local/state/sso-tray: its mode is 500",
            "chmod u+rwx {}/.local/state/sso-tray",
        ),
    ],
)
def test_the_doctor_names_the_folder_its_owner_and_the_command(
    furnished: Path, spoil: Callable[[Path], None], said: str, hint: str
) -> None:
    if os.geteuid() != 0 and "{owner}" in said:
        pytest.skip("only the superuser may give folders away")
    spoil(furnished)
    ended = Ended(*as_ordinary_person(lambda: run("doctor")))

    about = [line[2:] for line in ended.out.splitlines() if "cannot be entered" in line or "Nothing can" in line]
    assert about == ([said.format(furnished, owner="nobody")] if said else [])
    assert hint.format(furnished) in ended.out
    if "{owner}" in said:
        command = next(line for line in ended.out.splitlines() if "chown" in line).partition("Take it back: ")[2]
        assert shlex.split(command)[:4] == ["sudo", "chown", "-R", "root"]


@pytest.mark.parametrize(
    ("spoil", "tooltip"),
    [
        (of_mode(0o644, ".aws"), "SSO Tray · unreadable"),
        (foreign(".aws"), "SSO Tray · unreadable"),
        (foreign(".aws", "sso"), "corp · unreadable"),
        (of_mode(0o600, ".aws", "sso", "cache"), "corp · unreadable"),
        (foreign(*STATE), "corp · signed in until"),
    ],
)
def test_the_menu_says_that_the_folder_cannot_be_entered(
    furnished: Path, spoil: Callable[[Path], None], tooltip: str
) -> None:
    spoil(furnished)

    def look() -> tuple[str, list[str], list[str]]:
        snapshot, settings = Reader(find_paths()).read()
        now = datetime.now(UTC)
        view = render(Scene(snapshot, derive(snapshot, settings, now), settings), now, local_time)
        return view.tooltip, [item.label for item in view.menu], [problem.hint for problem in snapshot.problems]

    told, labels, hints = as_ordinary_person(look)
    assert told.startswith(tooltip)
    assert len([label for label in labels if label.startswith("! The folder ")]) == 1
    assert not any("No AWS sign-in" in label for label in labels)
    assert not any("write a new one" in hint for hint in hints)


def test_the_icon_comes_although_our_own_folders_keep_it_out(furnished: Path) -> None:
    for folder in (STATE, (".config",)):
        foreign(*folder)(furnished)

    def start() -> Ended:
        out = io.StringIO()
        threading.Thread(target=end_once_told, args=(out,), daemon=True).start()
        return run("run --foreground-status", out)

    def end_once_told(out: io.StringIO) -> None:
        until(lambda: "corp" in out.getvalue(), seconds=30)
        os.kill(os.getpid(), signal.SIGTERM)

    ended = Ended(*as_ordinary_person(start))
    assert ended.code == 0, ended
    assert "corp · signed in until" in ended.out
    assert entries(furnished / "runtime")  # There two starts find each other.
