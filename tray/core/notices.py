"""What to announce, and what to withdraw: one decision for the clock and for file changes (DESIGN section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from tray.core import text
from tray.core.command import LogIn, Snooze
from tray.core.memory import Announcement, Memory
from tray.core.model import Settings, SignInStatus, Status
from tray.core.quiet import quiet_until
from tray.core.surface import Button, Notice, Slot
from tray.core.text import LocalTime

SNOOZE_BUTTON_MINUTES = 30
MORNING_HOUR = 8

_UNSETTLED = frozenset({Status.ENDING, Status.EXPIRED, Status.SIGNING_IN, Status.UNREADABLE})
"""In these a notice that was sent is not yet untrue; a token file may be unreadable for a moment only."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What one pass asks of the outside."""

    memory: Memory
    """What to remember from now on."""

    notice: Notice | None = None
    """What to show."""

    withdraw: tuple[Slot, ...] = ()
    """Which notices have become untrue."""


def plan(
    memory: Memory, statuses: tuple[SignInStatus, ...], now: datetime, settings: Settings, local: LocalTime
) -> Effects:
    """
    Decide what the person must be told now.

    One notice a lead time and sign-in, one at the end, none repeated; held back by a snooze (never the end) and by
    quiet hours, and sent afterwards if still true; withdrawn once every sign-in it speaks of is settled, by whomever.

    Args:
        memory: What was said before.
        statuses: What is true now.
        now: The moment (UTC).
        settings: Lead times and quiet hours.
        local: Turns a moment into local time.
    """
    memory = _forget_settled(memory, statuses)
    if quiet_until(settings.quiet_hours, local(now)) is not None:
        return _withdrawn(memory, statuses)
    snoozed = memory.snoozed_until is not None and now < memory.snoozed_until
    ended = [found for found in statuses if _ended_unsaid(found, memory)]
    ending = [] if snoozed else [found for found in statuses if _leads_unsaid(found, memory, now, settings)]
    if not ended and not ending:
        return _withdrawn(memory, statuses)
    said = dict(memory.announcements)
    for found in ending:
        said[found.sign_in.name] = _with_leads(found, said.get(found.sign_in.name), now, settings)
    for found in ended:
        before = said.get(found.sign_in.name, Announcement())
        said[found.sign_in.name] = replace(before, ended=found.token.fingerprint if found.token else None)
    # A new notice takes the place of the old one, so it speaks of the same kind of trouble everywhere.
    about = [s for s in statuses if s.status is Status.EXPIRED] if ended else [s for s in statuses if _ends(s)]
    notice = _ended_notice(about) if ended else _ends_notice(about, now, local)
    names = tuple(found.sign_in.name for found in about)
    return Effects(replace(memory, announcements=MappingProxyType(said), showing=names), notice)


def snooze(memory: Memory, minutes: int | None, now: datetime, local: LocalTime) -> Memory:
    """
    Hold back reminders, and let what is still true afterwards be said once more.

    The reminder that the person put off was not taken in: after the snooze it is due again.

    Args:
        memory: What was said before.
        minutes: For how long; 0 ends a snooze, None is until tomorrow at 8.
        now: The moment (UTC).
        local: Turns a moment into local time.
    """
    if minutes == 0:
        return replace(memory, snoozed_until=None)
    if minutes is None:
        morning = local(now).replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
        until = morning.astimezone(UTC)
    else:
        until = now + timedelta(minutes=minutes)
    said = {
        name: replace(before, lead_minutes=()) if name in memory.showing else before
        for name, before in memory.announcements.items()
    }
    return replace(memory, announcements=MappingProxyType(said), snoozed_until=until, showing=())


def _unsettled(statuses: tuple[SignInStatus, ...]) -> set[str]:
    return {found.sign_in.name for found in statuses if found.status in _UNSETTLED}


def _forget_settled(memory: Memory, statuses: tuple[SignInStatus, ...]) -> Memory:
    """Drop what was said of sign-ins that hold again; being renewed also ends a snooze."""
    if not statuses:
        return memory  # A config that is broken for a moment says nothing about any sign-in.
    unsettled = _unsettled(statuses)
    kept = {name: said for name, said in memory.announcements.items() if name in unsettled}
    if len(kept) == len(memory.announcements):
        return memory
    return replace(memory, announcements=MappingProxyType(kept), snoozed_until=None)


def _withdrawn(memory: Memory, statuses: tuple[SignInStatus, ...]) -> Effects:
    """Withdraw the reminder when none of the sign-ins it speaks of needs the person any more."""
    if not memory.showing or not statuses or _unsettled(statuses).intersection(memory.showing):
        return Effects(memory)
    return Effects(replace(memory, showing=()), withdraw=(Slot.SIGN_IN,))


def _ends(found: SignInStatus) -> bool:
    return found.status is Status.ENDING and found.deadline is not None


def due_leads(found: SignInStatus, now: datetime, settings: Settings) -> tuple[float, ...]:
    """Name the lead times (minutes) whose moment has come for a sign-in."""
    if found.deadline is None:
        return ()
    left = found.deadline.at - now
    return tuple(minutes for minutes in settings.lead_minutes if left <= timedelta(minutes=minutes))


def _leads_unsaid(found: SignInStatus, memory: Memory, now: datetime, settings: Settings) -> bool:
    if not _ends(found) or found.deadline is None:
        return False
    said = memory.announcements.get(found.sign_in.name)
    known = said.lead_minutes if said is not None and said.deadline == found.deadline.at else ()
    return any(minutes not in known for minutes in due_leads(found, now, settings))


def _with_leads(found: SignInStatus, said: Announcement | None, now: datetime, settings: Settings) -> Announcement:
    due = due_leads(found, now, settings)
    at = found.deadline.at if found.deadline else None
    known = said.lead_minutes if said is not None and said.deadline == at else ()
    ended = said.ended if said is not None else None
    return Announcement(at, tuple(dict.fromkeys((*known, *due))), ended)


def _ended_unsaid(found: SignInStatus, memory: Memory) -> bool:
    if found.status is not Status.EXPIRED or found.token is None:
        return False
    said = memory.announcements.get(found.sign_in.name)
    return said is None or said.ended != found.token.fingerprint


def _ends_notice(about: list[SignInStatus], now: datetime, local: LocalTime) -> Notice:
    deadlines = [found.deadline for found in about if found.deadline is not None]
    log_in = LogIn(about[0].sign_in.name)
    return Notice(
        Slot.SIGN_IN,
        text.ends_title(deadlines, now, local),
        text.ends_body([found.sign_in for found in about]),
        (Button(text.LOG_IN, log_in), Button(text.SNOOZE, Snooze(SNOOZE_BUTTON_MINUTES))),
        log_in,
    )


def _ended_notice(about: list[SignInStatus]) -> Notice:
    log_in = LogIn(about[0].sign_in.name)
    return Notice(
        Slot.SIGN_IN,
        text.ended_title(len(about)),
        text.ended_body([found.sign_in for found in about]),
        (Button(text.LOG_IN, log_in),),
        log_in,
    )
