"""
Client registrations: what OIDC knows this program by, kept for the 90 days that they hold.

They are kept in the AWS CLI's own files and form, so that each reuses the other's (docs/facts: Registration files).
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients
from tray.aws.cache.files import load_document, registration_path, write_document
from tray.aws.cache.times import format_time, moment_at, parse_time
from tray.core.dataclass import dataclass, field
from tray.core.errors import TrayError
from tray.core.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_sso_oidc import SSOOIDCClient

    from tray.core.model import SignIn

CALLBACK: Final = "/oauth/callback"
"""The path at which the browser comes back."""

REDIRECT_URI: Final = f"http://127.0.0.1{CALLBACK}"
"""What a client registers: without a port, any port is allowed (RFC 8252 section 7.3)."""

DEFAULT_SCOPE: Final = "sso:account:access"
"""The least that brings a refresh token (docs/facts: Token files)."""

_CLIENT_NAME: Final = "SSO Tray"
"""What the consent page shows."""

_MARGIN: Final = timedelta(minutes=15)
"""A registration that ends within this time is not used any more; the AWS CLI has the same margin."""

_LONG_AGO: Final = "1970-01-01T00:00:00Z"

_BROWSER_GRANTS: Final = ("authorization_code", "refresh_token")


class Flow(Enum):
    """The ways to sign in; a registration is for one of them."""

    BROWSER = "authorization code with PKCE"
    DEVICE_CODE = "device code"


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered client."""

    client_id: str
    client_secret: str = field(repr=False)
    expires_at: str
    """As it is written in the file."""

    reused: bool
    """Whether it comes from the file, so that AWS may have forgotten it."""


def wanted_scopes(sign_in: SignIn) -> tuple[str, ...]:
    """
    Give the scopes to ask for: those of the section, else the least that can be renewed; none for a legacy sign-in.

    The AWS CLI registers a device-code client of an sso-session without scopes where the section names none, and so
    gets a sign-in that cannot be renewed. Here the way to sign in makes no difference to what one gets.
    """
    if sign_in.kind is Kind.LEGACY:
        return ()
    return sign_in.scopes or (DEFAULT_SCOPE,)


def obtain(sign_in: SignIn, flow: Flow, *, client: SSOOIDCClient, cache_dir: Path, now: datetime) -> Registration:
    """
    Reuse the registration in the cache, or `register` anew.

    The sign-in's start URL, region, scopes and name decide which one serves, and so does the way to sign in.

    Raises:
        TrayError: As `register`.
    """
    kept = _reusable(load_document(_path(sign_in, cache_dir)), sign_in, flow, now)
    return kept or register(sign_in, flow, client=client, cache_dir=cache_dir)


def register(sign_in: SignIn, flow: Flow, *, client: SSOOIDCClient, cache_dir: Path) -> Registration:
    """
    Register anew, and put that in the cache in place of what is there.

    Raises:
        TrayError: As `tray.aws.api.clients.translated` and `tray.aws.cache.files.write_document`.
    """
    asked: dict[str, Any] = {}
    place: dict[str, Any] = {}
    if scopes := wanted_scopes(sign_in):
        asked["scopes"] = list(scopes)
    if flow is Flow.BROWSER:
        asked["grantTypes"] = list(_BROWSER_GRANTS)
        place = {"redirectUris": [REDIRECT_URI], "issuerUrl": sign_in.start_url}
    with clients.translated(client):
        answer = client.register_client(clientName=_CLIENT_NAME, clientType="public", **asked, **place)
    expires_at = format_time(moment_at(answer["clientSecretExpiresAt"]))
    identity = {"clientId": answer["clientId"], "clientSecret": answer["clientSecret"], "expiresAt": expires_at}
    write_document(_path(sign_in, cache_dir), identity | asked)
    return Registration(answer["clientId"], answer["clientSecret"], expires_at, reused=False)


def covers(sign_in: SignIn, cache_dir: Path) -> bool:
    """
    Tell whether a client was registered for what the config asks for.

    Only scopes that the config names are looked for: without them every client gets what is needed.
    """
    if sign_in.kind is Kind.LEGACY or not sign_in.scopes:
        return True
    kept = load_document(_path(sign_in, cache_dir)) or {}
    return tuple(kept.get("scopes") or ()) == sign_in.scopes


def kept_client(sign_in: SignIn, cache_dir: Path) -> str | None:
    """Give the client id of the registration in the cache; None where there is none."""
    client_id = (load_document(_path(sign_in, cache_dir)) or {}).get("clientId")
    return client_id if isinstance(client_id, str) else None


def forget(sign_in: SignIn, cache_dir: Path) -> None:
    """
    Let nobody use the registration in the cache any more, if there is one and it can be changed.

    It is dated back, not removed: a token that it was used for may hold, and `covers` is asked about that.
    """
    path = _path(sign_in, cache_dir)
    kept = load_document(path)
    if kept is not None:
        with contextlib.suppress(TrayError):
            write_document(path, {**kept, "expiresAt": _LONG_AGO})


def _path(sign_in: SignIn, cache_dir: Path) -> Path:
    return registration_path(
        cache_dir,
        start_url=sign_in.start_url,
        region=sign_in.region,
        scopes=sign_in.scopes or None,
        session_name=None if sign_in.kind is Kind.LEGACY else sign_in.name,
    )


def _reusable(document: dict[str, Any] | None, sign_in: SignIn, flow: Flow, now: datetime) -> Registration | None:
    kept = document or {}
    client_id, client_secret, expires_at = (kept.get(key) for key in ("clientId", "clientSecret", "expiresAt"))
    if not (isinstance(client_id, str) and isinstance(client_secret, str) and isinstance(expires_at, str)):
        return None
    try:
        ends = parse_time(expires_at)
    except ValueError:
        return None
    for_browser = "authorization_code" in (kept.get("grantTypes") or ())
    scopes = tuple(kept.get("scopes") or ())
    if ends - now < _MARGIN or for_browser != (flow is Flow.BROWSER) or scopes != wanted_scopes(sign_in):
        return None
    return Registration(client_id, client_secret, expires_at, reused=True)
