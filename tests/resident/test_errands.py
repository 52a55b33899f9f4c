"""What is done beside the loop: in the order asked where it concerns one thing, and else side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from support.desk import until

from tray.paths import find_paths
from tray.resident.errands import Errands
from tray.resident.inbox import Inbox
from tray.resident.watching import Watching


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Something outside that does not answer before the test says so."""
    made = threading.Event()
    yield made
    made.set()


@pytest.fixture
def errands() -> Errands:
    return Errands()


def test_what_concerns_one_thing_is_done_in_the_order_asked(errands: Errands, gate: threading.Event) -> None:
    done: list[int] = []
    errands.do("file", gate.wait)
    for number in range(50):
        errands.do("file", partial(done.append, number))
    assert done == []
    gate.set()

    until(lambda: len(done) == 50)
    assert done == list(range(50))


def test_whoever_asks_does_not_wait_and_what_hangs_holds_up_nothing_else(
    errands: Errands, gate: threading.Event
) -> None:
    done: list[str] = []
    begun = time.monotonic()
    errands.do("file", gate.wait)
    errands.do("file", lambda: done.append("after"))
    errands.do_apart("browser", gate.wait)
    errands.do_apart("browser", lambda: done.append("apart"))
    errands.do("other", lambda: done.append("other"))
    assert time.monotonic() - begun < 5

    until(lambda: sorted(done) == ["apart", "other"])
    gate.set()
    until(lambda: "after" in done)


def test_what_is_asked_for_again_and_again_is_done_once_more(errands: Errands, gate: threading.Event) -> None:
    begun = 0

    def look() -> None:
        nonlocal begun
        begun += 1
        gate.wait()

    errands.do("look", look, once=True)
    until(lambda: begun == 1)
    for _ in range(20):
        errands.do("look", look, once=True)
    gate.set()

    assert errands.finish({"look"}, 20)
    assert begun == 2


def test_a_fault_is_logged_and_what_follows_is_done(errands: Errands, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> None:
        raise RuntimeError("a fault outside")

    errands.do("file", fails)
    errands.do("file", lambda: done.append("next"))

    until(lambda: done)
    assert "a fault outside" in caplog.text


def test_the_end_waits_for_what_matters_and_not_for_ever(errands: Errands, gate: threading.Event) -> None:
    done: list[str] = []
    errands.do("hangs", gate.wait)
    errands.do("saving", lambda: (time.sleep(0.1), done.append("saved")))  # so that the end comes first

    assert errands.finish({"saving"}, 20)
    assert done == ["saved"]
    assert errands.busy("hangs")
    assert not errands.finish({"saving", "hangs"}, 0.1)


def test_no_thread_is_left_where_there_is_nothing_to_do(errands: Errands) -> None:
    before = set(threading.enumerate())
    for number in range(10):
        errands.do(f"thing {number}", lambda: None)
        errands.do_apart("apart", lambda: None)

    until(lambda: set(threading.enumerate()) <= before)


def test_what_found_no_thread_is_done_in_its_order_once_there_is_one(
    errands: Errands, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as used_up:
        used_up.setattr(threading.Thread, "start", refuse)
        errands.do("file", lambda: done.append("first"))
        errands.do("file", lambda: done.append("second"))
        errands.do_apart("browser", lambda: done.append("apart"))
    assert errands.busy("file")
    assert done == []

    errands.do("anything", lambda: None)  # as each pass of the loop does

    until(lambda: len(done) == 3)
    assert done.index("first") < done.index("second")
    assert errands.finish({"file", "anything"}, 10)


def test_watching_that_could_not_begin_begins_with_a_later_look(errands: Errands) -> None:
    inbox = Inbox()
    left: list[OSError] = [OSError(24, "Too many open files")]

    def follow() -> None:
        if left:
            raise left.pop()

    watching = Watching(inbox, find_paths(), errands, None, follow_presence=follow)
    watching.begin()
    until(lambda: not left and not errands.busy("watching"))
    assert watching._watcher is None
    watching.look_around()
    until(lambda: watching._watcher is not None)
    watching.close()
