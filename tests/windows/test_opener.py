"""Browser commands by Windows' own quoting, programs by its registry, and the editor of a file."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import winreg
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import until
from support.needs import is_wine

from tray.desktop import browser
from tray.desktop.windows import command_line, opener
from tray.settings.keys import TEMPLATE

URL = "https://d-1234567890.awsapps.com/start/#/console?account_id=1&role_name=A%20B"
_APP_PATHS = r"Software\Microsoft\Windows\CurrentVersion\App Paths"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  ", []),
        ("firefox --new-window %s", ["firefox", "--new-window", "%s"]),
        ('chrome --profile-directory="Profile 1" %s', ["chrome", "--profile-directory=Profile 1", "%s"]),
        (r'"C:\Program Files\Vivaldi\vivaldi.exe" %s', [r"C:\Program Files\Vivaldi\vivaldi.exe", "%s"]),
        (r'chrome "--user-data-dir=C:\My Data\\" %s', ["chrome", "--user-data-dir=C:\\My Data\\", "%s"]),
        ("firefox -P 'it''s' %s", ["firefox", "-P", "'it''s'", "%s"]),
        (r'firefox -P "a \"quoted\" name"', ["firefox", "-P", 'a "quoted" name']),
    ],
)
def test_a_command_is_split_as_windows_splits_it(line: str, words: list[str]) -> None:
    assert command_line.split(line) == words


def test_what_python_puts_together_is_taken_apart_again() -> None:
    words = ["a.exe", "", "with space", 'with "quotes"', "ends\\", "with space\\", '\\"', "ü用户"]
    assert command_line.split(subprocess.list2cmdline(words)) == words


@pytest.fixture
def registered() -> Iterator[str]:
    name = "sso-tray-test-browser.exe"
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, f"{_APP_PATHS}\\{name}") as key:
        winreg.SetValueEx(key, "", 0, winreg.REG_SZ, f'"{sys.executable}"')
    yield name
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, f"{_APP_PATHS}\\{name}")


def test_a_program_is_found_in_the_registry_with_and_without_its_ending(registered: str) -> None:
    assert command_line.find_program(registered) == sys.executable
    assert command_line.find_program(registered.removesuffix(".exe")) == sys.executable
    assert browser.is_found(f"{registered.removesuffix('.exe')} --new-window %s")
    assert command_line.find_program("sso-tray-no-such-program") is None
    assert command_line.find_program(rf"C:\nowhere\{registered}") is None


def test_a_browser_gets_its_arguments_and_the_link_as_they_were_meant(registered: str, tmp_path: Path) -> None:
    script, said = tmp_path / "writes down.py", tmp_path / "said"
    script.write_text("import pathlib, sys\npathlib.Path(sys.argv[1]).write_text('\\n'.join(sys.argv[2:]))\n")
    name = registered.removesuffix(".exe")

    assert browser.open_url(URL, f'{name} "{script}" "{said}" --profile-directory="Profile 1" %s')

    until(lambda: said.exists() and said.read_text())
    assert said.read_text() == f"--profile-directory=Profile 1\n{URL}"


def test_the_examples_of_the_settings_are_toml_and_commands() -> None:
    examples = [line.strip("# ;,.") for line in TEMPLATE.splitlines() if "%s" in line]
    commands = [
        tomllib.loads(f"x = {line[line.index(quote) : line.rindex(quote) + 1]}")["x"]
        for line in (each.split(";")[0].split("such as ")[-1].split("quotes: ")[-1] for each in examples)
        for quote in (line[0],)
    ]
    assert [command_line.split(command)[-1] for command in commands] == ["%s"] * 3
    assert command_line.split(commands[1])[0].endswith("vivaldi.exe")
    assert command_line.split(commands[2])[1] == "--profile-directory=Profile 1"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(os, "startfile", lambda target: found.append(f"start {target}"))
    monkeypatch.setattr(opener, "start", lambda command: bool(found.append(" ".join(command))) or True)
    return found


def test_a_file_of_a_kind_that_nothing_opens_opens_in_notepad(tried: list[str]) -> None:
    assert opener.open_text_file(Path("settings.sso-tray-unknown"))
    assert tried == ["notepad.exe settings.sso-tray-unknown"]


@pytest.mark.skipif(not is_wine(), reason="on Windows only an administrator may say what opens a kind for everybody")
def test_a_file_of_a_kind_that_a_program_opens_is_left_to_windows(tried: list[str]) -> None:
    kind, program = r"Software\Classes\.sso-tray-known", r"Software\Classes\SsoTrayTest"
    for path, value in ((kind, "SsoTrayTest"), (rf"{program}\shell\open\command", f'"{sys.executable}" "%1"')):
        with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, path) as key:
            winreg.SetValueEx(key, "", 0, winreg.REG_SZ, value)
    try:
        assert opener.open_text_file(Path("settings.sso-tray-known"))
    finally:
        for path in (rf"{program}\shell\open\command", rf"{program}\shell\open", rf"{program}\shell", program, kind):
            winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, path)
    assert tried == ["start settings.sso-tray-known"]
