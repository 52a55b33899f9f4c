"""
Whether each sign-in holds, and why it does not, or ends sooner than expected.

Three lengths are taken for one another (docs/facts: Words): the token's, an hour, which is renewed; the
sign-in's, which the administrator sets and no file says; and that of a role's credentials, which the permission set
gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from tray.aws.cache.files import load_document
from tray.aws.cache.role_credentials import credentials_path
from tray.aws.cache.times import parse_time
from tray.core.message import Line, Message, Text
from tray.core.model import DeadlineSource, Kind, SignInStatus, Status, Unreadable
from tray.core.words import status as status_words
from tray.core.words.names import profiles
from tray.core.words.times import clock, length
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Level, fine, warning

_LOG_IN = Line("Log in from the tray, or with: sso-tray login {sign_in:shell}")
_REFUSED = Line(
    "AWS no longer accepts it: {reason:whole}. Log in from the tray, or with: sso-tray login {sign_in:shell}"
)
_BEFORE_IT_ENDS = Line("Log in again before it ends, and nothing is interrupted.")
_RENEWED_ON_USE = Line("Its token is past; the next AWS command renews it, if the sign-in still holds.")
_NOT_RENEWABLE = Text(
    "The token of {sign_in} cannot be renewed, so the sign-in ends with it, after an hour or so",
    "Log in again: sso-tray login {sign_in:shell} (the program that did it before asked for no scope, or kept no"
    " refresh token). For the AWS CLI, add sso_registration_scopes = sso:account:access to the sso-session.",
)
_RENEWED = Text("The token of {sign_in} holds until {time} and is then renewed without you.")
_RENEWED_FOR_HOW_LONG = Text(
    "The token of {sign_in} holds until {time} and is then renewed without you; how long the sign-in itself lasts, no"
    " file says."
)
_EARLY_END = Text(
    "The last sign-in to {sign_in} ended after {length} at most; earlier ones lasted {earlier}",
    "It is not the token. AWS reuses a session of your browser that began earlier, and an administrator can end one."
    " Before you log in, sign out of the access portal in the browser.",
)
_LENGTH = Text(
    "The settings say that {sign_in} lasts {set}; so far it ended after about {learned}",
    "Correct length_hours, or remove it: then it is learned. Otherwise reminders come too late.",
)
_OUTLIVES = Text(
    "{sign_in} does not hold, but until {time} the AWS CLI keeps credentials for {profiles:whole}",
    "They are the role's own and outlive the sign-in: its length and theirs have nothing to do with each other."
    " “sso-tray logout {sign_in:shell}” removes them.",
)

_LEVELS = {
    Status.SIGNED_OUT: Level.PROBLEM,
    Status.EXPIRED: Level.PROBLEM,
    Status.UNREADABLE: Level.PROBLEM,
    Status.ENDING: Level.WARNING,
}


def check(context: Context) -> Iterator[Finding]:
    """Tell of one sign-in after another whether it holds, then what is to be said of its length."""
    for found in context.statuses:
        level = _LEVELS.get(found.status, Level.FINE)
        line = status_words.status_line(found, context.now, context.local)
        held = context.snapshot.tokens.get(found.sign_in.name)
        kept_out = held.kept_out if isinstance(held, Unreadable) else None
        yield Finding(level, "sign-in", Message(line, _hint(found) if kept_out is None else kept_out.hint))
        if found.trouble is not None:
            yield warning("renewal", status_words.not_renewed(found.sign_in.name, found.trouble))
        if found.sign_in.kind is Kind.SSO_SESSION:
            yield from _of_token(context, found)
            yield from _of_history(context, found)
    yield from cached_role_rule(cached_roles(context), context)


def _hint(found: SignInStatus) -> str:
    match found.status:
        case Status.SIGNED_OUT | Status.EXPIRED | Status.UNREADABLE:
            if found.refusal is None:
                return _LOG_IN(sign_in=found.sign_in.name)
            return _REFUSED(sign_in=found.sign_in.name, reason=found.refusal)
        case Status.ENDING:
            return _BEFORE_IT_ENDS()
        case Status.RENEWABLE:
            return _RENEWED_ON_USE()
    return ""


def _of_token(context: Context, found: SignInStatus) -> Iterator[Finding]:
    name, token, deadline = found.sign_in.name, found.token, found.deadline
    if token is not None and not token.refreshable:
        yield warning("not-renewable", _NOT_RENEWABLE(sign_in=name))
    elif token is not None and found.status is Status.SIGNED_IN:
        until = clock(token.expires_at, context.now, context.local)
        foretold = deadline is not None and deadline.source is not DeadlineSource.TOKEN
        yield fine("lifetime", (_RENEWED if foretold else _RENEWED_FOR_HOW_LONG)(sign_in=name, time=until))


def _of_history(context: Context, found: SignInStatus) -> Iterator[Finding]:
    name = found.sign_in.name
    *earlier, last = context.memory.history(name).spans or (None,)
    if last is not None and earlier and last.until < earlier[-1].after:
        said = _EARLY_END(sign_in=name, length=_about(last.until), earlier=_about(earlier[-1].until))
        yield warning("early-end", said)
    hours, learned = context.settings.of(name).length_hours, found.learned_length
    if hours is not None and learned is not None and hours * 3600 > learned.total_seconds():
        yield warning("length", _LENGTH(sign_in=name, set=length(hours), learned=_about(learned)))


def _about(span: timedelta) -> str:
    """Name a length to five minutes."""
    return length(round(span / timedelta(minutes=5)) / 12)


class CachedRole(NamedTuple):
    """Credentials of a role that the AWS CLI still has although the sign-in does not hold."""

    profile: str
    sign_in: str
    until: datetime
    """UTC."""


def cached_roles(context: Context) -> Iterator[CachedRole]:
    """Look up each profile whose sign-in does not hold."""
    ended = {found.sign_in.name: found.sign_in for found in context.statuses if not found.holds}
    for profile in context.snapshot.profiles:
        sign_in = ended.get(profile.sign_in or "")
        if sign_in is None or not profile.account_id or not profile.role_name:
            continue
        path = credentials_path(context.paths.cli_cache, sign_in, profile.account_id, profile.role_name)
        until = _expiry(load_document(path, attempts=1))
        if until is not None:
            yield CachedRole(profile.name, sign_in.name, until)


def _expiry(entry: Mapping[str, object] | None) -> datetime | None:
    credentials = None if entry is None else entry.get("Credentials")
    try:
        return parse_time(str(credentials["Expiration"])) if isinstance(credentials, dict) else None
    except (KeyError, ValueError):
        return None


def cached_role_rule(cached: Iterable[CachedRole], context: Context) -> Iterator[Finding]:
    """They explain why commands still work for a while without a sign-in."""
    by_sign_in: dict[str, list[CachedRole]] = {}
    for role in cached:
        if role.until > context.now:
            by_sign_in.setdefault(role.sign_in, []).append(role)
    for sign_in, roles in by_sign_in.items():
        until = clock(max(role.until for role in roles), context.now, context.local)
        named = profiles([role.profile for role in roles])
        yield warning("cached-role", _OUTLIVES(sign_in=sign_in, time=until, profiles=named))
