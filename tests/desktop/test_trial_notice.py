"""A notice for trial: shown over the bus by what shows reminders, and told truly what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.desk import until
from support.notification_server import GNOME, NotificationServer
from support.session_bus import SessionBus, session_bus

from tray.core.message import Message
from tray.desktop.trial_notice import TrialNotices

TRIAL = Message("A test notice", "Nothing is due.")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with session_bus() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        yield running


@pytest.fixture
def notices() -> Iterator[TrialNotices]:
    made = TrialNotices()
    yield made
    made.close()


def test_a_notice_is_shown_and_stays_until_it_is_closed(bus: SessionBus, notices: TrialNotices) -> None:
    with NotificationServer(bus.address, like=GNOME) as server:
        assert notices.show(TRIAL) is True
        shown = server.wait_for_notice("test notice")
        assert shown.body == "Nothing is due."
        assert notices.show(TRIAL) is True, "and once more"
        notices.close()
        until(lambda: not server.showing)


def test_where_nobody_shows_notices_that_is_told_and_found_anew_once_somebody_does(
    bus: SessionBus, notices: TrialNotices
) -> None:
    assert notices.show(TRIAL) is False
    with NotificationServer(bus.address, like=GNOME):
        assert notices.show(TRIAL) is True


def test_without_a_bus_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, notices: TrialNotices) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    assert notices.show(TRIAL) is False


def test_a_bus_that_came_back_is_found(monkeypatch: pytest.MonkeyPatch, notices: TrialNotices) -> None:
    for _ in range(2):
        with session_bus() as running, NotificationServer(running.address, like=GNOME):
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
            until(lambda: notices.show(TRIAL) is True)
