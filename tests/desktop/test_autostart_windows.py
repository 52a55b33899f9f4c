"""Starting at login on Windows: the Run key, and what Task Manager says of it. Runs under Wine too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "win32":
    pytest.skip("the registry is Windows'", allow_module_level=True)

import winreg

from support.registry import PrivateRunKey, private_run_key

from tray.core.autostart import Standing
from tray.desktop.autostart import LoginStart
from tray.desktop.windows.autostart import VALUE, find_entries, words_of
from tray.installation.programs import Installation


@pytest.fixture
def key() -> Iterator[PrivateRunKey]:
    made = private_run_key()
    yield made
    made.close()


@pytest.fixture
def start(key: PrivateRunKey, tmp_path: Path) -> LoginStart:
    program = tmp_path / "Пользователь 家" / "SSO Tray" / "sso-tray-gui.exe"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"MZ")
    return LoginStart(key, Installation((program,)))


def put(path: str, data: Any, kind: int) -> None:
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
        winreg.SetValueEx(key, VALUE, 0, kind, data)


def value(path: str) -> object:
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
        return winreg.QueryValueEx(key, VALUE)[0]


def test_the_path_is_quoted_whole(start: LoginStart, key: PrivateRunKey) -> None:
    start.turn_on()

    assert value(key.run) == f'"{start.installation.programs[0]}" run'


@pytest.mark.parametrize(
    ("first", "standing"), [(2, Standing.ON), (6, Standing.ON), (3, Standing.OFF), (7, Standing.OFF)]
)
def test_what_task_manager_turned_off_is_off(
    start: LoginStart, key: PrivateRunKey, first: int, standing: Standing
) -> None:
    start.turn_on()
    put(key.approved, bytes([first]) + bytes(11), winreg.REG_BINARY)

    assert start.state().standing is standing


def test_turning_it_on_counts_more_than_what_task_manager_said_before(start: LoginStart, key: PrivateRunKey) -> None:
    start.turn_on()
    put(key.approved, bytes([3]) + bytes(11), winreg.REG_BINARY)

    assert start.turn_on().standing is Standing.ON
    with pytest.raises(FileNotFoundError):
        value(key.approved)


@pytest.mark.parametrize(("data", "kind"), [(7, winreg.REG_DWORD), (b"\1", winreg.REG_BINARY), ("", winreg.REG_SZ)])
def test_a_value_that_is_no_command_is_broken_and_can_be_written_anew(
    start: LoginStart, key: PrivateRunKey, data: object, kind: int
) -> None:
    put(key.run, data, kind)

    assert start.state().standing is Standing.BROKEN
    assert start.turn_on().standing is Standing.ON


def test_an_empty_or_odd_word_of_task_manager_is_no_word(start: LoginStart, key: PrivateRunKey) -> None:
    start.turn_on()
    for data, kind in ((b"", winreg.REG_BINARY), ("03", winreg.REG_SZ)):
        put(key.approved, data, kind)
        assert start.state().standing is Standing.ON


def test_variables_in_the_value_are_expanded(start: LoginStart, key: PrivateRunKey, tmp_path: Path) -> None:
    put(key.run, r'"%SYSTEMROOT%\sso-tray-gui.exe" run', winreg.REG_EXPAND_SZ)

    assert "%" not in start.state().command[0]


def test_the_value_is_named_after_the_program_and_lies_in_the_persons_own_key() -> None:
    entries = find_entries()

    assert VALUE == "SSO Tray"
    assert entries.run == r"Software\Microsoft\Windows\CurrentVersion\Run"
    assert entries.files == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r'"C:\Program Files\SSO Tray\sso-tray-gui.exe" run', (r"C:\Program Files\SSO Tray\sso-tray-gui.exe", "run")),
        (r"C:\Program Files\SSO Tray\sso-tray-gui.exe run", (r"C:\Program Files\SSO Tray\sso-tray-gui.exe", "run")),
        (r"C:\venv\python.exe -P -m tray run", (r"C:\venv\python.exe", "-P", "-m", "tray", "run")),
        ("notepad", ("notepad",)),
        ('""', ()),
        (' "unclosed', ()),
        ("", ()),
    ],
)
def test_command_lines_are_read_as_windows_would(line: str, words: tuple[str, ...]) -> None:
    assert words_of(line) == words


def test_what_is_written_is_read_back(key: PrivateRunKey) -> None:
    for command in (("C:\\a b\\x.exe", "run"), ("C:\\п 家\\sso-tray-gui.exe", "-v", "run")):
        key.write(command)
        assert key.read().command == command
