"""The access portal's API: accounts, roles, role credentials, sign-out (docs/facts: Portal API)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from tray.demo.directory import PERSON, Account, iam_role_name
from tray.demo.records import AccessToken
from tray.demo.state import State
from tray.demo.wire import (
    AwsError,
    Request,
    Response,
    Route,
    Routes,
    invalid_request,
    json_answer,
    named,
    portal_refusal,
)


class PortalApi:
    """
    ``/assignment``, ``/federation/credentials`` and ``/logout``.

    Args:
        state: What the server remembers; its lock is held while a request is handled.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> Routes:
        """List what is answered here."""
        return {
            ("GET", "/assignment/accounts"): Route(named("ListAccounts"), self._list_accounts, portal_refusal),
            ("GET", "/assignment/roles"): Route(named("ListAccountRoles"), self._list_account_roles, portal_refusal),
            ("GET", "/federation/credentials"): Route(
                named("GetRoleCredentials"), self._get_role_credentials, portal_refusal
            ),
            ("POST", "/logout"): Route(named("Logout"), self._logout, portal_refusal),
        }

    def _list_accounts(self, request: Request) -> Response:
        self._token(request)
        accounts = [
            {"accountId": account.account_id, "accountName": account.name, "emailAddress": account.email}
            for account in self._state.accounts
        ]
        return self._page(request, "accountList", accounts)

    def _list_account_roles(self, request: Request) -> Response:
        self._token(request)
        account = self._account(request)
        if account is None:
            raise AwsError(404, "ResourceNotFoundException", "Account not found")
        roles = [{"roleName": role, "accountId": account.account_id} for role in account.roles]
        return self._page(request, "roleList", roles)

    def _get_role_credentials(self, request: Request) -> Response:
        self._token(request)
        role_name = _parameter(request, "role_name")
        account = self._account(request)
        if account is None or role_name not in account.roles:
            raise AwsError(403, "ForbiddenException", "No access")
        keys = self._state.issue_role_keys(
            account.account_id,
            iam_role_name(account.account_id, role_name),
            PERSON,
            self._state.knobs.credentials_seconds,
        )
        return json_answer(
            {
                "roleCredentials": {
                    "accessKeyId": keys.access_key_id,
                    "secretAccessKey": keys.secret_access_key,
                    "sessionToken": keys.session_token,
                    "expiration": int(keys.expires_at * 1000),
                }
            }
        )

    def _logout(self, request: Request) -> Response:
        """End the sign-in session; role credentials already handed out live on (section 1, ``aws sso logout``)."""
        token = self._token(request)
        self._state.log_out(token.session, token.client)
        token.spared = False
        return Response(200)

    def _token(self, request: Request) -> AccessToken:
        issued = self._state.access_tokens.get(request.headers.get("x-amz-sso_bearer_token", ""))
        if issued is None or not issued.holds(self._state.now()):
            raise AwsError(401, "UnauthorizedException", "Session token not found or invalid")
        return issued

    def _account(self, request: Request) -> Account | None:
        account_id = _parameter(request, "account_id")
        if not re.fullmatch(r"[0-9]{12}", account_id):
            raise invalid_request("Invalid account id")
        return next((account for account in self._state.accounts if account.account_id == account_id), None)

    def _page(self, request: Request, name: str, items: Sequence[dict[str, str]]) -> Response:
        asked = request.query.get("max_result", "100")
        if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= 100:
            raise invalid_request("max_result must be between 1 and 100")
        start = _read_next_token(request.query.get("next_token"), name, len(items))
        end = start + min(int(asked), self._state.knobs.page_size)
        body: dict[str, object] = {name: items[start:end]}
        if end < len(items):
            body["nextToken"] = _next_token(name, end)
        return json_answer(body)


def _parameter(request: Request, name: str) -> str:
    value = request.query.get(name)
    if not value:
        raise invalid_request(f"Missing parameter: {name}")
    return value


def _next_token(name: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{offset}".encode()).decode()


def _read_next_token(token: str | None, name: str, count: int) -> int:
    """Read what `_next_token` wrote: the offset of the page's first item."""
    if token is None:
        return 0
    try:
        kind, _, offset = base64.b64decode(token, altchars=b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        kind, offset = "", ""
    if kind != name or not re.fullmatch(r"[0-9]{1,9}", offset) or int(offset) >= count:
        raise invalid_request("Invalid next token")
    return int(offset)
