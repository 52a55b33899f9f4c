"""Waking from sleep is told, going to sleep is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from support.logind import Logind
from support.session_bus import SessionBus, session_bus

from tray.desktop.linux.system_events import follow_wake


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with session_bus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus


def test_the_end_of_a_sleep_is_told_and_its_beginning_is_not(system: SessionBus) -> None:
    woken = threading.Semaphore(0)
    with Logind(system.address) as logind:
        stop = follow_wake(woken.release)
        assert stop is not None
        logind.prepare_for_sleep(True)
        logind.prepare_for_sleep(False)
        assert woken.acquire(timeout=10)
        logind.prepare_for_sleep(False)
        assert woken.acquire(timeout=10)
        stop()

        assert not woken.acquire(blocking=False)


def test_without_a_system_bus_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")

    assert follow_wake(lambda: None) is None
