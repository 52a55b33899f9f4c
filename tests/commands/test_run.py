"""What the tray says of the place for its icon."""

from __future__ import annotations

import queue
import threading

import pytest
from support.desk import until

from tray.commands import run
from tray.core.command import Do
from tray.core.words import terminal as terminal_words
from tray.resident.inbox import Inbox


@pytest.fixture
def inbox() -> Inbox:
    return queue.SimpleQueue()


def timers() -> list[threading.Timer]:
    """Those of the program; pytest's own watches over the test."""
    found = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    return [timer for timer in found if timer.interval == run._NO_TRAY_SECONDS]


def test_that_there_is_no_tray_is_put_into_the_inbox_after_a_while(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "_NO_TRAY_SECONDS", 0.05)
    host = run._Host(inbox)

    host(False)

    assert inbox.get(timeout=20) is Do.SAY_NO_TRAY
    assert terminal_words.NO_TRAY().title in capsys.readouterr().err


def test_a_tray_that_comes_meanwhile_stops_that(inbox: Inbox) -> None:
    host = run._Host(inbox)

    host(False)
    assert [timer.interval for timer in timers()] == [30.0]
    host(True)

    until(lambda: not timers())
    assert inbox.empty()


def test_where_no_notice_can_be_shown_either_none_is_asked_for() -> None:
    run._Host(None)(False)

    assert timers() == []
