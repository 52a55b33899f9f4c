"""What AWS is asked that changes no session: whether a sign-in holds (docs/facts: Portal API), and what time it is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tray.aws.api import clients, errors
from tray.aws.api.client_settings import NONE
from tray.aws.cache.files import load_token, token_path
from tray.aws.cache.renewal import NotRenewable, exclusively, renew_file
from tray.aws.cache.staging import adopt, sweep
from tray.aws.cache.tokens import create_token, region_of
from tray.core.dataclass import dataclass
from tray.core.errors import NotSignedIn
from tray.core.session.heard import Ended, LoggedOut, Proven
from tray.core.session.history import EndedBy
from tray.disk.files import remove_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from tray.aws.api.client_settings import ClientSettings
    from tray.aws.cache.renewal import RenewalSurroundings
    from tray.core.model import SignIn


_NOBODY: Final = "sso-tray-doctor"
"""Names a client that AWS does not know."""


@dataclass(frozen=True, slots=True)
class Proof:
    """AWS honours the token of a sign-in."""

    expires_at: datetime
    """End of the access token (UTC)."""

    renewed: bool
    """Whether it was renewed for this."""


def ask(sign_in: SignIn, surroundings: RenewalSurroundings, *, ends_if_over: bool = False) -> Proof | None:
    """
    Ask AWS whether a sign-in holds, by one call to the access portal; a stale token is renewed before.

    The token of a session that is over is removed if `ends_if_over`: one of our commands was about to.

    Returns:
        None where it does not hold: there is no token, or AWS does not honour it.

    Raises:
        ConfigProblem: A file or folder cannot be used.
        ServiceProblem: AWS or the network failed: nothing is known.
    """
    renewed = False
    try:
        with suppress(NotRenewable):
            renewed = renew_file(sign_in, surroundings).renewed
    except NotSignedIn:
        return None  # What AWS said was heard.
    path = token_path(surroundings.cache_dir, sign_in.name)
    with exclusively(sign_in, surroundings):
        adopt(path, sleep=surroundings.sleep)
        found = load_token(path)
        if not isinstance(found, tuple) or found[0].expires_at <= surroundings.now():
            return None
        token, document = found
        if honours(region_of(document, sign_in), document["accessToken"], surroundings.client_settings(sign_in)):
            surroundings.hear(sign_in, Proven(token))
            return Proof(token.expires_at, renewed)
        surroundings.hear(sign_in, Ended(token, EndedBy.PORTAL))
        if ends_if_over:
            remove_file(path, sleep=surroundings.sleep)
            sweep(path)
            surroundings.hear(sign_in, LoggedOut(token, told=True))
    return None


def honours(region: str, access_token: str, settings: ClientSettings = NONE) -> bool:
    """
    Ask the access portal, once, whether it honours a token of a region: a question that spends nothing.

    A token that is past its ``expiresAt`` proves nothing of the session: renew it first.

    Returns:
        True for an answer, and also where the person is signed in but may use nothing; False for AWS's own 401.

    Raises:
        ConfigProblem: As for `tray.aws.api.clients.portal_client`.
        ServiceProblem: AWS or the network failed; says nothing about the sign-in.
    """
    client = clients.portal_client(region, settings=settings, attempts=1)
    try:
        with clients.translated(client):
            client.list_accounts(accessToken=access_token, maxResults=1)
    except NotSignedIn:
        return False
    except errors.Rejected as rejection:
        if rejection.code == "ForbiddenException":
            return True
        raise
    return True


def ask_time(region: str, now: Callable[[], datetime], settings: ClientSettings = NONE) -> timedelta | None:
    """
    Tell how far AWS's clock is ahead of this machine's.

    Every answer tells the time, so one is asked for that needs no registration: the refusal of a token for a client
    that does not exist. It goes the way of a login: the same endpoint, proxy and certificates.

    Returns:
        None where an answer came, but not from AWS.

    Raises:
        ConfigProblem: As for `tray.aws.api.clients.oidc_client`.
        ServiceProblem: No answer came.
    """
    client = clients.oidc_client(region, settings=settings, attempts=1)
    try:
        create_token(client, clientId=_NOBODY, clientSecret=_NOBODY, grantType="refresh_token", refreshToken=_NOBODY)
    except errors.Rejected as refusal:
        return None if refusal.answered_at is None else refusal.answered_at - now()
    except errors.NotFromAws:
        return None
    return None
