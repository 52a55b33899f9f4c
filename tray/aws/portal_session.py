"""Whether a sign-in holds, as the access portal says: a question that spends nothing (AWS-SSO-FACTS section 4)."""

from __future__ import annotations

from tray.aws import wire
from tray.core.errors import NotSignedIn


def holds(region: str, access_token: str) -> bool:
    """
    Ask the access portal, once, whether it honours a token.

    Args:
        region: The region that the token is from.
        access_token: Of a token file. One that is past its ``expiresAt`` proves nothing of the session: renew it first.

    Returns:
        True for an answer, and also where the person is signed in but may use nothing; False for AWS's own 401.

    Raises:
        ConfigProblem: As for `tray.aws.wire.portal_client`.
        ServiceProblem: AWS or the network failed; says nothing about the sign-in.
    """
    client = wire.portal_client(region, attempts=1)
    try:
        with wire.translated():
            answer = client.list_accounts(accessToken=access_token, maxResults=1)
    except NotSignedIn:
        return False
    except wire.Rejected as rejection:
        if rejection.code == "ForbiddenException":
            return True
        raise
    wire.demand(answer, "accountList")
    return True
