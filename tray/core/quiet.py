"""Quiet hours: a span of the local day in which no reminder is sent."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def parse(span: str) -> tuple[time, time] | None:
    """
    Read ``HH:MM-HH:MM``; it may pass midnight.

    Returns:
        Begin and end (local); None for an empty text.

    Raises:
        ValueError: The text is not such a span.
    """
    if not span.strip():
        return None
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        raise ValueError("not of the form HH:MM-HH:MM")
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def quiet_until(span: str, local_now: datetime) -> datetime | None:
    """
    Tell until when it is quiet.

    Args:
        span: A span as `parse` reads it, valid or empty.
        local_now: The moment, in local time.

    Returns:
        The end of the quiet hours, in the zone of ``local_now``; None while it is not quiet.
    """
    hours = parse(span)
    if hours is None:
        return None
    begin, end = hours
    clock = local_now.time()
    inside = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not inside:
        return None
    until = local_now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until if until > local_now else until + timedelta(days=1)
