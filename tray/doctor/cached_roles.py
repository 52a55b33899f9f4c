"""Credentials of roles that the AWS CLI still has although the sign-in does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from tray.aws.cache.files import load_document
from tray.aws.cache.sign_out import credentials_path
from tray.aws.cache.times import parse_time
from tray.core.message import Text
from tray.core.words.names import profiles
from tray.core.words.times import clock
from tray.doctor.context import Context
from tray.doctor.finding import Finding, warning

_OUTLIVES = Text(
    "{sign_in} does not hold, but until {time} the AWS CLI keeps credentials for {profiles:whole}",
    "They are the role's own and outlive the sign-in: its length and theirs have nothing to do with each other."
    " “sso-tray logout {sign_in:shell}” removes them.",
)


class CachedRole(NamedTuple):
    """An entry of the AWS CLI's cache."""

    profile: str
    sign_in: str
    until: datetime
    """UTC."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    return rule(look(context), context)


def look(context: Context) -> Iterator[CachedRole]:
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


def rule(cached: Iterable[CachedRole], context: Context) -> Iterator[Finding]:
    """They explain why commands still work for a while without a sign-in."""
    by_sign_in: dict[str, list[CachedRole]] = {}
    for role in cached:
        if role.until > context.now:
            by_sign_in.setdefault(role.sign_in, []).append(role)
    for sign_in, roles in by_sign_in.items():
        until = clock(max(role.until for role in roles), context.now, context.local)
        named = profiles([role.profile for role in roles])
        yield warning("cached-role", _OUTLIVES(sign_in=sign_in, time=until, profiles=named))
