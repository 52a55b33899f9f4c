"""The next instant at which anything that a person sees changes, or a renewal is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tray.core.command import LITTLE_LEFT
from tray.core.model import Kind, SignInStatus, Status
from tray.core.session.memory import Memory
from tray.core.session.renewal import renewal_at
from tray.core.session.status import counts_until
from tray.core.settings import Settings
from tray.core.words.times import LocalTime


def next_change(
    statuses: tuple[SignInStatus, ...], memory: Memory, now: datetime, settings: Settings, local: LocalTime
) -> datetime | None:
    """Find the first moment after ``now`` at which the clock alone changes a status or a word, or makes a thing due."""
    return min((at for at in _moments(statuses, memory, now, settings, local) if at > now), default=None)


def _moments(
    statuses: tuple[SignInStatus, ...], memory: Memory, now: datetime, settings: Settings, local: LocalTime
) -> Iterator[datetime]:
    for found in statuses:
        yield from _moments_of(found, settings)
        renewal = renewal_at(found, memory.history(found.sign_in.name), now, settings)
        if renewal is not None:
            yield renewal
    if memory.snoozed_until is not None:
        yield memory.snoozed_until
    if (quiet_end := settings.quiet_until(local(now))) is not None:
        yield quiet_end
    # "17:05" becomes "tomorrow 17:05", or the other way round, at local midnight.
    yield local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _moments_of(found: SignInStatus, settings: Settings) -> Iterator[datetime]:
    if found.token is not None:
        yield found.token.expires_at - found.token.margin
        yield found.token.expires_at
        if found.token.registration_expires_at is not None:
            yield found.token.registration_expires_at
        if found.status is Status.RENEWABLE:
            yield counts_until(found.deadline, found.checked_at or found.token.modified_at)
    if found.deadline is not None:
        yield found.deadline.at
        if found.sign_in.kind is not Kind.CONSOLE:
            yield found.deadline.at - LITTLE_LEFT  # From then on the page of a login asks no more.
        for minutes in settings.lead_minutes:
            yield found.deadline.at - timedelta(minutes=minutes)
