"""Sessions come late, go and come back, and one person can have two: an icon in each, and each notice once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from end_to_end.desktop import SESSION, Desktop, Program
from support.desk import until
from support.logind import Logind
from support.notification_server import NotificationServer
from support.session_bus import SessionBus, session_bus
from support.tray_host import TrayHost

pytestmark = pytest.mark.long


@dataclass
class Session:
    """Another session of the same person: a bus, a tray and notices of its own."""

    bus: SessionBus
    host: TrayHost
    notices: NotificationServer

    def shows(self, words: str) -> None:
        self.host.wait_for(lambda: words in self.host.icon("sso-tray").tooltip, f"an icon that says {words!r}")


@pytest.fixture
def other() -> Iterator[Session]:
    with session_bus() as bus, TrayHost(bus.address) as host, NotificationServer(bus.address) as notices:
        yield Session(bus, host, notices)


def _start_there(desktop: Desktop, other: Session, **changes: str | None) -> Program:
    return desktop.start(DBUS_SESSION_BUS_ADDRESS=other.bus.address, **changes)


def test_a_second_start_takes_over_from_one_that_gives_no_answer(desktop: Desktop) -> None:
    desktop.plant(seconds=7 * 3600)
    first = desktop.start()
    assert desktop.icon.tooltip
    first.send(signal.SIGSTOP)
    second = desktop.start()
    until(lambda: second.lines)
    assert "gave no answer" in second.errors
    desktop.host.wait_for(lambda: len(desktop.host.icons) == 2, "its icon")

    first.send(signal.SIGCONT)
    assert first.ended() == 0
    desktop.host.wait_for(lambda: len(desktop.host.icons) == 1, "the end of the old icon")
    assert second.alive
    third = desktop.start()
    assert third.ended() == 0
    assert "already running" in third.errors


def test_a_person_in_two_sessions_has_an_icon_in_each_and_each_notice_once(desktop: Desktop, other: Session) -> None:
    desktop.plant(seconds=7 * 3600)
    first = desktop.start()
    assert desktop.icon.tooltip
    second = _start_there(desktop, other)
    other.shows("signed in until")
    desktop.plant(seconds=-60)
    desktop.shows("expired")
    other.shows("expired")
    desktop.notices.wait_for_notice("ended")
    assert other.notices.notices == []

    browser = desktop.another_browser()
    second.send(signal.SIGTERM)
    assert second.ended() == 0
    second = _start_there(desktop, other, BROWSER=browser.command)
    other.shows("expired")
    other.host.icon("sso-tray").click("Log in")
    other.shows("signed in")
    desktop.shows("signed in")
    assert len(browser.opened) == 1
    assert desktop.browser.opened == []
    assert (first.alive, second.alive) == (True, True)


def test_the_other_tray_obeys_and_speaks_when_the_first_one_goes(desktop: Desktop, other: Session) -> None:
    desktop.plant(seconds=600)
    first = desktop.start()
    reminder = desktop.notices.wait_for_notice("ends at")
    second = _start_there(desktop, other)
    other.shows("ends at")
    other.host.icon("sso-tray").click("Snooze", "30 minutes")
    desktop.notices.wait_for_withdrawal(reminder.id)
    for host in (desktop.host, other.host):
        host.wait_for(lambda host=host: "Snoozed" in str(host.icon("sso-tray").menu()), "the snooze in both menus")  # type: ignore[misc]

    first.send(signal.SIGTERM)
    assert first.ended() == 0
    desktop.plant(seconds=-60)
    ended = other.notices.wait_for_notice("ended")
    other.notices.press(ended.id, "Log in")
    other.shows("signed in")
    assert second.alive


def test_the_icon_comes_although_the_bus_comes_late(desktop: Desktop) -> None:
    desktop.bus.kill()
    desktop.host.vanish()
    desktop.notices.vanish()
    desktop.plant(seconds=-60)
    program = desktop.start()
    until(lambda: program.lines == [f"{SESSION} · expired"])
    assert "no D-Bus session" in program.errors
    desktop.bus.start()
    desktop.host.appear()
    desktop.notices.appear()
    desktop.shows("expired")
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    second = desktop.start()
    assert second.ended() == 0
    assert "already running" in second.errors


@pytest.mark.timeout(200)
def test_it_ends_with_a_session_whose_bus_has_gone(desktop: Desktop, other: Session) -> None:
    program = desktop.start()
    assert desktop.icon.tooltip
    desktop.bus.kill()
    second = _start_there(desktop, other)
    other.shows("signed out")
    assert program.process.wait(100) == 0
    desktop.plant(seconds=-60)
    other.notices.wait_for_notice("ended")
    assert second.alive


@pytest.fixture
def logind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logind]:
    with session_bus() as system, Logind(system.address) as logind:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system.address)
        logind.begin("2")
        logind.callers = logind.display = "2"
        yield logind


def test_nothing_is_said_to_a_locked_screen_and_what_is_still_true_is_said_on_return(
    desktop: Desktop, logind: Logind
) -> None:
    logind.sessions["2"]["LockedHint"] = True
    desktop.plant(seconds=7 * 3600)
    program = desktop.start()
    desktop.shows("signed in until")
    until(lambda: '"there": false' in (desktop.state / "sessions" / "speaker.note").read_text())
    desktop.plant(seconds=-60)
    desktop.shows("expired")
    second = desktop.start()
    assert second.ended() == 0
    assert desktop.notices.notices == []

    logind.change("2", LockedHint=False)
    desktop.notices.wait_for_notice("ended")
    until(lambda: len(desktop.notices.notices) == 2)  # And the status, for which the second start asked.
    logind.change("2", LockedHint=True)
    logind.change("2", LockedHint=False)
    desktop.plant(seconds=7 * 3600)
    desktop.shows("signed in until")
    assert [notice.title for notice in desktop.notices.notices if "ended" in notice.title] == ["AWS sign-in has ended"]
    assert program.alive


def test_in_a_session_that_is_in_the_background_nothing_is_said_but_in_the_other_one(
    desktop: Desktop, other: Session, logind: Logind
) -> None:
    desktop.plant(seconds=7 * 3600)
    desktop.start()
    desktop.shows("signed in until")
    _start_there(desktop, other, DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nowhere")
    other.shows("signed in until")
    logind.change("2", Active=False)
    speaker = desktop.state / "sessions" / "speaker.note"
    before = speaker.read_text()
    until(lambda: speaker.exists() and '"there": true' in (now := speaker.read_text()) and now != before)
    desktop.plant(seconds=-60)
    ended = other.notices.wait_for_notice("ended")
    assert desktop.notices.notices == []
    other.notices.press(ended.id, "Log in")
    other.shows("signed in")
    desktop.shows("signed in")
