"""Starting at login on macOS: the LaunchAgent's file, with ``launchctl`` faked. Not run on macOS."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.executables import make_program

from tray.core.autostart import Standing
from tray.desktop.autostart import LoginStart
from tray.installation.programs import Installation

if os.name != "posix":
    pytest.skip("a LaunchAgent needs a user id", allow_module_level=True)

from tray.desktop.macos import autostart
from tray.desktop.macos.autostart import LaunchAgent

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL = "io.github.sso_tray.SsoTray"


class Launchd:
    """A stand-in for ``launchctl``, in the words of one of its versions."""

    def __init__(self, words: str = "disabled") -> None:
        self.words = words
        self.disabled = False
        self.asked: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> str:
        self.asked.append(list(arguments))
        if arguments[0] == "enable":
            self.disabled = False
        return f'\tdisabled services = {{\n\t\t"{LABEL}" => {self.words}\n\t}}\n' if self.disabled else ""


@pytest.fixture
def launchd() -> Launchd:
    return Launchd()


@pytest.fixture
def start(tmp_path: Path, launchd: Launchd) -> LoginStart:
    program = make_program(tmp_path / "Applications" / "SSO Tray.app" / "Contents" / "MacOS" / "sso-tray")
    agent = LaunchAgent((tmp_path / "Library" / "LaunchAgents" / f"{LABEL}.plist",), "gui/501", launchd)
    return LoginStart(agent, Installation((program,)))


def test_the_agent_starts_once_in_the_persons_own_session_and_names_the_app(start: LoginStart) -> None:
    start.turn_on()

    assert plistlib.loads(start.entries.files[0].read_bytes()) == {
        "Label": LABEL,
        "ProgramArguments": list(start.installation.command),
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",
        "AssociatedBundleIdentifiers": [LABEL],
    }


@pytest.mark.parametrize("words", ["disabled", "true"])
def test_what_the_system_settings_disabled_is_off_until_it_is_turned_on(
    start: LoginStart, launchd: Launchd, words: str
) -> None:
    start.turn_on()
    launchd.words, launchd.disabled = words, True

    assert start.state().standing is Standing.OFF
    assert start.turn_on().standing is Standing.ON
    assert ["enable", f"gui/501/{LABEL}"] in launchd.asked


def test_no_program_is_started_or_ended_by_a_change(start: LoginStart, launchd: Launchd) -> None:
    start.turn_on()
    start.turn_off()

    assert {arguments[0] for arguments in launchd.asked} <= {"enable", "print-disabled"}


@pytest.mark.parametrize(
    ("agent", "standing"),
    [
        ({"Disabled": True}, Standing.OFF),
        ({"RunAtLoad": False}, Standing.OFF),
        ({"ProgramArguments": []}, Standing.BROKEN),
        ({"ProgramArguments": [1]}, Standing.BROKEN),
        ({"ProgramArguments": "sso-tray"}, Standing.BROKEN),
    ],
)
def test_what_others_wrote_into_it_counts(start: LoginStart, agent: dict[str, object], standing: Standing) -> None:
    start.turn_on()
    written = plistlib.loads(start.entries.files[0].read_bytes())
    start.entries.files[0].write_bytes(plistlib.dumps({**written, **agent}))

    assert start.state().standing is standing
    assert start.turn_on().standing is Standing.ON


def test_a_binary_property_list_is_read(start: LoginStart) -> None:
    start.turn_on()
    written = plistlib.loads(start.entries.files[0].read_bytes())
    start.entries.files[0].write_bytes(plistlib.dumps(written, fmt=plistlib.FMT_BINARY))

    assert start.state().standing is Standing.ON


@pytest.mark.parametrize(
    "content",
    [b"", b"not a list", b"<plist><dict>", b"bplist00\xff\xff", b"<plist><array/></plist>"],
)
def test_a_file_that_is_no_agent_is_told_and_can_be_written_anew(start: LoginStart, content: bytes) -> None:
    start.entries.files[0].parent.mkdir(parents=True)
    start.entries.files[0].write_bytes(content)

    assert start.repair().standing is Standing.BROKEN
    assert start.entries.files[0].read_bytes() == content
    assert start.turn_on().standing is Standing.ON


def test_a_launchctl_that_is_not_there_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(autostart, "_LAUNCHCTL", str(tmp_path / "launchctl"))

    assert autostart.ask_launchctl(["print-disabled", "gui/501"]) == ""


def test_the_agent_is_in_the_persons_own_library(home: Path) -> None:
    file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    assert autostart.find_entries() == LaunchAgent((file,), f"gui/{os.getuid()}")
