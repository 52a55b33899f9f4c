"""
The moments that this program works with.

Files hold what they like: a moment of the year 1 or 9999 is broken or hostile, and sums with it might be no date.
"""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""A machine whose battery is empty begins in a year like 1980, and what is remembered moves there with its clock."""

LATEST = datetime(2200, 12, 31, tzinfo=UTC)


def nearest(at: datetime) -> datetime:
    """Give a moment itself, or the nearest one that this program works with."""
    return min(max(at, EARLIEST), LATEST)
