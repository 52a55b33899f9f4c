"""Asks AWS whether a sign-in holds (docs/facts: Portal API, Refresh answers), and hands on what it says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tray.aws.api import clients
from tray.aws.cache.adoption import adopt, sweep
from tray.aws.cache.files import load_token, token_path
from tray.aws.cache.renewal import NotRenewable
from tray.aws.cache.renewer import exclusively, renew_file
from tray.aws.cache.tokens import region_of
from tray.core.dataclass import dataclass
from tray.core.errors import NotSignedIn
from tray.core.session.heard import Ended, LoggedOut, Proven
from tray.core.session.history import EndedBy
from tray.disk.files import remove_file

if TYPE_CHECKING:
    from datetime import datetime

    from tray.aws.cache.renewer import Surroundings
    from tray.core.model import SignIn


@dataclass(frozen=True, slots=True)
class Proof:
    """AWS honours the token of a sign-in."""

    expires_at: datetime
    """End of the access token (UTC)."""

    renewed: bool
    """Whether it was renewed for this."""


def ask(sign_in: SignIn, surroundings: Surroundings, *, ends_if_over: bool = False) -> Proof | None:
    """
    Ask AWS whether a sign-in holds, by one call to the access portal; a stale token is renewed before.

    Args:
        sign_in: Of IAM Identity Center.
        surroundings: Hears what AWS says.
        ends_if_over: Remove the token of a session that is over: one of our commands was about to.

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
        if honours(region_of(document, sign_in), document["accessToken"]):
            surroundings.hear(sign_in, Proven(token))
            return Proof(token.expires_at, renewed)
        surroundings.hear(sign_in, Ended(token, EndedBy.PORTAL))
        if ends_if_over:
            remove_file(path, sleep=surroundings.sleep)
            sweep(path)
            surroundings.hear(sign_in, LoggedOut(token, told=True))
    return None


def honours(region: str, access_token: str) -> bool:
    """
    Ask the access portal, once, whether it honours a token: a question that spends nothing.

    Args:
        region: The region that the token is from.
        access_token: Of a token file. One that is past its ``expiresAt`` proves nothing of the session: renew it first.

    Returns:
        True for an answer, and also where the person is signed in but may use nothing; False for AWS's own 401.

    Raises:
        ConfigProblem: As for `tray.aws.api.clients.portal_client`.
        ServiceProblem: AWS or the network failed; says nothing about the sign-in.
    """
    client = clients.portal_client(region, attempts=1)
    try:
        with clients.translated():
            answer = client.list_accounts(accessToken=access_token, maxResults=1)
    except NotSignedIn:
        return False
    except clients.Rejected as rejection:
        if rejection.code == "ForbiddenException":
            return True
        raise
    clients.demand(answer, "accountList")
    return True
