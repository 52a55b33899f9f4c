"""The loop waits for nothing but its inbox, whatever is locked, slow or hung outside (ADR 15)."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest
from support.desk import handover_seconds, until
from support.hung import CLICKS, EVENTS, LONGEST_AWAY_SECONDS, WatchedInbox, all_hangs, seconds_away
from support.modules import forget
from support.stage import Stage, lasting, now

from tray.core.command import Do, LogIn, Snooze
from tray.core.dataclass import replace
from tray.core.model import Status
from tray.core.session.memory import Memory
from tray.core.settings import Settings
from tray.paths import Paths
from tray.resident import memory_file, reading
from tray.resident.errands import Errands
from tray.resident.inbox import Inbox, Read, Refresh
from tray.resident.watching import Watching


def _is_reading(stage: Stage, begun: int) -> bool:
    return stage.reader.begun > begun


class Touched:
    """What the thread that reads an inbox asks of the system."""

    def __init__(self) -> None:
        self.thread: int | None = None
        self.found: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.thread == threading.get_ident() and event.startswith(("open", "os.", "import", "subprocess", "socket")):
            self.found.append(f"{event} {arguments[:1]}")


@pytest.fixture(scope="module")
def touched() -> Touched:
    return Touched()


@pytest.fixture
def hung(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, WatchedInbox]]:
    with all_hangs(tmp_path, monkeypatch) as made:
        yield made


def test_the_loop_is_never_away_for_long_though_everything_outside_hangs(
    hung: tuple[Stage, WatchedInbox], touched: Touched
) -> None:
    stage, inbox = hung
    slow = []
    for event in EVENTS:
        best = 99.0
        for _ in range(5):  # Another test's load is no fault of the loop: what blocks does so each time.
            best = min(best, seconds_away(stage, inbox, event))
            touched.thread = inbox.reader
        if best > LONGEST_AWAY_SECONDS:
            slow.append((event, best))
    touched.thread = None

    assert slow == []
    assert touched.found == [], "the loop itself opened, loaded or started something"
    stage.tells("SSO Tray")


def test_it_can_be_quit_though_everything_outside_hangs(
    hung: tuple[Stage, WatchedInbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = hung
    for event in CLICKS:
        stage.do(event)
    begun = time.monotonic()
    stage.end()

    assert time.monotonic() - begun < 10
    assert stage.desk.closed


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.reader.answers.set()
    made.end()


def test_a_change_shows_within_a_tenth_of_a_second_of_being_readable(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = threading.Event()
    monkeypatch.setattr(memory_file, "save", lambda _path, _memory: hangs.wait(20))
    stage.start(lasting(9999))
    taken, beside = [], []
    for number in range(5):
        stage.reader.answers.clear()
        begun = stage.reader.begun
        stage.do(Refresh())
        expected = Status.SIGNED_OUT if number % 2 == 0 else Status.SIGNED_IN
        stage.now_outside(None if number % 2 == 0 else lasting(9999, str(number)))
        until(partial(_is_reading, stage, begun))
        beside.append(handover_seconds())
        stage.reader.answers.set()
        readable = time.monotonic()
        stage.shows(expected)
        taken.append(time.monotonic() - readable)
    hangs.set()

    assert min(taken) < 0.1 + min(beside)


def test_an_icon_comes_though_the_disk_does_not_answer_and_says_so_and_the_truth_follows(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.2)
    remembered = Memory(recent_profiles=("dev", "prod"))
    memory_file.save(stage.reader.paths.memory_file, remembered)
    stage.reader.answers.clear()
    stage.start(lasting(9999))

    assert stage.desk.view.icon is Status.UNREADABLE
    assert stage.desk.item("! Your files take long to be read")
    assert "No AWS sign-in is set up" not in str(stage.desk.view)
    stage.do(Do.SHOW_STATUS)
    stage.tells("Your files take long to be read")
    stage.do(Snooze(30))
    stage.reader.answers.set()
    stage.shows(Status.SIGNED_IN)
    stage.end()
    kept = memory_file.load(stage.reader.paths.memory_file)
    assert kept.recent_profiles == ("dev", "prod"), "what is not known yet is not written over"


def test_a_memory_that_was_never_read_is_not_written_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.1)
    file = stage.reader.paths.memory_file
    memory_file.save(file, Memory(recent_profiles=("dev",)))
    before = file.read_bytes()
    stage.reader.answers.clear()
    stage.start(lasting(9999))
    stage.do(Snooze(30))
    stage.end()

    assert before == file.read_bytes()


def test_a_second_start_is_answered_though_more_was_read_meanwhile(stage: Stage) -> None:
    stage.now_outside(lasting(9999))
    stage.loop.begin(stage.desk)
    for asked in (Do.SHOW_STATUS, None):
        read = Read(10**6, now(), stage.reader.snapshot, Settings())
        read.asked = asked
        stage.do(read)
    stage.go_on()

    stage.tells("corp · signed in")


def test_what_jobs_need_is_loaded_before_the_first_click(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch, "tray.resident.jobs")
    stage.start(lasting(9999))
    stage.end()

    assert "tray.resident.jobs" in sys.modules


def test_a_disk_that_answers_late_but_within_patience_lets_no_wrong_state_flash(stage: Stage) -> None:
    stage.reader.answers.clear()
    threading.Timer(0.3, stage.reader.answers.set).start()
    stage.start(lasting(9999))

    assert [view.icon for view in stage.desk.views] == [Status.SIGNED_IN]


def test_reminder_and_end_come_by_the_clock_though_reading_hangs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.2)
    stage.reader.settings = Settings(lead_minutes=(1.2 / 60,))
    stage.start(lasting(1.6))
    stage.reader.answers.clear()
    stage.do(Refresh())

    stage.tells("ends at")
    stage.tells("ended")
    stage.shows(Status.EXPIRED)


def test_a_renewal_elsewhere_of_which_no_event_told_is_read_before_an_end_is_announced(stage: Stage) -> None:
    held = lasting(3.0)
    stage.start(replace(held, modified_at=held.expires_at))  # Of no life: nothing changes by the clock before its end.
    stage.now_outside(lasting(9999, "b"))
    until(lambda: now() > held.expires_at + timedelta(seconds=0.2))
    stage.do(Do.SHOW_ABOUT)

    stage.tells("SSO Tray")
    assert {view.icon for view in stage.desk.views} <= {Status.SIGNED_IN, Status.ENDING}
    assert not [notice for notice in stage.desk.notices if "ended" in notice.title]


def test_what_a_login_did_shows_when_it_is_read_and_nothing_flashes_before(stage: Stage) -> None:
    signed_in = stage.folder / "signed-in"
    stage.child("login", f"pathlib.Path({str(signed_in)!r}).touch()")
    read = stage.reader.read

    def slow_read() -> object:
        there = signed_in.exists()
        time.sleep(0.1)
        found, settings = read()
        return replace(found, tokens={"corp": lasting(9999)} if there else {}), settings

    stage.reader.read = slow_read  # type: ignore[method-assign,assignment]
    stage.start(None)
    stage.do(LogIn("corp"))
    until(lambda: stage.do(Refresh()) or stage.desk.view.icon is Status.SIGNED_IN)  # A read is always on its way.

    shown = [icon for icon, _ in groupby(view.icon for view in stage.desk.views)]  # A menu may change in between.
    assert shown == [Status.SIGNED_OUT, Status.SIGNING_IN, Status.SIGNED_IN]


def test_a_click_shows_at_once_though_reading_hangs(stage: Stage) -> None:
    stage.child("login", "import time; time.sleep(60)")
    stage.start(None)
    stage.reader.answers.clear()
    begun = time.monotonic()
    stage.do(LogIn("corp"))
    stage.shows(Status.SIGNING_IN)

    assert time.monotonic() - begun < reading.PATIENCE_SECONDS


def test_the_lookout_begins_looks_around_and_ends_without_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    looked: list[str] = []

    class HungWatcher:
        def __init__(self, *_what: object, is_relevant: Callable[[Path], bool]) -> None:
            answers.wait(20)

        def check(self) -> None:
            looked.append("around")

        def close(self) -> None:
            looked.append("closed")

    monkeypatch.setattr("tray.desktop.watch.Watcher", HungWatcher)
    monkeypatch.setattr("tray.desktop.system_events.follow_wake", lambda _on_wake: None)
    monkeypatch.setattr("tray.resident.watching._CLOSING_SECONDS", 0.1)
    inbox: Inbox = queue.SimpleQueue()
    names = ("config", "credentials", "cache", "settings.toml", "state", "log", "login")
    paths = Paths(*(tmp_path / name for name in names))  # type: ignore[arg-type] # the last one has a default
    watching = Watching(inbox, paths, Errands(), None)
    begun = time.monotonic()
    watching.begin()
    for _ in range(5):
        watching.look_around()
    watching.close()
    assert time.monotonic() - begun < 5
    assert looked == []
    answers.set()

    assert inbox.get(timeout=20) == Refresh()
    until(lambda: looked == ["around", "closed"])
