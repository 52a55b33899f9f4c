"""How long a sign-in lasts, learned from how long earlier ones lasted: no file and no answer of AWS says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tray.core.history import Span

USUAL_HOURS = (1, 4, 8, 12, 24, 7 * 24)
"""What administrators choose most, and what the menu offers."""

MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_USUAL = tuple(hours * _HOUR for hours in (*USUAL_HOURS, 30 * 24, 90 * 24))
_STEPS = (24 * _HOUR, _HOUR, _HOUR / 2, _HOUR / 4)
"""Coarse to fine. The shortest length that Identity Center allows is a quarter of an hour (AWS-SSO-FACTS section 2)."""

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
    if not spans or (len(spans) > 1 and spans[-1].times == 1):
        return None
    return roundest(spans[-1].after, spans[-1].until)


def with_end(spans: tuple[Span, ...], after: timedelta, until: timedelta) -> tuple[Span, ...]:
    """
    Add the bounds of a sign-in that has ended.

    Bounds that tell no length say only that nobody looked, and are not kept.

    Args:
        spans: What was learned before.
        after: It lasted longer than this,
        until: and no longer than this.
    """
    if roundest(after, until) is None:
        return spans
    for index in reversed(range(len(spans))):
        old = spans[index]
        narrowed = Span(max(old.after, after), min(old.until, until), old.times + 1)
        if roundest(narrowed.after, narrowed.until) is not None:
            return (*spans[:index], *spans[index + 1 :], narrowed)
    return (*spans, Span(after, until))[-_KEPT:]


def without_shorter(spans: tuple[Span, ...], age: timedelta) -> tuple[Span, ...]:
    """Forget every length that a sign-in which still holds has outlived: that is proof, so nothing shorter is true."""
    kept = (replace(span, after=max(span.after, age)) if span.after < age <= span.until else span for span in spans)
    return tuple(span for span in kept if age < span.until and roundest(span.after, span.until) is not None)


def roundest(after: timedelta, until: timedelta) -> timedelta | None:
    """
    Choose the roundest length that is longer than one bound and no longer than the other.

    Both bounds are met within a minute: clocks and files are no better.

    Returns:
        None where the bounds are too far apart to tell one length from another, or hold no round one.
    """
    if until <= after or until - after > max(_WIDTH, after / 4):
        return None
    for lengths in (_USUAL, *(tuple(_multiples(step, after, until)) for step in _STEPS)):
        found = [length for length in lengths if after - MINUTE < length <= until]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _multiples(step: timedelta, after: timedelta, until: timedelta) -> Iterator[timedelta]:
    return (step * count for count in range(max(1, after // step), until // step + 1))
