"""The one wait of the resident program: for what happens, for the next moment that matters, and for sleep to end."""

from __future__ import annotations

import queue
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.events import Event, Inbox, Woke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SAFETY_SECONDS = 60.0
"""The longest wait: sleep, a changed clock and a missed file event heal by themselves within it."""

LOOK_AT_LOGIN = timedelta(seconds=1)
"""How long to wait for a login in a terminal: no event tells that it has died."""

CLOCK_JUMP_SECONDS = 5.0
"""A wait that took so much longer, or shorter, by the wall clock was a sleep, or the clock was set."""


def next_event(
    inbox: Inbox,
    moments: Iterable[datetime | None],
    *,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
) -> Event | None:
    """
    Wait for what happens next, at most until the first of the moments.

    Args:
        inbox: What is waited for.
        moments: When something changes by the clock alone (UTC); None for never.
        now: The clock (UTC).
        monotonic: A clock (seconds) that stands still while the computer sleeps, and that nobody sets.

    Returns:
        What happened; None when nothing did.
    """
    then, begun = now(), monotonic()
    seconds = [(at - then).total_seconds() for at in moments if at is not None]
    try:
        return inbox.get(timeout=max(min([SAFETY_SECONDS, *seconds]), 0.0))
    except queue.Empty:
        slept = (now() - then).total_seconds() - (monotonic() - begun)
        return Woke() if abs(slept) > CLOCK_JUMP_SECONDS else None
