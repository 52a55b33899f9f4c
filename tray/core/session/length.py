"""How long a sign-in lasts, learned from how long earlier ones lasted: no file and no answer of AWS says it."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from tray.core.dataclass import replace
from tray.core.session.history import Span

USUAL_HOURS = (1, 4, 8, 12, 24, 7 * 24)
"""What administrators choose most, and what the menu offers."""

MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_USUAL = tuple(hours * _HOUR for hours in (*USUAL_HOURS, 30 * 24, 90 * 24))
_STEPS = (24 * _HOUR, _HOUR, _HOUR / 2, _HOUR / 4)
"""Coarse to fine. The shortest length that Identity Center allows is a quarter of an hour (docs/facts: Words)."""

_WIDTH = timedelta(minutes=75)
"""A sign-in renewed every hour ends within bounds this far apart; wider bounds mean that nobody looked."""

_KEPT = 6


def learned_length(spans: tuple[Span, ...]) -> timedelta | None:
    """
    Tell how long a sign-in lasts: the roundest length within the bounds of those that ended last.

    A sign-in may end early (AWS reuses a browser's session that began before, or an administrator ends it), so once
    two ends have contradicted each other, a length counts only when a second end has confirmed it.

    Returns:
        None where nothing was learned yet, or what was learned has been contradicted.
    """
    if not spans or spans[-1].times < (1 if len(spans) == 1 else 2):
        return None
    return roundest(spans[-1].after, spans[-1].until)


def with_end(spans: tuple[Span, ...], after: timedelta, until: timedelta, *, sure: bool) -> tuple[Span, ...]:
    """
    Add the bounds of a session that has ended: it lasted longer than `after`, and no longer than `until`.

    Bounds that tell no length say only that nobody looked, and are not kept. Where its beginning is not `sure`, it
    counts only where another end confirms it, and contradicts none.
    """
    if roundest(after, until) is None:
        return spans
    for index in reversed(range(len(spans))):
        old = spans[index]
        narrowed = Span(max(old.after, after), min(old.until, until), old.times + 1)
        if roundest(narrowed.after, narrowed.until) is not None:
            return (*spans[:index], narrowed)  # What contradicted it since then was an early end.
        if roundest(old.after, old.until) == roundest(after, until):  # But for seconds.
            return (*spans[:index], replace(old, times=narrowed.times))
    return (*spans, Span(after, until, 1 if sure else 0))[-_KEPT:] if sure or not spans else spans


def without_shorter(spans: tuple[Span, ...], age: timedelta) -> tuple[Span, ...]:
    """Forget every length that a sign-in which still holds has outlived: that is proof, so nothing shorter is true."""
    kept = (replace(span, after=max(span.after, age)) if span.after < age <= span.until else span for span in spans)
    return tuple(span for span in kept if age < span.until and roundest(span.after, span.until) is not None)


def with_doubt(spans: tuple[Span, ...], age: timedelta) -> tuple[Span, ...]:
    """Weaken every length that a sign-in of doubtful beginning seems to have outlived; forget it the next time."""
    return tuple(
        replace(span, times=1) if span.until <= age else span for span in spans if span.until > age or span.times > 1
    )


@lru_cache(maxsize=256)
def roundest(after: timedelta, until: timedelta) -> timedelta | None:
    """
    Choose the roundest length that is longer than one bound and no longer than the other.

    Both bounds are met within a minute: clocks and files are no better.

    Returns:
        None where the bounds are too far apart to tell one length from another, or hold no round one.
    """
    if until <= after or until - after > max(_WIDTH, after / 4):
        return None
    longer_than = max(after - MINUTE, timedelta())
    usual = [length for length in _USUAL if longer_than < length <= until]
    if usual:
        return usual[0] if len(usual) == 1 else None
    for step in _STEPS:
        first, last = longer_than // step + 1, until // step
        if first <= last:
            return first * step if first == last else None
    return None
