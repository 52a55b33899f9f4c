"""What becomes of the memory when this machine's clock is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.core.memory import ESTIMATED, Memory


def clock_set(memory: Memory, by: timedelta) -> Memory:
    """
    Move every remembered moment, because the clock was set.

    Durations stay right then, whether the clock was wrong before or is now. The times in token files are left as they
    are: they are what every other program goes by.

    Args:
        memory: As remembered by the clock before.
        by: How far the clock was set forward; negative for back.
    """

    def moved(at: datetime | None) -> datetime | None:
        return None if at is None else at + by

    histories = {
        name: replace(
            old,
            began_at=moved(old.began_at),
            held_at=moved(old.held_at),
            refused_at=moved(old.refused_at),
            trouble=None if old.trouble is None else replace(old.trouble, since=old.trouble.since + by),
            pause_until=moved(old.pause_until),
        )
        for name, old in memory.histories.items()
    }
    announcements = {
        name: replace(
            said,
            # An end that was estimated from a beginning moves with it; one that a file says does not.
            deadline=moved(said.deadline) if said.occasion.startswith(ESTIMATED) else said.deadline,
            said_at=moved(said.said_at),
        )
        for name, said in memory.announcements.items()
    }
    return replace(
        memory,
        announcements=MappingProxyType(announcements),
        histories=MappingProxyType(histories),
        snoozed_until=moved(memory.snoozed_until),
        seen_at=moved(memory.seen_at),
        skew_seconds=None,
    )
