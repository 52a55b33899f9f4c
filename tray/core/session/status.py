"""What is true of each sign-in at a moment (docs/contracts: Statuses)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from tray.core.dataclass import replace
from tray.core.message import Message, sentences
from tray.core.model import (
    Deadline,
    EndId,
    Kind,
    LoginInProgress,
    SignIn,
    SignInStatus,
    Snapshot,
    Status,
    Token,
    Unreadable,
)
from tray.core.session.deadline import (
    can_renew,
    console_deadline,
    console_login_at,
    console_renewable_until,
    deadline_of,
)
from tray.core.session.history import EndedBy, History, Trouble
from tray.core.session.length import learned_length
from tray.core.session.memory import Memory
from tray.core.session.sharing import Length, Sharing
from tray.core.settings import Follows, Settings
from tray.core.words import status as status_words
from tray.core.words.names import spoken

_NOTHING_REMEMBERED = Memory()
_WORTH_TELLING = 5
"""Renewals that failed in a row before their cause is shown: a network may come back within a minute."""

UNPROVEN_HOURS = 8
"""How long a past token counts as holding after it was last proven, where no end is foretold: AWS's own default."""

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
    Tell the status of every sign-in of a snapshot, in its order.

    Without a memory of earlier looks (`tray.core.session.token_changes`) no end can be estimated.
    """
    users = defaultdict(list)
    for profile in snapshot.profiles:
        if profile.sign_in is not None:
            users[profile.sign_in].append(profile.name)
    signing_in = None if login is None else login.sign_in
    lengths = Sharing(snapshot.sign_ins, settings).lengths(memory.histories)
    found = []
    for sign_in in snapshot.sign_ins:
        name = sign_in.name
        profiles = tuple(users[name])
        token = snapshot.tokens.get(name)
        if isinstance(token, Token):
            told = _with_token(sign_in, profiles, token, memory.history(name), lengths.get(name), settings, now)
        else:
            told = _without_token(sign_in, profiles, token, memory.history(name))
        found.append(replace(told, status=Status.SIGNING_IN, unfinished=None) if name == signing_in else told)
    return tuple(found)


def _without_token(
    sign_in: SignIn, profiles: tuple[str, ...], token: Unreadable | None, known: History
) -> SignInStatus:
    if token is not None:
        return SignInStatus(sign_in, Status.UNREADABLE, profiles=profiles)
    end = known.ended
    given_up = end is not None and end.by is EndedBy.NEW_SESSION and known.token is None
    unfinished = end.fingerprint if end is not None and given_up else None
    return SignInStatus(sign_in, Status.SIGNED_OUT, profiles=profiles, unfinished=unfinished)


def _with_token(  # noqa: PLR0917 - all that a status is a function of
    sign_in: SignIn,
    profiles: tuple[str, ...],
    token: Token,
    known: History,
    length: Length | None,
    settings: Settings,
    now: datetime,
) -> SignInStatus:
    console = sign_in.kind is Kind.CONSOLE
    if console:
        deadline = console_deadline(token, settings.of(sign_in.name).length_hours)
    else:
        deadline = deadline_of(token, known, length)
    status = _status(token, known, deadline, settings, now, renewable=is_renewable(sign_in, token, now))
    trouble = None if status is Status.EXPIRED else known.trouble
    proven_at = known.held_at or token.modified_at
    lapsed = status is Status.RENEWABLE and now >= counts_until(deadline, proven_at) and not console
    return SignInStatus(
        sign_in,
        status,
        token,
        deadline,
        profiles,
        checked_at=known.held_at,
        unchecked_since=_unchecked_since(known, trouble, proven_at, lapsed=lapsed),
        trouble=_worth_telling(trouble),
        refusal=known.ended.reason if known.over and known.ended and known.ended.by is EndedBy.REFUSED else None,
        unsure=known.unsure,
        lapsed=lapsed,
        learned_length=learned_length(known.spans),
        end_id=_end_id(token, known, deadline, console=console),
    )


def counts_until(deadline: Deadline | None, proven_at: datetime) -> datetime:
    """Say until when a past token that nobody could renew counts as holding (docs/contracts: Statuses)."""
    if deadline is not None and deadline.estimated:
        return deadline.at
    return proven_at + timedelta(hours=UNPROVEN_HOURS)


def _unchecked_since(known: History, trouble: Trouble | None, proven_at: datetime, *, lapsed: bool) -> datetime | None:
    if trouble is not None:
        return known.held_at or trouble.since
    return proven_at if lapsed else None


def _worth_telling(trouble: Trouble | None) -> Message | None:
    """Give the cause of renewals that fail, once it is worth a word: what does not pass by itself is so at once."""
    if trouble is None or (trouble.passes and trouble.attempts < _WORTH_TELLING):
        return None
    return Message(trouble.title, sentences(trouble.hint, status_words.TRIED_AGAIN() if trouble.passes else ""))


def is_renewable(sign_in: SignIn, token: Token, now: datetime) -> bool:
    """Tell whether the next token comes without the person: from us, or for ``aws login`` from its users."""
    if sign_in.kind is Kind.CONSOLE:
        return token.refreshable and now < console_renewable_until(token)
    return can_renew(token, now)


def _end_id(token: Token, known: History, deadline: Deadline | None, *, console: bool) -> EndId:
    """Name what ends: a session, also where another token of it is in the file by now; or a sign-in to the console."""
    if not console:
        return EndId(f"session {known.number}")
    estimated = deadline is not None and deadline.estimated
    return EndId(f"login {console_login_at(token)}" if estimated else token.fingerprint)


def _status(
    token: Token, known: History, deadline: Deadline | None, settings: Settings, now: datetime, *, renewable: bool
) -> Status:
    past = now >= token.expires_at
    if known.over or (past and not renewable):
        return Status.EXPIRED
    to_come = deadline is not None and not (past and now >= deadline.at)
    if deadline is not None and to_come and now >= deadline.at - settings.longest_lead:
        return Status.ENDING
    return Status.RENEWABLE if past else Status.SIGNED_IN


def followed(statuses: tuple[SignInStatus, ...], snapshot: Snapshot, settings: Settings) -> SignInStatus | None:
    """
    Choose the sign-in that the icon shows: the default profile's, or the worst (setting ``icon.follows``).

    Where no profile in force signs in through Identity Center, the first sign-in of the config file is shown.
    """
    if not statuses:
        return None
    if settings.icon_follows is Follows.WORST:
        return min(statuses, key=lambda found: _WORST_FIRST.index(found.status))
    wanted = sign_in_of(snapshot, snapshot.active_profile) or sign_in_of(snapshot, snapshot.default_profile)
    return next((found for found in statuses if found.sign_in.name == wanted), statuses[0])


def sign_in_of(snapshot: Snapshot, profile: str | None) -> str | None:
    """Name the sign-in of a profile, or None where there is no such profile or it has none."""
    found = snapshot.profiles_by_name.get(profile)
    return found.sign_in if found else None


def icon_of(shown: SignInStatus | None, snapshot: Snapshot) -> Status:
    """Choose the icon: the followed sign-in's status; without one, whether there is no config or an unreadable one."""
    if shown is not None:
        return shown.status
    return Status.NO_CONFIG if is_not_set_up(snapshot) else Status.UNREADABLE


def is_not_set_up(snapshot: Snapshot) -> bool:
    """Tell whether it is certain that no sign-in is set up."""
    return not snapshot.sign_ins and not snapshot.config_faulty


def problems_of(
    snapshot: Snapshot, statuses: tuple[SignInStatus, ...], memory: Memory = _NOTHING_REMEMBERED
) -> tuple[Message, ...]:
    """List everything that a person should know of and do something about: in the files, of the clock, of renewals."""
    skew = memory.skew_seconds
    return (
        *snapshot.problems,
        *((status_words.clock_skew(skew),) if skew is not None and abs(skew) > SKEW_SECONDS else ()),
        *(status_words.not_renewed(spoken(found.sign_in), found.trouble) for found in statuses if found.trouble),
        *(
            status_words.REFUSED(name=spoken(found.sign_in), reason=found.refusal)
            for found in statuses
            if found.refusal
        ),
    )
