"""Starting at login from inside a sandbox: the portal is asked, and its answer is the truth."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if os.name != "posix":
    pytest.skip("there is a message bus on free desktops only", allow_module_level=True)

from support.bus_service import BusService
from support.executables import make_program
from support.session_bus import SessionBus, session_bus

from tray.core.autostart import Standing
from tray.core.errors import AutostartProblem
from tray.desktop import autostart
from tray.desktop.autostart import LoginStart
from tray.desktop.linux.autostart_portal import Portal
from tray.desktop.linux.bus import Bus, CallRefused, Interface, Method
from tray.installation.programs import Installation

_PATH = "/org/freedesktop/portal/desktop"
_BACKGROUND = "org.freedesktop.portal.Background"
_REQUEST = "org.freedesktop.portal.Request"


class BackgroundPortal(BusService):
    """A stand-in for the portal: remembers what it was asked, and answers as a person decides."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "org.freedesktop.portal.Desktop")
        self.asked: list[dict[str, Any]] = []
        self.response: int | None = 0
        """0 for yes, 1 for a question that was closed; None for no answer."""

        self.allows = True
        self.refuses_the_call = False

    def offer(self, bus: Bus) -> None:
        bus.export(_PATH, Interface(_BACKGROUND, methods={"RequestBackground": Method("sa{sv}", "o", self._request)}))

    def _request(self, body: tuple[Any, ...], sender: str) -> tuple[str]:
        if self.refuses_the_call:
            raise CallRefused("org.freedesktop.portal.Error.NotAllowed", "not in a sandbox")
        parent, options = body
        assert parent == ""
        asked = {key: value for key, (_signature, value) in options.items()}
        self.asked.append(asked)
        handle = f"{_PATH}/request/{sender[1:].replace('.', '_')}/{asked['handle_token']}"
        if self.response is not None:
            on = asked["autostart"] and self.allows
            results = {"background": ("b", True), "autostart": ("b", on)}
            assert self.bus
            # Sent before the reply to the call, which a portal that need not ask anybody does too.
            self.bus.emit(handle, _REQUEST, "Response", "ua{sv}", (self.response, results))
        return (handle,)


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as session:
        yield session


@pytest.fixture
def desktop(session: SessionBus) -> Iterator[BackgroundPortal]:
    with BackgroundPortal(session.address) as portal:
        yield portal


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program as a sandbox has it."""
    monkeypatch.setenv("PATH", f"{tmp_path}/app/bin:{os.environ['PATH']}")
    return make_program(tmp_path / "app" / "bin" / "sso-tray")


def sandboxed(session: SessionBus, folder: Path, seconds: float = 20.0) -> LoginStart:
    portal = Portal((folder / "answer",), lambda: Bus.connect(session.address), seconds)
    return LoginStart(portal, Installation((folder / "app" / "bin" / "sso-tray",)))


def test_the_portal_is_asked_and_its_answer_is_kept(
    session: SessionBus, desktop: BackgroundPortal, tmp_path: Path
) -> None:
    start = sandboxed(session, tmp_path)
    assert start.state().standing is Standing.OFF

    assert start.turn_on().standing is Standing.ON
    assert sandboxed(session, tmp_path).state().standing is Standing.ON
    assert start.turn_off().standing is Standing.OFF
    assert sandboxed(session, tmp_path).state().standing is Standing.OFF

    on, off = desktop.asked
    assert (on["autostart"], off["autostart"]) == (True, False)
    assert on["commandline"] == ["sso-tray", "run"]
    assert on["dbus-activatable"] is False
    assert "sign-in" in on["reason"]
    assert on["handle_token"] != off["handle_token"], "a token that can be guessed could be taken by others"


def test_an_answer_that_it_is_not_started_is_believed(
    session: SessionBus, desktop: BackgroundPortal, tmp_path: Path
) -> None:
    start = sandboxed(session, tmp_path)
    start.turn_on()
    desktop.allows = False

    with pytest.raises(AutostartProblem, match="did not allow"):
        start.turn_on()
    assert start.state().standing is Standing.OFF


@pytest.mark.parametrize("code", [1, 2])
def test_a_question_that_was_closed_changes_nothing(
    session: SessionBus, desktop: BackgroundPortal, tmp_path: Path, code: int
) -> None:
    desktop.response = code

    with pytest.raises(AutostartProblem, match="did not allow") as raised:
        sandboxed(session, tmp_path).turn_on()
    assert raised.value.exit_code == 5
    assert not (tmp_path / "answer").exists()


def test_no_answer_is_waited_for_only_so_long(session: SessionBus, desktop: BackgroundPortal, tmp_path: Path) -> None:
    desktop.response = None

    with pytest.raises(AutostartProblem, match="did not answer"):
        sandboxed(session, tmp_path, seconds=0.3).turn_on()


def test_a_portal_that_refuses_is_told(session: SessionBus, desktop: BackgroundPortal, tmp_path: Path) -> None:
    desktop.refuses_the_call = True

    with pytest.raises(AutostartProblem, match="no desktop portal"):
        sandboxed(session, tmp_path).turn_on()


def test_without_a_portal_or_a_session_it_is_told(session: SessionBus, tmp_path: Path) -> None:
    with pytest.raises(AutostartProblem, match="no desktop portal"):
        sandboxed(session, tmp_path).turn_on()
    session.kill()
    with pytest.raises(AutostartProblem, match="no desktop portal"):
        sandboxed(session, tmp_path).turn_on()


def test_a_sandbox_asks_the_portal_and_writes_no_entry_that_nobody_would_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autostart, "_SANDBOX", tmp_path)

    assert autostart.open_login_start(tmp_path).entries == Portal((tmp_path / "autostart-portal",))
