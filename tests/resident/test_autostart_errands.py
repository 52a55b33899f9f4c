"""The resident program's view of its start at login: beside the loop, one request at a time."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.desk import until
from support.executables import make_program
from support.login_start import FakeEntries

from tray.core.autostart import Autostart, Standing
from tray.desktop.autostart import LoginStart
from tray.installation.programs import Installation
from tray.resident.autostart import AutostartErrands
from tray.resident.errands import Errands
from tray.resident.inbox import AutostartSeen


@dataclass
class FaultyEntries(FakeEntries):
    """Looking at them meets a fault."""

    def read(self) -> Autostart:
        raise RuntimeError("a fault")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return make_program(tmp_path / "sso-tray.exe")


@pytest.fixture
def entries() -> FakeEntries:
    return FakeEntries()


@pytest.fixture
def start(entries: FakeEntries, program: Path) -> LoginStart:
    return LoginStart(entries, Installation((program,)))


@pytest.fixture
def inbox() -> queue.SimpleQueue[AutostartSeen]:
    return queue.SimpleQueue()


def test_it_tells_how_it_stands_first_and_after_each_change(
    start: LoginStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    at_login = AutostartErrands(lambda: start, inbox.put, Errands())
    for ask, expected in (
        (at_login.begin, Standing.OFF),
        (lambda: at_login.put(on=True), Standing.ON),
        (at_login.look, Standing.ON),
        (lambda: at_login.put(on=False), Standing.OFF),
    ):
        ask()
        seen = inbox.get(timeout=20)
        assert seen.autostart is not None
        assert (seen.autostart.standing, seen.refused) == (expected, None)


def test_only_the_first_look_corrects_anything(
    start: LoginStart, entries: FakeEntries, program: Path, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    outdated = Autostart(Standing.ON, "in memory", ("/gone/sso-tray", "run"))
    entries.entry = outdated
    at_login = AutostartErrands(lambda: start, inbox.put, Errands())
    at_login.begin()
    seen = inbox.get(timeout=20).autostart
    assert seen is not None
    assert (seen.standing, seen.command) == (Standing.ON, (str(program), "run"))

    entries.entry = outdated
    at_login.look()
    seen = inbox.get(timeout=20).autostart
    assert seen is not None
    assert seen.standing is Standing.BROKEN
    assert entries.entry == outdated


def test_a_refusal_is_told_with_how_it_really_stands(
    start: LoginStart, entries: FakeEntries, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    entries.refuses = True
    AutostartErrands(lambda: start, inbox.put, Errands()).put(on=True)

    seen = inbox.get(timeout=20)
    assert seen.autostart == Autostart(Standing.OFF)
    assert seen.refused is not None
    assert "could not be changed: Permission denied" in seen.refused.title


def test_a_fault_leaves_it_unknown_and_bothers_nobody(program: Path, inbox: queue.SimpleQueue[AutostartSeen]) -> None:
    start = LoginStart(FaultyEntries(), Installation((program,)))
    AutostartErrands(lambda: start, inbox.put, Errands()).begin()

    seen = inbox.get(timeout=20)
    assert (seen.autostart, seen.refused) == (None, None)


def test_whoever_asks_does_not_wait_and_what_is_asked_is_done_in_that_order(start: LoginStart) -> None:
    held: queue.SimpleQueue[None] = queue.SimpleQueue()
    seen: list[bool] = []

    def post(event: AutostartSeen) -> None:
        held.get(timeout=20)
        assert event.autostart is not None
        seen.append(event.autostart.standing is Standing.ON)

    at_login = AutostartErrands(lambda: start, post, Errands())
    wanted = [True, False, False, True, False, True, True, False]
    for on in wanted:
        at_login.put(on=on)
    assert seen == []
    for _ in wanted:
        held.put(None)
    until(lambda: len(seen) == len(wanted))
    assert seen == wanted


def test_where_it_cannot_be_opened_it_stays_unknown_and_the_next_click_tries_again(
    start: LoginStart, inbox: queue.SimpleQueue[AutostartSeen]
) -> None:
    opens = False

    def open_start() -> LoginStart:
        if not opens:
            raise OSError("no registry")
        return start

    at_login = AutostartErrands(open_start, inbox.put, Errands())
    assert at_login.files == ()
    at_login.begin()
    assert inbox.get(timeout=20).autostart is None
    opens = True
    at_login.put(on=True)

    seen = inbox.get(timeout=20).autostart
    assert seen is not None
    assert seen.standing is Standing.ON
