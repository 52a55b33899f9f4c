"""
Token documents as the AWS CLI writes them, and the one call that brings tokens.

Their form, and that of the call: docs/facts: Token files, Refresh requests.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients
from tray.aws.cache.files import read_token
from tray.aws.cache.times import format_time
from tray.core.model import Token
from tray.core.session.sharing import portal_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from mypy_boto3_sso_oidc import SSOOIDCClient

    from tray.aws.cache.registration import Registration
    from tray.core.model import SignIn

CLIENT_UNKNOWN: Final = frozenset({"InvalidClientException", "UnauthorizedClientException"})
"""Error codes with which AWS says that a client registration no longer holds."""


def create_token(client: SSOOIDCClient, **request: Any) -> Mapping[str, Any]:
    """
    Ask for a token, with the members of ``CreateTokenRequest`` for one of the grants.

    Returns:
        The answer, with ``accessToken`` and ``expiresIn`` (seconds) at least. It holds secrets.

    Raises:
        TrayError: As `tray.aws.api.clients.answered`.
    """
    with clients.answered(client):
        return client.create_token(**request)


def token_document(
    sign_in: SignIn, registered: Registration, answer: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """
    Put an answer that came now in the AWS CLI's form, keys in its order; ``refreshToken`` only where AWS sent one.
    """
    new = fresh(answer, now)
    refresh_token = {"refreshToken": new.pop("refreshToken")} if "refreshToken" in new else {}
    return {
        "startUrl": sign_in.start_url,
        "region": sign_in.region,
        **new,
        "clientId": registered.client_id,
        "clientSecret": registered.client_secret,
        "registrationExpiresAt": registered.expires_at,
        **refresh_token,
    }


def token_in(path: Path) -> Token | None:
    """Read the token that a file holds; None where it holds none, or cannot be read."""
    found = read_token(path)
    return found if isinstance(found, Token) else None


def is_of(document: Mapping[str, Any], sign_in: SignIn) -> bool:
    """Tell whether a token is from the portal and the region that the config names by now."""
    start_url, region = document.get("startUrl"), document.get("region")
    same_portal = start_url is None or portal_of(str(start_url)) == portal_of(sign_in.start_url)
    return same_portal and region in {None, sign_in.region}


def region_of(document: Mapping[str, Any], sign_in: SignIn) -> str:
    """Name the region that a token is from: not the config's any more if that was changed since."""
    region = document.get("region")
    return region if isinstance(region, str) and region else sign_in.region


def fresh(answer: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Take what an answer brings anew: ``accessToken``, ``expiresAt``, and ``refreshToken`` where AWS sent one."""
    new = {
        "accessToken": answer["accessToken"],
        "expiresAt": format_time(now + timedelta(seconds=answer["expiresIn"])),
    }
    if answer.get("refreshToken"):
        new["refreshToken"] = answer["refreshToken"]
    return new
