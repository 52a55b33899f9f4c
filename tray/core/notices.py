"""
Reminders: what to announce and what to withdraw, decided at once for the clock and for file changes (docs/contracts:
Notices). What answers a person who just did something is in `tray.core.answers`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from tray.core.command import LogIn, Snooze, login_after_reminder
from tray.core.dataclass import dataclass, replace
from tray.core.model import DeadlineSource, SignInStatus, Status, Token
from tray.core.session.clock import CLOCK_JUMP
from tray.core.session.memory import Announcement, Memory
from tray.core.session.renewal import Renewal, due_renewals
from tray.core.settings import Settings
from tray.core.view.values import Button, Notice, Slot
from tray.core.words import menu as menu_words
from tray.core.words import notices as notices_words
from tray.core.words.names import listed, spoken
from tray.core.words.times import LocalTime

SNOOZE_BUTTON_MINUTES = 30
MORNING_HOUR = 8

_LITTLE = timedelta(minutes=10)
"""An end that moves by less is the same end to the person who was reminded of it."""

_FRESH = timedelta(minutes=30)
"""How long a notice is thought to be still before the person's eyes: one that takes its place repeats it."""

_UNSETTLED = frozenset({Status.ENDING, Status.EXPIRED, Status.SIGNING_IN, Status.UNREADABLE})
"""In these a notice that was sent is not yet untrue; a token file may be unreadable for a moment only."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What one pass asks of the outside."""

    memory: Memory
    """What to remember from now on; of the notice only where it is taken (`unsaid`)."""

    notice: Notice | None = None
    """What to show."""

    withdraw: tuple[Slot, ...] = ()
    """Which notices have become untrue."""

    renew: tuple[Renewal, ...] = ()
    """What to renew silently, the most urgent first."""


def plan(
    memory: Memory,
    statuses: tuple[SignInStatus, ...],
    now: datetime,
    settings: Settings,
    local: LocalTime,
    *,
    renewing: Collection[str] = (),
    there: bool = True,
) -> Effects:
    """
    Decide what the person must be told now, and what to renew.

    One notice a lead time and sign-in, one at the end, none repeated, also when the clock is set or an estimate moves
    a little; held back by a snooze (never the end), by quiet hours and while nobody is there to take it, and sent
    afterwards if still true; withdrawn once every sign-in it speaks of is settled, by whichever program. `renewing`
    names the sign-ins of which a renewal is in flight.
    """
    memory = _forget_settled(memory, statuses)
    effects = _said(memory, statuses, now, settings, local) if there else _withdrawn(memory, statuses, now)
    return replace(effects, renew=due_renewals(memory, statuses, now, settings, renewing))


def _said(
    memory: Memory, statuses: tuple[SignInStatus, ...], now: datetime, settings: Settings, local: LocalTime
) -> Effects:
    if settings.quiet_until(local(now)) is not None:
        return _withdrawn(memory, statuses, now)
    snoozed = memory.snoozed_until is not None and now < memory.snoozed_until
    ended = [found for found in statuses if _ended_unsaid(found, memory)]
    ending = [] if snoozed else [found for found in statuses if _leads_unsaid(found, memory, now, settings)]
    if not ended and not ending:
        return _withdrawn(memory, statuses, now)
    said = dict(memory.announcements)
    for found in ending:
        said[found.sign_in.name] = _with_leads(found, said.get(found.sign_in.name), now, settings)
    for found in ended:
        before = said.get(found.sign_in.name, Announcement())
        said[found.sign_in.name] = replace(before, ended=_what_ended(found), said_at=now)
    # The new notice takes the place of the one on the screen, so it repeats what that said and what is still true.
    fresh = {name for name in memory.showing if _is_fresh(memory.announcements.get(name), now)}
    old_ended = [s for s in statuses if s.status is Status.EXPIRED and s.sign_in.name in fresh and s not in ended]
    all_ending = [s for s in statuses if _ends(s) and (not snoozed or s in ending)]
    if ended:
        notice = _ended_notice([*ended, *old_ended], all_ending, now, local)
    else:
        notice = _ends_notice([*ending, *(s for s in all_ending if s not in ending)], old_ended, now, local)
    names = tuple(found.sign_in.name for found in (*ended, *old_ended, *all_ending))
    return Effects(replace(memory, announcements=MappingProxyType(said), showing=names), notice)


