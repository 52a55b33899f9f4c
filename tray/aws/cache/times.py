"""Times as the programs around ``~/.aws`` write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tray.core.model import EARLIEST, LATEST

_EARLIEST, _LATEST = EARLIEST.timestamp(), LATEST.timestamp()
_SHAPE = re.compile(
    r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2}){0,2})?", re.ASCII
)


def parse_time(text: str) -> datetime:
    """
    Parse a time of a token file, in every form that is known (docs/facts: Times in the files), and tell it in UTC.

    Milliseconds may follow, and ``Z``, ``UTC``, ``GMT``, an offset, or nothing, which means UTC.

    Raises:
        ValueError: The text is none of these.
    """
    shape = _SHAPE.fullmatch(text.strip().upper())
    if shape is None:
        raise ValueError("not a time")
    moment, zone = shape.groups()
    offset = zone if zone and zone[0] in "+-" else "+00:00"
    try:
        return datetime.fromisoformat(moment + offset).astimezone(UTC)
    except OverflowError:
        raise ValueError("not a time that can be told in UTC") from None


def moment_at(seconds: float) -> datetime:
    """Tell a moment by its seconds since the epoch, or the nearest one that this program works with."""
    return datetime.fromtimestamp(min(max(seconds, _EARLIEST), _LATEST), UTC)


def format_time(moment: datetime) -> str:
    """Write a moment as the AWS CLI does: UTC, whole seconds (the rest is cut off), ``Z``."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
