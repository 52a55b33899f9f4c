"""Credentials of a role as values, and every form in which they are handed on (docs/contracts: Credentials)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from tray.core.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_PLAIN: Final = re.compile(r"[A-Za-z0-9+/=_.:@~-]{1,65536}")
"""Every key and token that AWS gives; no shell makes anything of it."""

REGIONS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""The one the SDKs read, the other botocore."""

_OTHERS: Final = frozenset(
    {
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_ACCOUNT_ID",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    }
)
"""Whatever names other credentials: the SDK for JavaScript, for one, prefers a profile to keys."""


class Shell(StrEnum):
    """The ways to set a variable; the values are those of ``--shell``."""

    POSIX = "sh"
    FISH = "fish"
    POWERSHELL = "pwsh"
    CMD = "cmd"


_ASSIGNS: Final = {
    Shell.POSIX: "export {name}='{value}'",
    Shell.FISH: "set -gx {name} '{value}'",
    Shell.POWERSHELL: "$Env:{name} = '{value}'",
    Shell.CMD: 'set "{name}={value}"',
}


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """What lets a program act as a role, for a while."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime
    """UTC."""

    account_id: str
    """Twelve digits; empty where it is not known."""


def is_plain(*values: object) -> bool:
    """Tell whether values can be keys and tokens, which need no quoting in any shell."""
    return all(isinstance(value, str) and _PLAIN.fullmatch(value) for value in values)


def for_process(found: RoleCredentials) -> dict[str, Any]:
    """Put them as an SDK reads them from a ``credential_process`` (docs/facts: Credential process)."""
    account = {"AccountId": found.account_id} if found.account_id else {}
    return {"Version": 1, **_keys(found), **account}


def for_programs(found: RoleCredentials, **about: str | None) -> dict[str, Any]:
    """
    Put them as ``aws sts assume-role`` does, with what they are of beside.

    Args:
        found: The credentials.
        about: Further members, such as the profile.
    """
    return {"schema": 1, **about, "account": found.account_id or None, "Credentials": _keys(found)}


def assignments(variables: Mapping[str, str], shell: Shell) -> Iterator[str]:
    """Write variables out for a shell, a line each; every value is plain (`is_plain`), a region's name too."""
    return (_ASSIGNS[shell].format(name=name, value=value) for name, value in variables.items())


def variables(found: RoleCredentials, region: str | None, environ: Mapping[str, str]) -> dict[str, str]:
    """
    Name the variables by which programs find credentials, and the region to work in.

    Args:
        found: The credentials.
        region: The one that the profile works in, which is lost with the profile; None where it names none.
        environ: The environment. A region that it names stays, and becomes that of both variables.
    """
    named = {
        "AWS_ACCESS_KEY_ID": found.access_key_id,
        "AWS_SECRET_ACCESS_KEY": found.secret_access_key,
        "AWS_SESSION_TOKEN": found.session_token,
        "AWS_CREDENTIAL_EXPIRATION": told(found.expires_at),
    }
    if found.account_id:
        named["AWS_ACCOUNT_ID"] = found.account_id
    chosen = next((value for name in REGIONS if (value := environ.get(name))), region)
    if chosen and is_plain(chosen):
        named |= {name: chosen for name in REGIONS if not environ.get(name)}
    return named


def environment(environ: Mapping[str, str], found: RoleCredentials, region: str | None) -> dict[str, str]:
    """Make an environment that leads to these credentials, and to no others."""
    kept = {name: value for name, value in environ.items() if name not in _OTHERS}
    return kept | variables(found, region, environ)


def told(moment: datetime) -> str:
    """Write a moment (UTC) as SDKs read it."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _keys(found: RoleCredentials) -> dict[str, str]:
    return {
        "AccessKeyId": found.access_key_id,
        "SecretAccessKey": found.secret_access_key,
        "SessionToken": found.session_token,
        "Expiration": told(found.expires_at),
    }
