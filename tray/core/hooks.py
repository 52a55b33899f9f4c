"""
Which programs of the person's are to be run, because something has happened to a session (docs/contracts: Hooks).

A session begins once, however often its token is renewed and however many logins join it. What is told of each sign-in
is remembered, so that a restart tells nothing twice, and what happened meanwhile is told afterwards, if it is still
true. What was so before there was any hook is no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from tray.core.dataclass import dataclass, replace
from tray.core.model import EARLIEST, HOLDING, Kind, SignInStatus, Snapshot, Status
from tray.core.session.deadline import console_login_at
from tray.core.session.history import History
from tray.core.session.memory import HookEvent, Memory
from tray.core.session.status import is_not_set_up
from tray.core.settings import Settings

SIGNED_IN = "signed-in"
ENDS_SOON = "ends-soon"
ENDED = "ended"

_OUT = HookEvent(ENDED, EARLIEST)
"""A sign-in that has just been set up."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A program that is to be run."""

    event: str
    sign_in: str
    command: tuple[str, ...]
    """The program and its arguments."""

    ends_at: datetime | None = None
    """When the session ends, or ended (UTC); None where nothing tells."""

    ends_source: str = ""
    """How that is known, as in the status JSON; empty where it has ended, or nothing tells."""

    @property
    def key(self) -> str:
        """Name the setting."""
        return f"hooks.on_{self.event.replace('-', '_')}"

    def variables(self) -> dict[str, str]:
        """Say in variables of the environment what has happened; no secret is among them."""
        at = None if self.ends_at is None else self.ends_at.astimezone(UTC).replace(tzinfo=None)
        return {
            "SSO_TRAY_EVENT": self.event,
            "SSO_TRAY_SIGN_IN": self.sign_in,
            "SSO_TRAY_ENDS_AT": "" if at is None else f"{at.isoformat(timespec='seconds')}Z",
            "SSO_TRAY_ENDS_SOURCE": self.ends_source,
        }


def commands(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Give the program of each event; empty for one that has none."""
    return {SIGNED_IN: settings.on_signed_in, ENDS_SOON: settings.on_ends_soon, ENDED: settings.on_ended}


def due_hooks(
    memory: Memory, snapshot: Snapshot, statuses: tuple[SignInStatus, ...], now: datetime, settings: Settings
) -> tuple[Memory, tuple[Hook, ...]]:
    """
    Decide which programs are to be run, in this order, and what to remember of it.

    Neither a snooze nor quiet hours matter: those are for people.
    """
    if not settings.has_hooks:
        return (memory if memory.hooks is None else replace(memory, hooks=None)), ()
    if not statuses and not is_not_set_up(snapshot):
        return memory, ()  # A config that is broken for a moment says nothing about any sign-in.
    # A sign-in that leaves the config and comes back is known for as long as its history is.
    known = {
        name: told
        for name, told in (memory.hooks or {}).items()
        if name in memory.histories or name in snapshot.sign_ins_by_name
    }
    hooks = []
    for found in statuses:
        name, history = found.sign_in.name, memory.history(found.sign_in.name)
        if memory.hooks is None:
            known[name] = _as_found(found, history, now)
            continue
        for told in _events(known.get(name, _OUT), found, history, now):
            known[name] = told
            if command := commands(settings)[told.event]:
                hooks.append(_hook(told.event, command, found, history, now))
    if known == memory.hooks:
        return memory, ()
    return replace(memory, hooks=MappingProxyType(known)), tuple(hooks)


def _as_found(found: SignInStatus, history: History, now: datetime) -> HookEvent:
    """Take a sign-in as it is when the first hook is set: what has happened before is no event."""
    at = _told_at(found, history, now)
    if _is_over(found) or (found.token is None and (history.token is None or history.over)):
        return HookEvent(ENDED, at, None if found.token is None else found.token.fingerprint)
    return HookEvent(ENDS_SOON if _ends_soon(found, now) else SIGNED_IN, at)


def _events(told: HookEvent, found: SignInStatus, history: History, now: datetime) -> list[HookEvent]:
    """List what has happened to a sign-in since something was last told of it, and is still so."""
    if found.unsure:
        return []  # AWS is being asked.
    at = _told_at(found, history, now)
    if _is_over(found):
        fingerprint = None if found.token is None else found.token.fingerprint
        return [] if told.event == ENDED else [HookEvent(ENDED, at, fingerprint)]
    if found.token is None or found.lapsed or found.status not in HOLDING:
        return []  # Nobody knows, or a login runs.
    events = []
    if _has_begun(told, found, history, now):
        told = HookEvent(SIGNED_IN, at)
        events.append(told)
    if told.event == SIGNED_IN and _ends_soon(found, now):
        events.append(HookEvent(ENDS_SOON, at))
    return events


def _is_over(found: SignInStatus) -> bool:
    return found.status in {Status.EXPIRED, Status.SIGNED_OUT}


def _has_begun(told: HookEvent, found: SignInStatus, history: History, now: datetime) -> bool:
    """Tell whether another session has begun than the one last told of, or one that was told as ended holds."""
    if found.token is None or found.token.expires_at <= now:
        return False  # So is a token that was brought back from a backup: whether it is of any use, nobody knows yet.
    if told.event == ENDED:
        # A clock that was set back makes no new session of the token that has ended.
        return told.ended != found.token.fingerprint
    login_at = _login_at(found, history)
    return login_at is not None and login_at > told.at


def _login_at(found: SignInStatus, history: History) -> datetime | None:
    """Say when the login was made that began the session (UTC); None where it may have been a renewal."""
    if found.sign_in.kind is not Kind.CONSOLE:
        return history.login_at
    return None if found.token is None else console_login_at(found.token)


def _told_at(found: SignInStatus, history: History, now: datetime) -> datetime:
    """Say from when on a login is another one than that which is known (UTC); AWS's clock may be ahead of ours."""
    return max(now, _login_at(found, history) or now)


def _ends_soon(found: SignInStatus, now: datetime) -> bool:
    return found.status is Status.ENDING and found.deadline is not None and found.deadline.at > now


def _hook(event: str, command: tuple[str, ...], found: SignInStatus, history: History, now: datetime) -> Hook:
    if event == ENDED:
        return Hook(event, found.sign_in.name, command, _ended_at(found, history, now))
    if found.deadline is None:
        return Hook(event, found.sign_in.name, command)
    return Hook(event, found.sign_in.name, command, found.deadline.at, str(found.deadline.source))


def _ended_at(found: SignInStatus, history: History, now: datetime) -> datetime | None:
    """Say when a session ended: when that was heard, or at the end of the token that nobody could renew."""
    if history.ended is not None and (found.token is None or history.over):
        return history.ended.at
    return None if found.token is None else min(found.token.expires_at, now)
