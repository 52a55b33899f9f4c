"""``sso-tray autostart``: on, off, and how it stands, in words and for programs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands.conftest import Terminal

from tray.core.words import autostart as autostart_words
from tray.installation.programs import Installation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere what starts at login is not in a home alone")


@pytest.fixture(autouse=True)
def nothing_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))


@pytest.fixture
def entry(home: Path) -> Path:
    return home / ".config" / "autostart" / "io.github.sso_tray.SsoTray.desktop"


def test_on_status_off_status(terminal: Terminal, entry: Path) -> None:
    assert terminal.run("autostart", "status") == 1
    assert terminal.out == "SSO Tray does not start at login.\n"

    assert terminal.run("autostart", "on") == 0
    assert (terminal.out, terminal.err) == ("", f"SSO Tray starts at login from now on ({entry}).\n")
    assert terminal.run("autostart", "status") == 0
    assert terminal.out == f"SSO Tray starts at login ({entry}).\n"

    assert terminal.run("autostart", "off") == 0
    assert (terminal.out, terminal.err) == ("", "SSO Tray no longer starts at login.\n")
    assert terminal.run("autostart", "status") == 1
    assert not entry.exists()


def test_json_has_always_the_same_keys(terminal: Terminal, entry: Path) -> None:
    assert terminal.run("autostart", "status", "--json") == 1
    assert terminal.json == {"schema": 1, "state": "off", "entry": None, "command": [], "problem": None}

    assert terminal.run("autostart", "on", "--json") == 0
    on = terminal.json
    assert (on["state"], on["entry"], on["problem"]) == ("on", str(entry), None)
    assert on["command"][-1] == "run"
    assert terminal.run("autostart", "status", "--json") == 0
    assert terminal.json == on

    assert terminal.run("autostart", "off", "--json") == 0
    assert terminal.json["state"] == "off"


@pytest.fixture
def broken(terminal: Terminal, entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\nType=Application\nName=x\nExec=/gone/sso-tray run\n")


@pytest.mark.usefixtures("broken")
def test_what_is_broken_ends_with_3_and_says_what_to_do(terminal: Terminal, entry: Path) -> None:
    assert terminal.run("autostart", "status") == 3
    assert "/gone/sso-tray is not there any more" in terminal.out
    assert "sso-tray autostart on" in terminal.out

    assert terminal.run("autostart", "status", "--json") == 3
    assert terminal.json["state"] == "broken"
    assert set(terminal.json["problem"]) == {"title", "hint"}
    assert "/gone" in entry.read_text(), "looking changes nothing"


@pytest.mark.usefixtures("broken")
def test_the_doctor_finds_it_and_puts_it_right_when_told_to(terminal: Terminal) -> None:
    terminal.run("doctor")
    assert "sso-tray doctor --fix autostart" in terminal.out

    assert terminal.run("doctor", "--fix", "autostart") == 0
    assert "starts at login from now on" in terminal.err
    assert terminal.run("autostart", "status") == 0
    assert terminal.run("doctor", "--fix", "autostart") == 2, "it is right by now"
    terminal.run("doctor")
    assert "✓ SSO Tray starts at login" in terminal.out


def test_a_place_that_cannot_be_written_to_ends_with_5(terminal: Terminal, home: Path) -> None:
    (home / ".config").write_text("in the way")

    assert terminal.run("autostart", "on") == 5
    title, hint = terminal.err.splitlines()
    assert str(home / ".config") in title
    assert hint


def test_a_program_that_login_would_not_find_ends_with_5(
    terminal: Terminal, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Installation((), obstacle=autostart_words.NOT_INSTALLED())
    monkeypatch.setattr("tray.desktop.autostart.find_installation", lambda: source)

    assert terminal.run("autostart", "on") == 5
    assert "pipx install FOLDER" in terminal.err
    assert not entry.exists()


def test_the_words_are_completed_and_others_refused(terminal: Terminal) -> None:
    assert terminal.run("complete", "zsh", "autostart", "") == 0
    assert terminal.out.split() == ["on", "off", "status"]
    assert terminal.run("autostart", "perhaps") == 2