def unsaid(memory: Memory, before: Memory, after: Memory) -> Memory:
    """Give the memory without what a pass from `before` to `after` announced: nobody took it, so it was not said."""
    announcements = dict(memory.announcements)
    for name, said in after.announcements.items():
        earlier = before.announcements.get(name)
        if said == earlier or announcements.get(name) != said:
            continue
        if earlier is None:
            del announcements[name]
        else:
            announcements[name] = earlier
    showing = before.showing if memory.showing == after.showing else memory.showing
    memory = replace(memory, announcements=MappingProxyType(announcements), showing=showing)
    if memory.welcoming and after.welcoming and not before.welcoming:
        return replace(memory, welcomed=before.welcomed, welcoming=False)
    return memory


def tomorrow_morning(now: datetime, local: LocalTime) -> datetime:
    """Give the moment (UTC) at which a snooze until tomorrow ends: at 8, local time."""
    morning = local(now).replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return morning.astimezone(UTC)


def snooze(memory: Memory, until: datetime) -> Memory:
    """
    Hold back reminders until a moment (UTC), and let what is still true afterwards be said once more.

    The reminder that the person put off was not taken in: after the snooze it is due again.
    """
    said = {
        name: replace(before, lead_minutes=()) if name in memory.showing else before
        for name, before in memory.announcements.items()
    }
    return replace(memory, announcements=MappingProxyType(said), snoozed_until=until, showing=())


def _forget_settled(memory: Memory, statuses: tuple[SignInStatus, ...]) -> Memory:
    """Drop what was said of sign-ins that hold again; being renewed also ends a snooze."""
    if not statuses:
        return memory  # A config that is broken for a moment says nothing about any sign-in.
    by_name = {found.sign_in.name: found for found in statuses}
    kept = {
        name: said for name, said in memory.announcements.items() if name in by_name and _concerns(said, by_name[name])
    }
    if len(kept) == len(memory.announcements):
        return memory
    return replace(memory, announcements=MappingProxyType(kept), snoozed_until=None)


def _concerns(said: Announcement, found: SignInStatus) -> bool:
    """Tell whether what was said is still about the same end: that may be, after the clock was set back, to come."""
    if found.status in _UNSETTLED or found.unfinished is not None:
        return True
    return (found.token is not None and said.ended == found.token.fingerprint) or _same_end(said, found)


def _same_end(said: Announcement, found: SignInStatus) -> bool:
    if found.deadline is None or said.deadline is None:
        return False
    if said.end_id not in {found.end_id, None}:
        return False
    # What is learned while a sign-in lasts only corrects what was said of it.
    return found.deadline.source is DeadlineSource.LEARNED or abs(found.deadline.at - said.deadline) <= _LITTLE


def _withdrawn(memory: Memory, statuses: tuple[SignInStatus, ...], now: datetime) -> Effects:
    """Withdraw the reminder when none of the sign-ins it speaks of needs the person any more."""
    if not memory.showing or not statuses:
        return Effects(memory)
    if any(found.sign_in.name in memory.showing and _still_true(memory, found, now) for found in statuses):
        return Effects(memory)
    return Effects(replace(memory, showing=()), withdraw=(Slot.SIGN_IN,))


def _still_true(memory: Memory, found: SignInStatus, now: datetime) -> bool:
    if found.status in _UNSETTLED or found.unfinished is not None:
        return True
    said = memory.announcements.get(found.sign_in.name)
    if said is None or found.token is None:
        return False
    return _end_stands(said, found.token, now) if said.ended == found.token.fingerprint else _same_end(said, found)


def _end_stands(said: Announcement, token: Token, now: datetime) -> bool:
    """Tell whether an end was announced that a clock set back by a little since has not made untrue."""
    return said.ended == token.fingerprint and token.expires_at <= now + CLOCK_JUMP


