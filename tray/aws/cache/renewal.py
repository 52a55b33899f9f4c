"""Silent renewal: a refresh token for a new access token, without a browser (docs/facts: Refresh)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tray.aws.api import clients
from tray.aws.cache.tokens import create_token, fresh
from tray.core.errors import NotSignedIn
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from mypy_boto3_sso_oidc import SSOOIDCClient

_SESSION_OVER: Final = frozenset({"InvalidGrantException", "ExpiredTokenException"})
_FOR_RENEWAL: Final = ("refreshToken", "clientId", "clientSecret")


class SessionOver(NotSignedIn):
    """AWS said that the sign-in has ended: only a new login helps."""


class TokenRefused(NotSignedIn):
    """
    AWS refused to renew this token, for a reason that does not pass: only a new login helps.

    Args:
        said: What AWS called it; no secret.
    """

    def __init__(self, said: str) -> None:
        super().__init__(login_words.TOKEN_REFUSED(answer=said))
        self.said = said


class NotRenewable(NotSignedIn):
    """This token lacks what a renewal needs, whatever is true of the sign-in: only a new login helps."""


def renew(
    document: Mapping[str, Any],
    *,
    client: SSOOIDCClient,
    now: Callable[[], datetime],
    on_skew: Callable[[timedelta], object] = lambda _: None,
) -> dict[str, Any]:
    """
    Exchange the refresh token for a new access token; reads and writes no file.

    Args:
        document: A token document. It is not changed.
        client: Of the OIDC service, in the document's region.
        now: The clock, in UTC.
        on_skew: Is told how far AWS's clock is ahead of ours, once AWS has answered, whatever it answered.

    Returns:
        The document with the new token; keys we do not know are kept, and the refresh token too where AWS sends none
        (docs/facts: Refresh; some clients lose the sign-in there).

    Raises:
        SessionOver: The sign-in has ended, if no other program has renewed it meanwhile: read the file again first.
        TokenRefused: AWS answered with another error that does not pass (docs/facts: Refresh answers).
        NotRenewable: The document lacks what a renewal needs.
        ServiceProblem: AWS or the network failed; says nothing about the sign-in.
    """
    if not all(isinstance(document.get(key), str) for key in _FOR_RENEWAL):
        raise NotRenewable(login_words.NOT_RENEWABLE())
    try:
        answer = create_token(
            client,
            grantType="refresh_token",
            clientId=document["clientId"],
            clientSecret=document["clientSecret"],
            refreshToken=document["refreshToken"],
        )
    except clients.Rejected as rejection:
        if rejection.answered_at is not None:
            on_skew(rejection.answered_at - now())
        if rejection.code in _SESSION_OVER:
            raise SessionOver(login_words.SESSION_OVER()) from None
        if not rejection.passes:
            raise TokenRefused(rejection.said) from None
        raise
    if (at := clients.answered_at(answer)) is not None:
        on_skew(at - now())
    return {**document, **fresh(answer, now())}
