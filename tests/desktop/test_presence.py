"""Only a lock, an inactive session or a screensaver that says so hold notices back; idleness and silence do not."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator

import pytest
from support.desk import until
from support.logind import Logind, Screensaver
from support.session_bus import SessionBus, session_bus

from tray.desktop.linux import presence as linux_presence
from tray.desktop.linux.bus import Bus
from tray.desktop.presence import Presence, follow_presence

SAVERS = tuple(linux_presence._SCREENSAVERS)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with session_bus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        monkeypatch.delenv("XDG_SESSION_ID", raising=False)
        yield bus


class Watch:
    """A presence that is followed, and each change that was told."""

    def __init__(self, session: Bus | None) -> None:
        self.presence = Presence()
        self.told: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stop = follow_presence(self.presence, session, lambda: self.told.put(self.presence.there))

    def becomes(self, there: bool) -> None:
        """Wait for the next change."""
        assert self.told.get(timeout=20) is there
        assert self.presence.there is there

    def stop(self) -> None:
        if self._stop is not None:
            self._stop()


Start = Callable[..., Watch]


@pytest.fixture
def watch() -> Iterator[Start]:
    started: list[Watch] = []

    def start(session: Bus | None = None) -> Watch:
        started.append(Watch(session))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def logind(system: SessionBus) -> Iterator[Logind]:
    with Logind(system.address) as logind:
        logind.begin("2")
        logind.callers = logind.display = "2"
        yield logind


def _is_followed(logind: Logind, watch: Watch, name: str = "2") -> None:
    """Wait until it listens to a session, by locking that until it is heard."""
    until(lambda: (logind.change(name, LockedHint=True), not watch.presence.there)[1])
    watch.becomes(False)
    logind.change(name, LockedHint=False)
    watch.becomes(True)


def test_a_lock_screen_that_says_so_counts(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.change("2", LockedHint=True)
    followed.becomes(False)
    logind.change("2", LockedHint=False)
    followed.becomes(True)


def test_a_session_in_the_background_counts(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.change("2", Active=False)
    followed.becomes(False)
    logind.change("2", LockedHint=True)
    logind.change("2", Active=True)
    logind.change("2", LockedHint=False)
    followed.becomes(True)


def test_a_lock_that_holds_at_the_start_is_found(logind: Logind, watch: Start) -> None:
    logind.sessions["2"]["LockedHint"] = True
    watch().becomes(False)


def test_a_lock_that_is_asked_for_counts_until_its_end_is(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.lock("2")
    followed.becomes(False)
    logind.unlock("2")
    followed.becomes(True)


def test_a_lock_that_was_only_asked_for_is_not_believed_for_ever(
    logind: Logind, watch: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux_presence, "_BELIEVED_SECONDS", 0.3)
    followed = watch()
    _is_followed(logind, followed)
    logind.lock("2")
    followed.becomes(False)
    followed.becomes(True)


def test_a_lock_that_was_asked_for_and_is_confirmed_lasts(
    logind: Logind, watch: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux_presence, "_BELIEVED_SECONDS", 0.2)
    followed = watch()
    _is_followed(logind, followed)
    logind.lock("2")
    logind.change("2", LockedHint=True)
    followed.becomes(False)
    with pytest.raises(queue.Empty):
        followed.told.get(timeout=0.5)
    logind.change("2", LockedHint=False)
    followed.becomes(True)


def test_idleness_holds_nothing_back(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.change("2", IdleHint=True)
    logind.change("2", LockedHint=True)
    followed.becomes(False)  # The first that is told.


def test_other_sessions_do_not_count(logind: Logind, watch: Start) -> None:
    logind.begin("3")
    followed = watch()
    _is_followed(logind, followed)
    logind.change("3", Active=False, LockedHint=True)
    logind.lock("3")
    logind.change("2", Active=False)
    followed.becomes(False)
    logind.change("2", Active=True)
    followed.becomes(True)


def test_a_service_of_the_manager_follows_the_persons_desktop(logind: Logind, watch: Start) -> None:
    logind.callers = ""
    followed = watch()
    _is_followed(logind, followed)


def test_in_place_of_a_console_the_persons_desktop_counts(logind: Logind, watch: Start) -> None:
    logind.begin("c1", Type="tty", Active=False)
    logind.callers = "c1"
    followed = watch()
    _is_followed(logind, followed)


def test_without_a_desktop_the_session_of_a_console_counts(logind: Logind, watch: Start) -> None:
    logind.begin("c1", Type="tty")
    logind.callers, logind.display = "c1", ""
    followed = watch()
    _is_followed(logind, followed, "c1")


@pytest.mark.parametrize("by", ["process", "environment"])
def test_an_old_logind_is_asked_in_other_ways(
    system: SessionBus, watch: Start, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Logind(system.address, knows_auto=False) as logind:
        logind.begin("2")
        logind.callers = "2" if by == "process" else ""
        if by == "environment":
            monkeypatch.setenv("XDG_SESSION_ID", "2")
        _is_followed(logind, watch())


def test_the_next_session_of_a_program_that_outlived_its_own_is_followed(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.change("2", Active=False)
    followed.becomes(False)
    logind.end("2")
    followed.becomes(True)
    logind.callers, logind.display = "", "4"
    logind.begin("4")
    _is_followed(logind, followed, "4")


def test_a_logind_that_starts_anew_is_asked_anew(logind: Logind, watch: Start) -> None:
    followed = watch()
    _is_followed(logind, followed)
    logind.change("2", LockedHint=True)
    followed.becomes(False)
    logind.vanish()
    followed.becomes(True)
    logind.appear()
    followed.becomes(False)


def test_without_any_session_somebody_is_there(logind: Logind, watch: Start) -> None:
    logind.callers = logind.display = ""
    followed = watch()
    time.sleep(0.2)
    assert followed.presence.there


def test_without_a_system_bus_somebody_is_there(monkeypatch: pytest.MonkeyPatch, watch: Start) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    assert watch().presence.there


@pytest.fixture
def session() -> Iterator[Bus]:
    import threading

    with session_bus() as address:
        bus = Bus.connect(address.address)
        thread = threading.Thread(target=bus.run)
        thread.start()
        bus.address = address.address  # type: ignore[attr-defined]
        yield bus
        bus.stop()
        thread.join()


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *((name, path) for name, paths in linux_presence._SCREENSAVERS.items() for path in paths),
    ],
)
def test_a_screensaver_that_says_so_counts(session: Bus, watch: Start, name: str, path: str) -> None:
    with Screensaver(session.address, name, path) as saver:  # type: ignore[attr-defined]
        saver.active = True
        followed = watch(session)
        followed.becomes(False)
        saver.turn(False)
        followed.becomes(True)
        saver.turn(True)
        followed.becomes(False)
        saver.vanish()
        followed.becomes(True)


def test_a_screensaver_that_comes_later_is_heard(session: Bus, watch: Start) -> None:
    followed = watch(session)
    with Screensaver(session.address, SAVERS[1]) as saver:  # type: ignore[attr-defined]
        until(lambda: (saver.turn(True), not followed.presence.there)[1])
        followed.becomes(False)


def test_one_that_refuses_to_say_holds_nothing_back(session: Bus, watch: Start) -> None:
    with Screensaver(session.address, SAVERS[0], "/elsewhere"):  # type: ignore[attr-defined]
        followed = watch(session)
        time.sleep(0.2)
        assert followed.presence.there


def test_who_clicks_is_there_whatever_is_said() -> None:
    presence = Presence()
    assert presence.tell("locked", away=True)
    assert not presence.tell("inactive", away=True)
    presence.acted()
    assert presence.there
    assert presence.tell("locked", away=True)
    assert presence.tell("locked", away=False)