def _is_fresh(said: Announcement | None, now: datetime) -> bool:
    return said is not None and said.said_at is not None and abs(now - said.said_at) <= _FRESH


def _ends(found: SignInStatus) -> bool:
    return found.status is Status.ENDING and found.deadline is not None


def due_leads(found: SignInStatus, now: datetime, settings: Settings) -> tuple[float, ...]:
    """Name the lead times (minutes) whose moment has come for a sign-in; none once an estimated end has passed."""
    if found.deadline is None:
        return ()
    left = found.deadline.at - now
    return tuple(minutes for minutes in settings.lead_minutes if timedelta() < left <= timedelta(minutes=minutes))


def _leads_said(found: SignInStatus, said: Announcement | None) -> tuple[float, ...]:
    return said.lead_minutes if said is not None and _same_end(said, found) else ()


def _leads_unsaid(found: SignInStatus, memory: Memory, now: datetime, settings: Settings) -> bool:
    said = memory.announcements.get(found.sign_in.name)
    if not _ends(found) or (said is not None and found.token is not None and _end_stands(said, found.token, now)):
        return False
    known = _leads_said(found, said)
    return any(minutes not in known for minutes in due_leads(found, now, settings))


def _with_leads(found: SignInStatus, said: Announcement | None, now: datetime, settings: Settings) -> Announcement:
    leads = tuple(dict.fromkeys((*_leads_said(found, said), *due_leads(found, now, settings))))
    end = found.deadline
    return Announcement(
        end_id=found.end_id,
        deadline=None if end is None else end.at,
        estimated=end is not None and end.estimated,
        lead_minutes=leads,
        ended=None if said is None else said.ended,
        said_at=now,
    )


def _ended_unsaid(found: SignInStatus, memory: Memory) -> bool:
    what = _what_ended(found)
    said = memory.announcements.get(found.sign_in.name)
    return what is not None and (said is None or said.ended != what)


def _what_ended(found: SignInStatus) -> str | None:
    """Name the token whose end is to be told; None where there is none."""
    if found.status is Status.EXPIRED and found.token is not None:
        return found.token.fingerprint
    return found.unfinished


def _ends_notice(about: list[SignInStatus], ended: list[SignInStatus], now: datetime, local: LocalTime) -> Notice:
    deadlines = [found.deadline for found in about if found.deadline is not None]
    said = notices_words.ends(deadlines, [found.sign_in for found in about], now, local)
    others = [notices_words.ALSO_ENDED(name=spoken(found.sign_in)) for found in ended]
    return Notice(
        Slot.SIGN_IN,
        said.title,
        "\n".join([said.hint, *others, *_whose_button([*about, *ended])]),
        (
            Button(menu_words.LOG_IN(), login_after_reminder(about[0], ask=False)),
            Button(menu_words.SNOOZE(), Snooze(SNOOZE_BUTTON_MINUTES)),
        ),
        login_after_reminder(about[0], ask=True),
        stays=True,
    )


def _ended_notice(about: list[SignInStatus], ending: list[SignInStatus], now: datetime, local: LocalTime) -> Notice:
    log_in = LogIn(about[0].sign_in.name)
    others = [notices_words.also_ends(found, now, local) for found in ending]
    sign_ins = [found.sign_in for found in about]
    if all(found.unfinished is not None for found in about):
        said = notices_words.UNFINISHED(sign_ins=listed(sign_ins))
    else:
        said = notices_words.ended(sign_ins)
    body = "\n".join([said.hint, *others, *_whose_button([*about, *ending])])
    return Notice(Slot.SIGN_IN, said.title, body, (Button(menu_words.LOG_IN(), log_in),), log_in, stays=True)


def _whose_button(told: list[SignInStatus]) -> tuple[str, ...]:
    """Say which of several sign-ins the button is for: the first."""
    return (notices_words.BUTTON_IS_FOR(name=spoken(told[0].sign_in)),) if len(told) > 1 else ()
