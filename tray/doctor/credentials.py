"""How profiles get credentials: not at all, by keys that never expire, or by a sign-in that cannot be renewed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tray.aws.config.grammar import DEFAULT_PROFILE, text_of
from tray.core.message import Line, Text, listed
from tray.core.model import Kind
from tray.core.words.names import PROFILES, profiles
from tray.doctor.context import Context
from tray.doctor.finding import Finding, problem, warning

_NO_ROLE = Text(
    "A sign-in, but no account and role is named in {profiles:whole}, so there are no credentials",
    "Add sso_account_id and sso_role_name. “sso-tray setup” lists what you may use.",
)
_EMPTY_DEFAULT = Text(
    "The default profile names no source of credentials",
    "Choose one that does with “sso-tray use”, unless they come from the environment or the machine it runs on.",
)
_EMPTY = Text(
    "No source of credentials is named in {profiles:whole}",
    "Add what is missing with “sso-tray setup”, unless they come from the environment or the machine it runs on.",
)
_KEY_IN_ENVIRONMENT = Text(
    "{variable}={key} is set, and counts more than the default profile and AWS_PROFILE",
    "Unset it, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, where you want a profile to count.",
)
_LASTING_KEY = Text(
    "The profile {profile} has the access key {key}, which never expires, in {file:whole}",
    "A sign-in can replace it: add a profile with “sso-tray setup”, then remove the key here and deactivate it in IAM.",
)
_LEGACY = Text(
    "{profiles} with the start URL {start_url} and no sso-session: such a sign-in cannot be renewed, and ends after"
    " 8 hours at most",
    "Add an [sso-session NAME] with sso_start_url, sso_region and sso_registration_scopes = sso:account:access; in the"
    " profiles, write sso_session = NAME in place of the first two; then log in again.",
)
_REGION = Line("{region} for {profiles:whole}")
_TWO_REGIONS = Text(
    "The start URL {start_url} has {count} regions: {regions:whole}",
    "It has one token all the same, which is good in the region of the last login alone. Let sso_region be the same in"
    " all of them; where each is meant, give it an [sso-session NAME] and write sso_session = NAME in the profiles.",
)

_VARIABLE = "AWS_ACCESS_KEY_ID"
_SOURCES = {"aws_access_key_id", "role_arn", "credential_process", "login_session", "sso_account_id", "sso_role_name"}
_LONG_LIVED = re.compile(r"AKIA[A-Z0-9]{12,124}")
"""The id of an IAM user's key; those of temporary credentials begin with ASIA (IAM reference, unique identifiers)."""


def check(context: Context) -> Iterator[Finding]:
    """Credentials may also come from the machine, so that only a sign-in without a role is surely wrong."""
    bare = {name: keys for name, keys in context.full.profiles.items() if not _SOURCES & keys.keys()}
    without_role = [name for name, keys in bare.items() if "sso_session" in keys]
    if without_role:
        yield problem("no-credentials", _NO_ROLE(profiles=profiles(without_role)))
    empty = [name for name, keys in bare.items() if not {"sso_session", "sso_start_url"} & keys.keys()]
    if DEFAULT_PROFILE in empty:
        empty.remove(DEFAULT_PROFILE)
        if context.snapshot.active_profile == DEFAULT_PROFILE:
            yield warning("no-credentials", _EMPTY_DEFAULT())
    if empty:
        yield warning("no-credentials", _EMPTY(profiles=profiles(empty)))
    yield from _access_keys(context)
    yield from _legacy(context)


def _access_keys(context: Context) -> Iterator[Finding]:
    if key := context.environ.get(_VARIABLE):
        yield warning("access-key", _KEY_IN_ENVIRONMENT(variable=_VARIABLE, key=_masked(key)))
    paths, full = context.paths, context.full
    for path, found in ((paths.aws_config, full.config_profiles), (paths.aws_credentials, full.credentials)):
        for name, settings in found.items():
            key = text_of(settings, "aws_access_key_id")
            if key and _LONG_LIVED.match(key):
                yield warning("access-key", _LASTING_KEY(profile=name, key=_masked(key), file=path))


def _masked(key: str) -> str:
    """Show the ends of a key's id, by which its owner knows it; nothing of what is too short to be one."""
    return f"{key[:4]}…{key[-4:]}" if len(key) >= 16 else "…"


def _legacy(context: Context) -> Iterator[Finding]:
    """Tell of sign-ins that cannot be renewed, and have one token for all their regions (docs/facts: Token files)."""
    for sign_in in (sign_in for sign_in in context.snapshot.sign_ins if sign_in.kind is Kind.LEGACY):
        users = [profile for profile in context.snapshot.profiles if profile.sign_in == sign_in.name]
        yield warning("legacy", _LEGACY(profiles=PROFILES(len(users)), start_url=sign_in.start_url))
        regions: dict[str, list[str]] = {}
        for profile in users:
            regions.setdefault(profile.sso_region or sign_in.region, []).append(profile.name)
        if len(regions) > 1:
            shown = [_REGION(region=region, profiles=profiles(names)) for region, names in regions.items()]
            said = _TWO_REGIONS(start_url=sign_in.start_url, count=len(regions), regions=listed(shown))
            yield warning("two-regions", said)
