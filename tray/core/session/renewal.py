"""When a token is renewed silently, so that no program meets an expired one (docs/contracts: End of a sign-in)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from tray.core.model import Kind, Settings, SignInStatus, Status, Token
from tray.core.session.deadline import can_renew
from tray.core.session.history import History
from tray.core.session.length import MINUTE
from tray.core.session.memory import Memory
from tray.core.session.trouble import LONGEST_PAUSE

AT_ONCE = 4
"""Renewals in flight at a time; each is a process of its own."""


def due_renewals(
    memory: Memory,
    statuses: tuple[SignInStatus, ...],
    now: datetime,
    settings: Settings,
    renewing: Collection[str] = (),
) -> tuple[str, ...]:
    """
    Name the sign-ins to renew now, the most urgent first.

    Args:
        memory: Gives their histories.
        statuses: What is true now.
        now: The moment (UTC).
        settings: Whether to renew at all, and the lead times.
        renewing: The sign-ins of which a renewal is in flight.
    """
    due = []
    for found in statuses:
        if found.sign_in.name in renewing:
            continue
        at = renewal_at(found, memory.history(found.sign_in.name), now, settings)
        if at is not None and at <= now and found.token is not None:
            due.append((found.token.expires_at, found.sign_in.name))
    return tuple(name for _, name in sorted(due)[: max(0, AT_ONCE - len(renewing))])


def renewal_at(found: SignInStatus, known: History, now: datetime, settings: Settings) -> datetime | None:
    """
    Say from when on a renewal is due, perhaps since a while; None where none will be.

    It is due when less than the smaller of 10 minutes and a third of the token's life is left; where the sign-in's end
    is estimated, before the person is reminded of it and around the end itself, to ask AWS whether that is so: a wrong
    estimate is found out the first time; after the old end of a session that was begun anew, to learn whether that won
    time; and once something tells that the session may be over. Where the token cannot be renewed, AWS is asked only in
    the latter cases (see `checked`).

    Args:
        found: What is true of the sign-in.
        known: Its history.
        now: The moment (UTC).
        settings: Whether to renew at all, and the lead times.
    """
    token = found.token
    if token is None or found.status in {Status.SIGNING_IN, Status.UNREADABLE}:
        return None
    if not settings.renew_enabled and not found.unsure:  # Whether our own work is done is asked in any case.
        return None
    if found.sign_in.kind is Kind.CONSOLE or (known.over and not known.questioned):
        return None
    held_at = known.held_at or token.modified_at
    moments = _doubts(found, held_at, settings)
    if known.old_end is not None and held_at < known.old_end + MINUTE:
        moments.append(known.old_end + MINUTE)
    if can_renew(token, now):
        moments.append(_near_its_end(token, known))
    elif now >= token.expires_at:
        return None
    if known.questioned:
        moments.append(known.questioned_at or known.recorded_at or now)
    if not moments:
        return None
    at = min(moments)
    if known.pause_until is not None and known.pause_until <= now + LONGEST_PAUSE:  # Else the clock was set.
        at = max(at, known.pause_until)
    return at


def checked(statuses: tuple[SignInStatus, ...], due: Collection[str], now: datetime) -> frozenset[str]:
    """
    Name those among the due renewals of which the portal is to tell whether they hold: they cannot be renewed, or one
    of our commands was about to end their session.
    """
    return frozenset(
        found.sign_in.name
        for found in statuses
        if found.sign_in.name in due and found.token is not None and (found.unsure or not can_renew(found.token, now))
    )


def insisted(statuses: tuple[SignInStatus, ...], due: Collection[str], now: datetime) -> frozenset[str]:
    """Name those among the due renewals that are due although the file does not say that the token is near its end."""
    return frozenset(
        found.sign_in.name
        for found in statuses
        if found.sign_in.name in due and found.token is not None and now < found.token.expires_at - found.token.margin
    )


def _near_its_end(token: Token, known: History) -> datetime:
    at = token.expires_at - token.margin
    if known.held_at is None:
        return at
    # Where the clock was set back since, the file says too late; what is remembered was set back with it.
    return min(at, known.held_at + token.life - token.margin)


def _doubts(found: SignInStatus, held_at: datetime, settings: Settings) -> list[datetime]:
    """List the moments at which an estimated end is put to the proof, but those that the sign-in has stood."""
    if found.deadline is None or not found.deadline.estimated:
        return []
    at, lead = found.deadline.at, timedelta(minutes=max(settings.lead_minutes, default=0.0))
    moments = (at - lead - MINUTE, at - 2 * MINUTE, at + MINUTE)
    return [moment for moment in moments if held_at < moment]
