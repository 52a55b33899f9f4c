"""How moments and lengths of time are said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from tray.core.language import spoken
from tray.core.message import Line, Plural
from tray.core.model import nearest

LocalTime = Callable[[datetime], datetime]
"""Turns a moment (aware) into local time."""


def local_time(at: datetime) -> datetime:
    """
    Tell a moment (aware) in this machine's time zone; never raises.

    No system knows the zone of every moment: Windows that of none before 1970 or after the year 3000, and near the ends
    of the calendar the local time is no date (docs/facts: Windows files). Then it is the nearest moment that has one.
    """
    for each in (at, nearest(at)):
        with suppress(OverflowError, OSError, ValueError):
            return each.astimezone()
    return nearest(at)


_CLOCK_OF = Line("24 hours", "usual clock of the language: 24 hours or 12 hours")
_AT = Line("{hour}:{minute}", "time of day on a clock of 24 hours; hour has two digits")
_BEFORE_NOON = Line("{hour}:{minute} AM", "hour from 1 to 12")
_AFTER_NOON = Line("{hour}:{minute} PM", "hour from 1 to 12")
_WEEKDAYS = (
    Line("Mon"),
    Line("Tue"),
    Line("Wed"),
    Line("Thu"),
    Line("Fri"),
    Line("Sat"),
    Line("Sun"),
)
_MONTHS = (
    Line("Jan"),
    Line("Feb"),
    Line("Mar"),
    Line("Apr"),
    Line("May"),
    Line("Jun"),
    Line("Jul"),
    Line("Aug"),
    Line("Sep"),
    Line("Oct"),
    Line("Nov"),
    Line("Dec"),
)
_TOMORROW = Line("tomorrow {time}")
_WEEKDAY = Line("{weekday} {time}")
_THIS_YEAR = Line("{day} {month} {time}")
_ANOTHER_YEAR = Line("{day} {month} {year} {time}")
_SECONDS = Line("{seconds} s")
_MINUTES = Line("{minutes} min")
_HOURS_AND_MINUTES = Line("{hours} h {minutes} min")
_SHORT_HOURS = Line("{hours} h")
HOURS = Plural("1 hour", "{count} hours")
_DAYS = Plural("1 day", "{count} days")


def time_of_day(local: datetime) -> str:
    """Say what a clock shows, as the person wants clocks: ``17:05``, ``5:05 PM``; the moment is in local time."""
    twelve = spoken().twelve_hours
    if twelve is None:
        twelve = _CLOCK_OF() == "12 hours"
    if not twelve:
        return _AT(hour=f"{local:%H}", minute=f"{local:%M}")
    form = _BEFORE_NOON if local.hour < 12 else _AFTER_NOON
    return form(hour=(local.hour - 1) % 12 + 1, minute=f"{local:%M}")


def clock(at: datetime, now: datetime, local: LocalTime) -> str:
    """Name a moment as a person would: ``17:05``, ``tomorrow 09:30``, ``Tue 09:30``, ``3 Dec 09:30``; local time."""
    then, today = local(at), local(now).date()
    days = (then.date() - today).days
    time = time_of_day(then)
    if days == 0:
        return time
    if days == 1:
        return _TOMORROW(time=time)
    if 1 < days < 7:
        return _WEEKDAY(weekday=_WEEKDAYS[then.weekday()](), time=time)
    if then.year == today.year:
        return _THIS_YEAR(day=then.day, month=_MONTHS[then.month - 1](), time=time)
    return _ANOTHER_YEAR(day=then.day, month=_MONTHS[then.month - 1](), year=str(then.year), time=time)


def span(left: timedelta) -> str:
    """Say a length of time in the largest unit that serves: ``2 h 5 min``, ``14 min``, ``40 s``."""
    seconds = max(0, round(left.total_seconds()))
    if seconds < 60:
        return _SECONDS(seconds=seconds)
    hours, minutes = divmod(seconds // 60, 60)
    if hours == 0:
        return _MINUTES(minutes=minutes)
    return _HOURS_AND_MINUTES(hours=hours, minutes=minutes) if minutes else _SHORT_HOURS(hours=hours)


def length(hours: float) -> str:
    """Name the length of a sign-in: ``8 hours``, ``7 days``, ``1 h 30 min``."""
    days, rest = divmod(hours, 24)
    if rest == 0 and days > 1:
        return _DAYS(days)
    return HOURS(hours) if float(hours).is_integer() else span(timedelta(hours=hours))
