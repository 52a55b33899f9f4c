"""The last sessions of a sign-in that are over, and what ended each."""

from __future__ import annotations

from datetime import timedelta

from tray.core.model import Deadline
from tray.core.session.history import End, EndedBy, History, Past

_KEPT = 5
"""A short list for people; of a thousand sign-ins the memory holds all of them."""

_SAME = timedelta(seconds=30)
"""The tray may see that a token has gone before our command that removed it has told."""


def with_past(known: History, end: End | Deadline | None) -> tuple[Past, ...]:
    """
    Tell which sessions are over, once that of a sign-in is: its token has gone, or a login has begun another session.

    Only then, since AWS may say otherwise until then.

    Args:
        known: What was known of the session.
        end: What was heard of its end, or when that was to come; None where nothing tells, or it was told already.
    """
    if end is None:
        return known.past
    by, estimated = (end.by, False) if isinstance(end, End) else (None, end.estimated)
    began_at = None if known.doubtful or known.began_at is None else known.began_at.replace(microsecond=0)
    over, earlier = Past(began_at, end.at.replace(microsecond=0), by, estimated), known.past
    if earlier and earlier[-1].by is EndedBy.REMOVED and abs(over.at - earlier[-1].at) < _SAME:
        over, earlier = Past(earlier[-1].began_at, over.at, by), earlier[:-1]
    return (*earlier, over)[-_KEPT:]
