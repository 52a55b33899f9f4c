"""A config of any size, and what is no config at all, keeps no command and no lock for long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands.conftest import CONFIG, Terminal
from support.needs import posix

from tray.disk.lock import locked
from tray.paths import find_paths

_COMMANDS = (("status",), ("profiles",), ("use", "dev"), ("use", "--undo"), ("login",), ("whoami",), ("doctor",))
_SETUP = ("setup", "--session", "new", "--start-url", "https://n.awsapps.com/start", "--region", "us-east-1", "--all")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


def _in_time(terminal: Terminal, *arguments: str) -> int:
    """Run a command that might wait for ever."""
    codes: list[int] = []
    running = threading.Thread(target=lambda: codes.append(terminal.run(*arguments)), daemon=True)
    running.start()
    running.join(20)
    assert codes, arguments
    return codes[0]


@posix
@pytest.mark.parametrize("make", [_fifo, _zero, _folder])
@pytest.mark.parametrize("which", ["config", "credentials"])
def test_what_is_no_file_is_refused_at_once_and_no_lock_is_held(
    terminal: Terminal, which: str, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = terminal.home / ".aws" / which
    path.unlink(missing_ok=True)
    make(path)
    monkeypatch.setattr(
        "tray.commands.asking_aws.take_interrupts", lambda: None
    )  # there are none beside the main thread

    for arguments in (*_COMMANDS, _SETUP) if which == "config" else (("status",), ("doctor",)):
        code = _in_time(terminal, *arguments)
        said = terminal.out + terminal.err
        assert str(path) in said, arguments
        assert "folder" in said if make is _folder else "no plain file" in said
        if which == "config":
            assert code == (1 if arguments == ("doctor",) else 3), arguments

    with locked(find_paths({}).state / "aws-config.lock", sleep=lambda _seconds: pytest.fail("the lock is held")):
        pass


@pytest.mark.parametrize("which", ["config", "credentials"])
def test_a_file_of_300_megabytes_is_refused_before_it_is_read(terminal: Terminal, which: str) -> None:
    path = terminal.home / ".aws" / which
    with path.open("ab") as file:
        file.truncate(300 << 20)  # takes no room
    began = time.process_time()

    for arguments in _COMMANDS[:4]:
        assert terminal.run(*arguments) == 3
        assert f"{path} is not read: it has 300 MB" in terminal.out + terminal.err
    assert time.process_time() - began < 2
    assert path.stat().st_size == 300 << 20


def test_sixty_thousand_profiles_are_worked_with_while_a_person_waits(terminal: Terminal) -> None:
    profile = "[profile account-{0:05}-Admin]\nsso_session = corp\nsso_account_id = {0:012}\nsso_role_name = Admin\n\n"
    terminal.config.write_text(CONFIG + "".join(profile.format(number) for number in range(60_000)))
    before = terminal.config.read_bytes()
    began = time.process_time()

    assert terminal.run("status", "account-59999-Admin") == 1
    assert terminal.run("profiles", "account-31415-Admin", "--json") == 0
    assert terminal.json["profiles"][0]["account"] == "000000031415"
    assert terminal.run("use", "account-31415-Admin") == 0
    assert terminal.run("use", "--undo") == 0
    assert terminal.config.read_bytes() == before
    assert time.process_time() - began < 15  # a quarter of that on the slowest machine that was tried


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[profile x\nregion = y\n", "in line 1, [profile x has no closing bracket"),
        (f"{CONFIG}[profile x\n", f"in line {CONFIG.count(chr(10)) + 1}, [profile x has no closing bracket"),
    ],
)
def test_a_header_without_its_bracket_is_named_with_its_line(terminal: Terminal, text: str, told: str) -> None:
    terminal.config.write_text(text)

    for arguments in (("status",), ("use", "x"), ("login", "x")):
        assert terminal.run(*arguments) == 3
        assert told in terminal.out + terminal.err
        assert "Write [profile x] there." in terminal.out + terminal.err
    assert terminal.config.read_text() == text
