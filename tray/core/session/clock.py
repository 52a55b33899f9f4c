"""What becomes of all that is remembered when this machine's clock is set: durations stay right, moments move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.core.dataclass import replace
from tray.core.session.history import History
from tray.core.session.memory import Memory

CLOCK_JUMP = timedelta(minutes=2)
"""A clock set by less changes nothing that matters here."""

_DRIFT = timedelta(minutes=1)
"""By so much a clock may be off from one answer of AWS to the next, and nobody has set it."""

_Move = Callable[[datetime | None], datetime | None]


def look_at_clock(memory: Memory, now: datetime) -> Memory:
    """
    Notice that the clock was set back, or that it leapt forward: because it was set, or while the machine slept.

    Which of the two it was, AWS's next answer tells (see `skewed`).
    """
    if memory.seen_at is None:
        return memory
    leap = now - memory.seen_at
    if leap < -CLOCK_JUMP:
        return clock_set(memory, leap)
    return replace(memory, leapt_at=now) if leap > CLOCK_JUMP else memory


def clock_set(memory: Memory, by: timedelta) -> Memory:
    """
    Move every remembered moment, because the clock was set forward (`by` is negative for back).

    Durations stay right then, whether the clock was wrong before or is now. The times in token files are left as they
    are: they are what every other program goes by.
    """
    move = _all_moved(by)
    return replace(
        _moved(memory, by, move),
        snoozed_until=move(memory.snoozed_until),
        seen_at=move(memory.seen_at),
        leapt_at=move(memory.leapt_at),
    )


def skewed(memory: Memory, seconds: float, at: datetime | None = None) -> Memory:
    """
    Take in by how much AWS's clock is ahead of this machine's (the ``Date`` of an answer); negative: behind.

    AWS's clock is never set. Where it is ahead by another time than at its last answer, this machine's was, when it
    leapt: every moment remembered from before then moves.

    Args:
        memory: What was known before.
        seconds: By how much AWS's clock was ahead.
        at: When a command of ours heard it (UTC), where that is read only now. From before a leap it tells nothing of
            the leap, unless it differs: then the clock had leapt before the leap was noticed.
    """
    leapt_at = memory.leapt_at if at is not None and memory.leapt_at is not None and at < memory.leapt_at else None
    if memory.skew_seconds is not None:
        by = timedelta(seconds=memory.skew_seconds - seconds)
        if abs(by) > _DRIFT:
            memory, leapt_at = _moved(memory, by, _before(memory.leapt_at, by)), None
    return replace(memory, skew_seconds=seconds, leapt_at=leapt_at)


def by_clock(known: History, memory: Memory) -> History:
    """Tell a history by the clock as it is now, where it was written down before the clock was set."""
    if known.skew is None or memory.skew_seconds is None:
        return known
    by = timedelta(seconds=known.skew - memory.skew_seconds)
    return _history_moved(known, by, _all_moved(by)) if abs(by) > _DRIFT else known


def _all_moved(by: timedelta) -> _Move:
    return lambda at: None if at is None else at + by


def _before(leapt_at: datetime | None, by: timedelta) -> _Move:
    # What was remembered since the leap is by the clock as it is now.
    return lambda at: at if at is None or (leapt_at is not None and at >= leapt_at) else at + by


def _moved(memory: Memory, by: timedelta, move: _Move) -> Memory:
    announcements = {
        # An end that was estimated from a beginning moves with it; one that a file says does not.
        name: replace(
            said,
            deadline=said.deadline + by if said.estimated and said.deadline is not None else said.deadline,
            said_at=move(said.said_at),
        )
        for name, said in memory.announcements.items()
    }
    hooks = {name: replace(told, at=move(told.at) or told.at) for name, told in (memory.hooks or {}).items()}
    histories = {name: _history_moved(known, by, move) for name, known in memory.histories.items()}
    return replace(
        memory,
        announcements=MappingProxyType(announcements),
        histories=MappingProxyType(histories),
        hooks=None if memory.hooks is None else MappingProxyType(hooks),
        skew_seconds=None if memory.skew_seconds is None else memory.skew_seconds - by.total_seconds(),
    )


def _history_moved(known: History, by: timedelta, move: _Move) -> History:
    ended, ending, trouble = known.ended, known.ending, known.trouble
    return replace(
        known,
        began_at=move(known.began_at),
        login_at=move(known.login_at),
        held_at=move(known.held_at),
        ended=None if ended is None else replace(ended, at=move(ended.at) or ended.at),
        page_shown_at=move(known.page_shown_at),
        ending=None if ending is None else replace(ending, at=move(ending.at) or ending.at),
        old_end=None if known.old_end is None else known.old_end + by,
        questioned_at=move(known.questioned_at),
        trouble=None if trouble is None else replace(trouble, since=move(trouble.since) or trouble.since),
        past=tuple(replace(each, began_at=move(each.began_at), at=move(each.at) or each.at) for each in known.past),
        pause_until=move(known.pause_until),
        recorded_at=move(known.recorded_at),
        skew=None if known.skew is None else known.skew - by.total_seconds(),
    )
