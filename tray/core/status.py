"""What is true of each sign-in at a moment (DESIGN section 4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from tray.core import text_session
from tray.core.console import console_deadline, login_of, renewable_until
from tray.core.deadline import can_renew, deadline_of
from tray.core.history import History
from tray.core.learn import learned_length
from tray.core.memory import ESTIMATED, Memory
from tray.core.model import (
    Deadline,
    Kind,
    LoginInProgress,
    Problem,
    Settings,
    SignIn,
    SignInStatus,
    Snapshot,
    Status,
    Token,
)

_NOTHING_REMEMBERED = Memory()
_WORTH_TELLING = 5
"""Renewals that failed in a row before their cause is shown: a network may come back within a minute."""

SKEW_SECONDS = 300.0
"""AWS refuses signed requests of a clock that is further off."""

_WORST_FIRST = (
    Status.EXPIRED,
    Status.UNREADABLE,
    Status.ENDING,
    Status.SIGNED_OUT,
    Status.SIGNING_IN,
    Status.RENEWABLE,
    Status.SIGNED_IN,
)

NEEDS_LOGIN = frozenset({Status.SIGNED_OUT, Status.EXPIRED, Status.ENDING, Status.UNREADABLE})
"""The statuses in which only the person can make the sign-in hold (again)."""


def derive(
    snapshot: Snapshot,
    settings: Settings,
    now: datetime,
    login: LoginInProgress | None = None,
    memory: Memory = _NOTHING_REMEMBERED,
) -> tuple[SignInStatus, ...]:
    """
    Tell the status of every sign-in of a snapshot.

    Args:
        snapshot: What was read.
        settings: Gives the lead times before an end, and the lengths that the person set.
        now: The moment (UTC).
        login: The login job that runs, if one does.
        memory: What is known of earlier looks (see `tray.core.observe`); without it no end can be estimated.

    Returns:
        One status a sign-in, in the snapshot's order.
    """
    users = defaultdict(list)
    for profile in snapshot.profiles:
        if profile.sign_in is not None:
            users[profile.sign_in].append(profile.name)
    signing_in = None if login is None else login.sign_in
    found = []
    for sign_in in snapshot.sign_ins:
        name = sign_in.name
        profiles = tuple(users[name])
        token = snapshot.tokens.get(name)
        if isinstance(token, Token):
            told = _with_token(sign_in, profiles, token, memory.history(name), settings, now)
        else:
            told = SignInStatus(sign_in, Status.SIGNED_OUT if token is None else Status.UNREADABLE, profiles=profiles)
        found.append(replace(told, status=Status.SIGNING_IN) if name == signing_in else told)
    return tuple(found)


def _with_token(  # noqa: PLR0917 - all that a status is a function of
    sign_in: SignIn, profiles: tuple[str, ...], token: Token, known: History, settings: Settings, now: datetime
) -> SignInStatus:
    length = settings.of(sign_in.name).length_hours
    console = sign_in.kind is Kind.CONSOLE
    deadline = console_deadline(token, length) if console else deadline_of(token, known, length)
    renewable = is_renewable(sign_in, token, now) and known.unrenewable != token.fingerprint
    status = _status(token, known, deadline, settings, now, renewable=renewable)
    trouble = None if status is Status.EXPIRED else known.trouble
    return SignInStatus(
        sign_in,
        status,
        token,
        deadline,
        profiles,
        checked_at=known.held_at,
        unchecked_since=None if trouble is None else known.held_at or trouble.since,
        trouble=trouble.reason if trouble is not None and trouble.attempts >= _WORTH_TELLING else None,
        learned_length=learned_length(known.spans),
        occasion=_occasion(token, known, deadline, console=console),
    )


def is_renewable(sign_in: SignIn, token: Token, now: datetime) -> bool:
    """Tell whether the next token comes without the person: from us, or after ``aws login`` from whoever needs it."""
    if sign_in.kind is Kind.CONSOLE:
        return token.refreshable and now < renewable_until(token)
    return can_renew(token, now)


def _occasion(token: Token, known: History, deadline: Deadline | None, *, console: bool) -> str:
    if deadline is None or not deadline.estimated:
        return token.fingerprint
    return f"login {login_of(token)}" if console else f"{ESTIMATED}{known.number}"


def _status(
    token: Token, known: History, deadline: Deadline | None, settings: Settings, now: datetime, *, renewable: bool
) -> Status:
    past = now >= token.expires_at
    if known.refused == token.fingerprint or (past and not renewable):
        return Status.EXPIRED
    if deadline is not None and not (past and now >= deadline.at):
        lead = timedelta(minutes=max(settings.lead_minutes, default=0.0))
        if now >= deadline.at - lead:
            return Status.ENDING
    return Status.RENEWABLE if past else Status.SIGNED_IN


def followed(statuses: tuple[SignInStatus, ...], snapshot: Snapshot, settings: Settings) -> SignInStatus | None:
    """
    Choose the sign-in that the icon shows: the default profile's, or the worst (setting ``icon.follows``).

    Where no profile in force signs in through Identity Center, the first sign-in of the config file is shown.
    """
    if not statuses:
        return None
    if settings.icon_follows == "worst":
        return min(statuses, key=lambda found: _WORST_FIRST.index(found.status))
    wanted = sign_in_of(snapshot, snapshot.active_profile)
    if wanted is None:
        wanted = sign_in_of(snapshot, snapshot.default_profile)
    return next((found for found in statuses if found.sign_in.name == wanted), statuses[0])


def sign_in_of(snapshot: Snapshot, profile: str | None) -> str | None:
    """Name the sign-in of a profile, or None where there is no such profile or it has none."""
    return next((found.sign_in for found in snapshot.profiles if found.name == profile), None)


def icon_of(shown: SignInStatus | None, snapshot: Snapshot) -> Status:
    """Choose the icon: the followed sign-in's status; without one, whether there is no config or an unreadable one."""
    if shown is not None:
        return shown.status
    return Status.UNREADABLE if snapshot.problems else Status.NO_CONFIG


def problems_of(
    snapshot: Snapshot, statuses: tuple[SignInStatus, ...], memory: Memory = _NOTHING_REMEMBERED
) -> tuple[Problem, ...]:
    """List everything that a person should know of and can put right: in the files, of the clock, of renewals."""
    skew = memory.skew_seconds
    return (
        *snapshot.problems,
        *((text_session.clock_skew(skew),) if skew is not None and abs(skew) > SKEW_SECONDS else ()),
        *(text_session.not_renewed(found.sign_in.name, found.trouble) for found in statuses if found.trouble),
    )
