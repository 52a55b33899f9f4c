"""
Whether each sign-in holds, and why it does not, or ends sooner than expected.

Three lengths are taken for one another (docs/facts: Words): the token's, an hour, which is renewed; the
sign-in's, which the administrator sets and no file says; and that of a role's credentials, which the permission set
gives.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from tray.aws.cache.files import load_document
from tray.aws.cache.sign_out import credentials_path
from tray.aws.cache.times import parse_time
from tray.core.model import DeadlineSource, Kind, SignInStatus, Status
from tray.core.text import clock, profiles, short, status_line
from tray.core.text_session import length, not_renewed
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Level, fine, warning

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
        yield Finding(level, "sign-in", status_line(found, context.now, context.local), _hint(found))
        if found.trouble is not None:
            yield warning("renewal", *not_renewed(found.sign_in.name, found.trouble))
        if found.sign_in.kind is Kind.SSO_SESSION:
            yield from _of_token(context, found)
            yield from _of_history(context, found)
    yield from cached_role_rule(cached_roles(context), context)


def _hint(found: SignInStatus) -> str:
    match found.status:
        case Status.SIGNED_OUT | Status.EXPIRED | Status.UNREADABLE:
            said = "" if found.refusal is None else f"AWS no longer accepts it: {found.refusal}. "
            return f"{said}Log in from the tray, or with: sso-tray login {shlex.quote(found.sign_in.name)}"
        case Status.ENDING:
            return "Log in again before it ends, and nothing is interrupted."
        case Status.RENEWABLE:
            return "Its token is past; the next AWS command renews it, if the sign-in still holds."
    return ""


def _of_token(context: Context, found: SignInStatus) -> Iterator[Finding]:
    name, token, deadline = found.sign_in.name, found.token, found.deadline
    if token is not None and not token.refreshable:
        yield warning(
            "not-renewable",
            f"The token of {short(name)} cannot be renewed, so the sign-in ends with it, after an hour or so",
            f"Log in again: sso-tray login {shlex.quote(name)} (the program that did it before asked for no scope, or"
            " kept no refresh token). For the AWS CLI, add sso_registration_scopes = sso:account:access to the"
            " sso-session.",
        )
    elif token is not None and found.status is Status.SIGNED_IN:
        until = clock(token.expires_at, context.now, context.local)
        foretold = deadline is not None and deadline.source is not DeadlineSource.TOKEN
        end = "" if foretold else "; how long the sign-in itself lasts, no file says"
        yield fine("lifetime", f"The token of {short(name)} holds until {until} and is then renewed without you{end}.")


def _of_history(context: Context, found: SignInStatus) -> Iterator[Finding]:
    name = found.sign_in.name
    *earlier, last = context.memory.history(name).spans or (None,)
    if last is not None and earlier and last.until < earlier[-1].after:
        yield warning(
            "early-end",
            f"The last sign-in to {short(name)} ended after {_about(last.until)} at most; earlier ones lasted"
            f" {_about(earlier[-1].until)}",
            "It is not the token. AWS reuses a session of your browser that began earlier, and an administrator can end"
            " one. Before you log in, sign out of the access portal in the browser.",
        )
    hours, learned = context.settings.of(name).length_hours, found.learned_length
    if hours is not None and learned is not None and hours * 3600 > learned.total_seconds():
        yield warning(
            "length",
            f"The settings say that {short(name)} lasts {length(hours)}; so far it ended after about {_about(learned)}",
            "Correct length_hours, or remove it: then it is learned. Otherwise reminders come too late.",
        )


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
        yield warning(
            "cached-role",
            f"{short(sign_in)} does not hold, but until {until} the AWS CLI keeps credentials for"
            f" {profiles([role.profile for role in roles])}",
            "They are the role's own and outlive the sign-in: its length and theirs have nothing to do with each other."
            f" “sso-tray logout {shlex.quote(sign_in)}” removes them.",
        )
