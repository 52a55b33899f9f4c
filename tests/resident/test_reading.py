"""Reading beside the loop: none is lost, and none begins before what it is asked for."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.build import NOW, snapshot
from support.desk import until

from tray.core.command import Do
from tray.core.model import Snapshot
from tray.core.session.memory import Memory
from tray.core.settings import Settings
from tray.paths import Paths, find_paths
from tray.resident import memory_file
from tray.resident.errands import Errands
from tray.resident.inbox import Read
from tray.resident.reading import PATIENCE_SECONDS, Reading
from tray.resident.seat import Seat, sit_down


@dataclass
class SlowReader:
    """Says of each read what was outside when it began, and ends it when the test lets it."""

    paths: Paths
    outside: int = 0
    begun: int = 0
    fails: bool = False
    lets: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue)

    def read(self) -> tuple[Snapshot, Settings]:
        seen = self.outside
        self.begun += 1
        self.lets.get(timeout=20)
        if self.fails:
            raise RuntimeError("a fault in a reader")
        return snapshot(generation=seen), Settings()


@pytest.fixture
def reader(home: Path) -> SlowReader:
    paths = find_paths({})
    paths.state.mkdir(parents=True)
    return SlowReader(paths)


@pytest.fixture
def inbox() -> queue.SimpleQueue[Read]:
    return queue.SimpleQueue()


def reads(
    reader: SlowReader,
    inbox: queue.SimpleQueue[Read],
    monotonic: Callable[[], float] = time.monotonic,
    errands: Errands | None = None,
    seat: Seat | None = None,
) -> Reading:
    return Reading(reader, inbox.put, errands or Errands(), lambda: NOW, monotonic, seat=seat)  # type: ignore[arg-type]


def test_what_changes_during_a_read_is_seen_by_one_more(reader: SlowReader, inbox: queue.SimpleQueue[Read]) -> None:
    errands = Errands()
    reading = reads(reader, inbox, errands=errands)
    first = reading.ask()
    until(lambda: reader.begun == 1)
    for reader.outside in (1, 2, 3):
        last = reading.ask()
    reader.lets.put(None)
    early = inbox.get(timeout=20)
    assert (early.number, early.snapshot.generation) == (first, 0), "it has not seen what came after it began"
    reader.lets.put(None)

    late = inbox.get(timeout=20)
    assert (late.number, late.snapshot.generation) == (last, 3)
    assert errands.finish({"read"}, 20)
    assert reader.begun == 2


def test_it_tells_when_a_read_began(reader: SlowReader, inbox: queue.SimpleQueue[Read]) -> None:
    reader.lets.put(None)
    reads(reader, inbox).ask()

    assert inbox.get(timeout=20).at == NOW


def test_the_memory_of_the_last_run_comes_with_the_first_read_alone(
    reader: SlowReader, inbox: queue.SimpleQueue[Read]
) -> None:
    remembered = Memory(recent_profiles=("dev",), seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    memory_file.save(reader.paths.memory_file, remembered)
    reading = reads(reader, inbox)
    for expected in (remembered, None):
        reader.lets.put(None)
        reading.ask()
        assert inbox.get(timeout=20).memory == expected


def test_a_read_that_fails_loses_neither_the_memory_nor_a_second_start(
    reader: SlowReader, inbox: queue.SimpleQueue[Read]
) -> None:
    seat = sit_down(reader.paths, lambda: "here")
    assert seat
    request = reader.paths.sessions / "here.show.note"
    request.touch()
    reader.fails = True
    reading = reads(reader, inbox, seat=seat)
    reader.lets.put(None)
    reading.ask()
    until(lambda: reader.begun == 1)
    reader.fails = False
    reader.lets.put(None)
    reading.ask()

    read = inbox.get(timeout=20)
    assert read.memory == Memory()
    assert read.asked is Do.SHOW_STATUS
    assert not request.exists()
    seat.release()


def test_patience_ends_with_a_read_that_hangs_and_begins_anew_with_each_that_comes(
    reader: SlowReader, inbox: queue.SimpleQueue[Read]
) -> None:
    clock = [100.0]
    reading = reads(reader, inbox, lambda: clock[0])
    assert reading.patience_left is None
    reading.ask()
    clock[0] += 1.5
    until(lambda: reader.begun == 1)
    reading.ask()
    assert reading.patience_left == PATIENCE_SECONDS - 1.5
    clock[0] += 1
    assert (reading.patience_left or 0) < 0
    reader.lets.put(None)
    reading.take(inbox.get(timeout=20))
    assert reading.patience_left == PATIENCE_SECONDS, "the second one has just begun"
    reader.lets.put(None)
    reading.take(inbox.get(timeout=20))
    assert reading.patience_left is None


def test_whoever_asks_does_not_wait(reader: SlowReader, inbox: queue.SimpleQueue[Read]) -> None:
    reading = reads(reader, inbox)
    begun = time.monotonic()
    for _ in range(100):
        reading.ask()
    assert time.monotonic() - begun < 5
    assert threading.active_count() < 100
    for _ in range(2):
        reader.lets.put(None)


def test_what_the_system_does_not_let_us_read_is_looked_at_again_soon_then_ever_later_and_in_the_end_no_more(
    reader: SlowReader, inbox: queue.SimpleQueue[Read]
) -> None:
    reading = reads(reader, inbox)
    at, waits = NOW, []
    for _ in range(20):
        reading.take(Read(1, at, snapshot(refused=True), Settings()))
        if reading.looks_again_at is None:
            break
        waits.append((reading.looks_again_at - at).total_seconds())
        at = reading.looks_again_at
    assert waits == [1, 1, 2, 4, 8, 16, 32]
    reading.take(Read(1, at, snapshot(), Settings()))
    assert reading.looks_again_at is None
    reading.take(Read(1, at, snapshot(refused=True), Settings()))
    assert reading.looks_again_at == at + timedelta(seconds=1), "it is another time"


def test_a_clock_that_is_set_back_makes_nobody_look_without_end(
    reader: SlowReader, inbox: queue.SimpleQueue[Read]
) -> None:
    reading = reads(reader, inbox)
    reading.take(Read(1, NOW, snapshot(refused=True), Settings()))
    for number in range(1, 200):
        reading.take(Read(1, NOW - timedelta(days=1) + timedelta(seconds=number), snapshot(refused=True), Settings()))
    assert reading.looks_again_at is None
