"""The resident program's view of its start at login: beside the loop, one request at a time."""

from __future__ import annotations

import queue
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.desk import until

from tray.core.autostart import Autostart, Standing
from tray.core.errors import AutostartProblem
from tray.core.message import Message
from tray.resident.autostart import AutostartErrands
from tray.resident.errands import Errands
from tray.resident.inbox import AutostartSeen

ON, OFF = Autostart(Standing.ON, "place"), Autostart(Standing.OFF)


@dataclass
class ScriptedStart:
    """A start at login that does what the test says."""

    now: Autostart = OFF
    refuses: bool = False
    fails: bool = False
    files: tuple[Path, ...] = ()
    asked: list[str] = field(default_factory=list)

    def state(self) -> Autostart:
        self.asked.append("state")
        if self.fails:
            raise RuntimeError("a fault")
        return self.now

    def repair(self) -> Autostart:
        self.asked.append("repair")
        return self.state()

    def turn_on(self) -> Autostart:
        return self._change(ON)

    def turn_off(self) -> Autostart:
        return self._change(OFF)

    def _change(self, wanted: Autostart) -> Autostart:
        if self.refuses:
            raise AutostartProblem(Message("Not allowed", "Ask somebody"))
        self.now = wanted
        return self.state()


@pytest.fixture
def start() -> ScriptedStart:
    return ScriptedStart()


@pytest.fixture
def inbox() -> queue.SimpleQueue[AutostartSeen]:
    return queue.SimpleQueue()


def test_it_tells_how_it_stands_first_and_after_each_change(
    start: ScriptedStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    at_login = AutostartErrands(lambda: start, inbox.put, Errands())
    for ask, expected in (
        (at_login.begin, OFF),
        (lambda: at_login.put(on=True), ON),
        (at_login.look, ON),
        (lambda: at_login.put(on=False), OFF),
    ):
        ask()
        seen = inbox.get(timeout=20)
        assert (seen.autostart, seen.refused) == (expected, None)
    assert start.asked[0] == "repair", "only the first look puts anything right"
    assert start.asked.count("repair") == 1


def test_a_refusal_is_told_with_how_it_really_stands(
    start: ScriptedStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    start.refuses = True
    AutostartErrands(lambda: start, inbox.put, Errands()).put(on=True)

    seen = inbox.get(timeout=20)
    assert seen.autostart == OFF
    assert seen.refused == Message("Not allowed", "Ask somebody")


def test_a_fault_leaves_it_unknown_and_bothers_nobody(
    start: ScriptedStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    start.fails = True
    AutostartErrands(lambda: start, inbox.put, Errands()).begin()

    seen = inbox.get(timeout=20)
    assert (seen.autostart, seen.refused) == (None, None)


def test_whoever_asks_does_not_wait_and_what_is_asked_is_done_in_that_order(start: ScriptedStart) -> None:
    held: queue.SimpleQueue[None] = queue.SimpleQueue()
    seen: list[Autostart | None] = []

    def post(event: AutostartSeen) -> None:
        held.get(timeout=20)
        seen.append(event.autostart)

    at_login = AutostartErrands(lambda: start, post, Errands())
    wanted = [True, False, False, True, False, True, True, False]
    for on in wanted:
        at_login.put(on=on)
    assert seen == []
    for _ in wanted:
        held.put(None)
    until(lambda: len(seen) == len(wanted))
    assert seen == [ON if on else OFF for on in wanted]


def test_where_it_cannot_be_opened_it_stays_unknown_and_the_next_click_tries_again(
    start: ScriptedStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    opens = False

    def open_start() -> ScriptedStart:
        if not opens:
            raise OSError("no registry")
        return start

    at_login = AutostartErrands(open_start, inbox.put, Errands())
    assert at_login.files == ()
    at_login.begin()
    assert inbox.get(timeout=20).autostart is None
    opens = True
    at_login.put(on=True)

    assert inbox.get(timeout=20).autostart == ON
