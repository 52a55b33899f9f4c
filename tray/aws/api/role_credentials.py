"""Credentials of a role: of a permission set by the portal, or of one that a profile assumes by STS."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tray.aws.api import clients, errors
from tray.core.errors import ConfigProblem
from tray.core.role_credentials import RoleCredentials, is_plain
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.aws.api.client_settings import ClientSettings

_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try of what passes: of fifty programs that start at once, AWS asks most to slow down."""


_NOT_YOURS: Final = frozenset({"ForbiddenException", "ResourceNotFoundException"})


def ask_portal(
    token: tuple[str, str],
    role: tuple[str, str],
    profile: str,
    settings: ClientSettings,
    sleep: Callable[[float], object],
) -> RoleCredentials:
    """
    Ask the portal for credentials of a permission set.

    Args:
        token: The region that the access token is from, and the token.
        role: Account and name.
        profile: Which names that role.
        settings: Of the connection.
        sleep: Waits for so many seconds.

    Raises:
        NotSignedIn: The portal does not honour the token.
        ConfigProblem: The role is not assigned to the person; or as for `tray.aws.api.clients.portal_client`.
        ServiceProblem: AWS or the network failed.
    """
    region, access_token = token
    account_id, role_name = role
    client = clients.portal_client(region, settings=settings, attempts=1)
    pauses = iter(_PAUSES)
    while True:
        try:
            with clients.translated(client):
                answer = client.get_role_credentials(accountId=account_id, roleName=role_name, accessToken=access_token)
        except errors.Rejected as rejection:
            if rejection.code in _NOT_YOURS:
                raise ConfigProblem(login_words.ROLE_NOT_ASSIGNED(profile=profile)) from None
            pause = next(pauses, None) if rejection.passes else None
            if pause is None:
                raise
            sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        else:
            break
    keys = answer["roleCredentials"]
    return _usable(
        RoleCredentials(
            keys["accessKeyId"],
            keys["secretAccessKey"],
            keys["sessionToken"],
            datetime.fromtimestamp(keys["expiration"] / 1000, UTC),
            account_id,
        )
    )


def assume(profile: str, settings: ClientSettings) -> RoleCredentials:
    """
    Get the credentials of a profile that assumes a role through another one, as the AWS library does by itself.

    Raises:
        TrayError: As for `tray.aws.api.identity.read_identity`.
    """
    session = clients.profile_session(profile, settings)
    try:
        with clients.translated():
            found = session.get_credentials()
            keys = None if found is None else found.get_frozen_credentials()
    except errors.Rejected as rejection:
        if rejection.code in _NOT_YOURS:
            raise ConfigProblem(login_words.ROLE_NOT_ASSIGNED(profile=profile)) from None
        raise
    expires_at = getattr(
        found, "_expiry_time", None
    )  # What the AWS CLI exports, too; the library names it nowhere else.
    if keys is None or not isinstance(expires_at, datetime):
        raise ConfigProblem(login_words.CREDENTIALS_MISSING())
    account_id = getattr(keys, "account_id", None) or ""
    return _usable(
        RoleCredentials(
            keys.access_key or "",
            keys.secret_key or "",
            keys.token or "",
            expires_at.astimezone(UTC),
            account_id,
        )
    )


def _usable(found: RoleCredentials) -> RoleCredentials:
    """Let no other characters through than those of keys and tokens: they go to shells."""
    if not is_plain(found.access_key_id, found.secret_access_key, found.session_token):
        raise errors.Unusable(login_words.ANSWER_UNUSABLE())
    return found
