"""
When a token is renewed silently, so that no program meets an expired one (docs/contracts: End of a sign-in).

What AWS says of a renewal the command that makes it writes down; what keeps it from AWS, the tray remembers here.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from tray.core.dataclass import replace
from tray.core.message import Message
from tray.core.model import Kind, SignInStatus, Status, Token
from tray.core.session.deadline import can_renew
from tray.core.session.history import History, Trouble
from tray.core.session.length import MINUTE
from tray.core.session.memory import Memory
from tray.core.session.status import is_renewable
from tray.core.settings import Settings

AT_ONCE = 4
"""Renewals in flight at a time; each is a process of its own."""

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two renewals that fail."""

_FIRST_PAUSE = timedelta(seconds=2)


class How(Enum):
    """What a renewal is to do."""

    RENEW = auto()
    """Renew a token that is near its end."""

    INSIST = auto()
    """Renew a token although it is not near its end: to learn whether the session holds."""

    ASK = auto()
    """Only ask the portal if the session holds: no renewal is possible, or we were about to end the session."""


class Renewal(NamedTuple):
    """A renewal that is due."""

    sign_in: str
    how: How


def due_renewals(
    memory: Memory,
    statuses: tuple[SignInStatus, ...],
    now: datetime,
    settings: Settings,
    renewing: Collection[str] = (),
) -> tuple[Renewal, ...]:
    """Choose what to renew now, the most urgent first; `renewing` names the sign-ins of which one is in flight."""
    due = []
    for found in statuses:
        if found.sign_in.name in renewing:
            continue
        at = renewal_at(found, memory.history(found.sign_in.name), now, settings)
        if at is not None and at <= now and found.token is not None:
            due.append((found.token.expires_at, found.sign_in.name, _how(found, found.token, now)))
    return tuple(Renewal(name, how) for _, name, how in sorted(due)[: max(0, AT_ONCE - len(renewing))])


def renewal_at(found: SignInStatus, known: History, now: datetime, settings: Settings) -> datetime | None:
    """
    Say from when on (UTC) a renewal is due, perhaps since a while; None where none will be.

    It is due when less than the smaller of 16 minutes and a third of the token's life is left; where the session's end
    is estimated, before the person is reminded of it and around the end itself, to ask AWS whether that is so: a wrong
    estimate is found out the first time; after the old end of a session that was begun anew, to learn whether that won
    time; and once something tells that the session may be over. Where the token cannot be renewed, AWS is asked only in
    the latter cases. Where the AWS CLI renews, it does so near the token's end alone: it cannot be asked before.
    """
    token = found.token
    if token is None or found.status in {Status.SIGNING_IN, Status.UNREADABLE}:
        return None
    if not settings.renew_enabled and not found.unsure:  # Whether our own work is done is asked in any case.
        return None
    console = found.sign_in.kind is Kind.CONSOLE
    if known.over and (console or not known.questioned):
        return None
    moments = _moments_of_console(found, token, known, now) if console else _moments(found, token, known, now, settings)
    if not moments:
        return None
    at = min(moments)
    if known.pause_until is not None and known.pause_until <= now + LONGEST_PAUSE:  # Else the clock was set.
        at = max(at, known.pause_until)
    return at


def _moments_of_console(found: SignInStatus, token: Token, known: History, now: datetime) -> list[datetime]:
    return [_near_its_end(token, known)] if is_renewable(found.sign_in, token, now) else []


def _moments(found: SignInStatus, token: Token, known: History, now: datetime, settings: Settings) -> list[datetime]:
    held_at = known.held_at or token.modified_at
    moments = _doubts(found, held_at, settings)
    if known.old_end is not None and held_at < known.old_end + MINUTE:
        moments.append(known.old_end + MINUTE)
    if can_renew(token, now):
        moments.append(_near_its_end(token, known))
    elif now >= token.expires_at:
        return []
    if known.questioned:
        moments.append(known.questioned_at or known.recorded_at or now)
    return moments


def _how(found: SignInStatus, token: Token, now: datetime) -> How:
    if found.sign_in.kind is Kind.CONSOLE:
        return How.RENEW
    if found.unsure or not can_renew(token, now):
        return How.ASK
    return How.INSIST if now < token.expires_at - token.margin else How.RENEW


def _near_its_end(token: Token, known: History) -> datetime:
    at = token.expires_at - token.margin
    if known.held_at is None:
        return at
    # Where the clock was set back since, the file says too late; what is remembered was set back with it.
    return min(at, known.held_at + token.life - token.margin)


def _doubts(found: SignInStatus, held_at: datetime, settings: Settings) -> list[datetime]:
    """List the moments at which AWS is asked about an estimated end, but those at which it was seen to hold."""
    if found.deadline is None or not found.deadline.estimated:
        return []
    at = found.deadline.at
    moments = (at - settings.longest_lead - MINUTE, at - 2 * MINUTE, at + MINUTE)
    return [moment for moment in moments if held_at < moment]


def failed(memory: Memory, sign_in: str, problem: Message, now: datetime, *, passes: bool) -> Memory:
    """Take in that a renewal failed for no fault of the sign-in: no network, an error of AWS, a disk that is full."""
    known = memory.history(sign_in)
    before = known.trouble
    since, attempts = (now, 1) if before is None else (before.since, before.attempts + 1)
    found = Trouble(since, problem.title, problem.hint, passes=passes, attempts=attempts)
    fingerprint = "" if known.token is None else known.token.fingerprint
    pause = pause_after(found.attempts, f"{sign_in} {fingerprint}")
    return memory.with_history(sign_in, replace(known, trouble=found, pause_until=now + pause))


def asked(memory: Memory, sign_in: str, now: datetime) -> Memory:
    """
    Take in that AWS was asked about a sign-in. What it said the command has written down.

    Where that could not be written the tray knows as much as before, and must not ask again without end.
    """
    known = memory.history(sign_in)
    if known.token is None or known.over:
        return memory
    return memory.with_history(sign_in, replace(known, pause_until=now + known.token.pause))


def unable(memory: Memory, sign_in: str, now: datetime) -> Memory:
    """
    Take in that a sign-in cannot be renewed from here for want of a program: other programs renew it as they use it.

    That is no trouble that people need to know of; the doctor tells it. It is looked for again after a while.
    """
    return memory.with_history(sign_in, replace(memory.history(sign_in), pause_until=now + LONGEST_PAUSE))


def pause_after(attempts: int, salt: str) -> timedelta:
    """
    Say how long to wait after so many failures in a row: doubled each time, up to `LONGEST_PAUSE`.

    Half of it differs from one salt to the next, so that after an outage not everybody asks at once.
    """
    whole: timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    share = zlib.crc32(f"{salt} {attempts}".encode("utf-8", "surrogatepass")) / 2**32
    return whole * (0.5 + 0.5 * share)


def forget_failures(memory: Memory) -> Memory:
    """Take in that the machine woke up, or found a network: what failed before may go well now."""
    histories = {name: replace(known, trouble=None, pause_until=None) for name, known in memory.histories.items()}
    return replace(memory, histories=MappingProxyType(histories))
