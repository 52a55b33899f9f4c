"""The signals that end the tray, and those that it leaves alone."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no such signals", allow_module_level=True)

from tray.desktop import system_events

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ALL}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ALL)
def test_a_signal_ends_it(number: signal.Signals) -> None:
    ended: list[bool] = []
    system_events.follow_ending(lambda: ended.append(True))
    signal.raise_signal(number)
    assert ended == [True]


def test_one_that_it_was_started_to_ignore_does_not() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    system_events.follow_ending(lambda: pytest.fail("nohup is no reason to end"))
    signal.raise_signal(signal.SIGHUP)
