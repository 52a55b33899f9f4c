"""Starting at login on macOS: the LaunchAgent's file, with ``launchctl`` faked. Not run on macOS."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from support.executables import make_program

from tray.core.autostart import Standing
from tray.core.errors import AutostartProblem
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


class ServiceManagement:
    """``SMAppService``, which keeps the switches of the Login Items by itself."""

    def __init__(self) -> None:
        self.status: int | None = None

    def __call__(self, file: Path) -> int | None:
        return self.status


@pytest.fixture
def services() -> ServiceManagement:
    return ServiceManagement()


@pytest.fixture
def launchd() -> Launchd:
    return Launchd()


@pytest.fixture
def start(tmp_path: Path, launchd: Launchd, services: ServiceManagement) -> LoginStart:
    program = make_program(tmp_path / "Applications" / "SSO Tray.app" / "Contents" / "MacOS" / "sso-tray")
    agent = LaunchAgent((tmp_path / "Library" / "LaunchAgents" / f"{LABEL}.plist",), "gui/501", launchd, services)
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


def test_what_is_switched_off_among_the_login_items_is_off_and_it_is_said_where_to_switch_it_on(
    start: LoginStart, services: ServiceManagement
) -> None:
    start.turn_on()
    services.status = 2

    state = start.state()
    assert (state.standing, state.problem) == (Standing.OFF, None)
    assert state.note is not None
    assert "Login Items" in state.note.hint
    with pytest.raises(AutostartProblem, match="switched off"):
        start.turn_on()


@pytest.mark.parametrize("status", [None, 0, 1, 3])
def test_any_other_word_of_the_system_leaves_what_the_file_says(
    start: LoginStart, services: ServiceManagement, status: int | None
) -> None:
    """An agent that was just written is not known to it yet."""
    start.turn_on()
    services.status = status

    assert start.state().standing is Standing.ON
    start.turn_off()
    assert start.state().standing is Standing.OFF


def test_service_management_is_asked_about_the_agents_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    objc, foundation = ModuleType("objc"), ModuleType("Foundation")
    loaded: list[str] = []
    service = SimpleNamespace(statusForLegacyURL_=lambda url: {("file", str(tmp_path)): 2}[url])
    classes = {"SMAppService": service}
    vars(objc).update(
        loadBundle=lambda _name, _names, bundle_path: loaded.append(bundle_path), lookUpClass=classes.__getitem__
    )
    vars(foundation).update(NSURL=SimpleNamespace(fileURLWithPath_=lambda path: ("file", path)))
    monkeypatch.setitem(sys.modules, "objc", objc)
    monkeypatch.setitem(sys.modules, "Foundation", foundation)

    assert autostart.ask_service_management(tmp_path) == 2
    assert loaded == ["/System/Library/Frameworks/ServiceManagement.framework"]
    classes.clear()  # Before macOS 13.
    assert autostart.ask_service_management(tmp_path) is None
    monkeypatch.setitem(sys.modules, "objc", None)  # Without PyObjC.
    assert autostart.ask_service_management(tmp_path) is None


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
