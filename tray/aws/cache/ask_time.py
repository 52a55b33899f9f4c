"""Asks Identity Center for the time, without a sign-in: whether it can be reached, and whether the clock is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tray.aws.api import clients
from tray.aws.cache.tokens import create_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

_NOBODY: Final = "sso-tray-doctor"


def ask_time(region: str, now: Callable[[], datetime]) -> timedelta | None:
    """
    Tell how far AWS's clock is ahead of this machine's.

    Every answer tells the time, so one is asked for that needs no registration: the refusal of a token for a client
    that does not exist. It goes the way of a login: the same endpoint, proxy and certificates.

    Args:
        region: The region of Identity Center.
        now: The clock, in UTC.

    Returns:
        None where an answer came, but not from AWS.

    Raises:
        ConfigProblem: As for `tray.aws.api.clients.oidc_client`.
        ServiceProblem: No answer came.
    """
    client = clients.oidc_client(region, attempts=1)
    try:
        create_token(client, clientId=_NOBODY, clientSecret=_NOBODY, grantType="refresh_token", refreshToken=_NOBODY)
    except clients.Rejected as refusal:
        return None if refusal.answered_at is None else refusal.answered_at - now()
    except clients.NotFromAws:
        return None
    return None
