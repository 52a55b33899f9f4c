"""The access portal's API: accounts, roles, role credentials, sign-out (docs/facts: Portal API)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence

from tray.demo.organisation import PERSON, Account
from tray.demo.server import AwsError, Request, Response, invalid_request, json_answer
from tray.demo.state import AccessToken, Route, Routes, State
from tray.demo.sts import issue_role_keys

_CREDENTIALS_SECONDS = 3600


def portal_refusal(error: AwsError) -> Response:
    """Put an error as the portal does (docs/facts: Portal API)."""
    return json_answer({"message": error.message}, error.status, (("x-amzn-ErrorType", error.code),))


def _list_accounts(state: State, request: Request) -> Response:
    _token(state, request)
    accounts = [
        {"accountId": account.account_id, "accountName": account.name, "emailAddress": account.email}
        for account in state.accounts
    ]
    return _page(state, request, "accountList", accounts)


def _list_account_roles(state: State, request: Request) -> Response:
    _token(state, request)
    account = _account(state, request)
    if account is None:
        raise AwsError(404, "ResourceNotFoundException", "Account not found")
    roles = [{"roleName": role, "accountId": account.account_id} for role in account.roles]
    return _page(state, request, "roleList", roles)


def _get_role_credentials(state: State, request: Request) -> Response:
    _token(state, request)
    permission_set = _parameter(request, "role_name")
    account = _account(state, request)
    if account is None or permission_set not in account.roles:
        raise AwsError(403, "ForbiddenException", "No access")
    suffix = hashlib.sha256(f"{account.account_id}/{permission_set}".encode()).hexdigest()[:16]
    role_name = f"AWSReservedSSO_{permission_set}_{suffix}"  # what a permission set becomes in an account
    keys = issue_role_keys(state, account.account_id, role_name, PERSON, _CREDENTIALS_SECONDS)
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


def _logout(state: State, request: Request) -> Response:
    """End the sign-in session; role credentials already handed out live on (docs/facts: Logout of the AWS CLI)."""
    token = _token(state, request)
    state.log_out(token.session, token.client)
    token.spared = False
    return Response(200)


def _token(state: State, request: Request) -> AccessToken:
    issued = state.access_tokens.get(request.headers.get("x-amz-sso_bearer_token", ""))
    if issued is None or not issued.holds(state.now()):
        raise AwsError(401, "UnauthorizedException", "Session token not found or invalid")
    return issued


def _account(state: State, request: Request) -> Account | None:
    account_id = _parameter(request, "account_id")
    if not re.fullmatch(r"[0-9]{12}", account_id):
        raise invalid_request("Invalid account id")
    return next((account for account in state.accounts if account.account_id == account_id), None)


def _page(state: State, request: Request, name: str, items: Sequence[dict[str, str]]) -> Response:
    asked = request.query.get("max_result", "100")
    if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= 100:
        raise invalid_request("max_result must be between 1 and 100")
    start = _read_next_token(request.query.get("next_token"), name, len(items))
    end = start + min(int(asked), state.knobs.page_size)
    body: dict[str, object] = {name: items[start:end]}
    if end < len(items):
        body["nextToken"] = base64.urlsafe_b64encode(f"{name}:{end}".encode()).decode()
    return json_answer(body)


def _parameter(request: Request, name: str) -> str:
    value = request.query.get(name)
    if not value:
        raise invalid_request(f"Missing parameter: {name}")
    return value


def _read_next_token(token: str | None, name: str, count: int) -> int:
    """Give the offset of the first item of the page that a token means; of the first page without one."""
    if token is None:
        return 0
    try:
        kind, _, offset = base64.b64decode(token, altchars=b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        kind, offset = "", ""
    if kind != name or not re.fullmatch(r"[0-9]{1,9}", offset) or int(offset) >= count:
        raise invalid_request("Invalid next token")
    return int(offset)


ROUTES: Routes = {
    ("GET", "/assignment/accounts"): Route("ListAccounts", _list_accounts, portal_refusal),
    ("GET", "/assignment/roles"): Route("ListAccountRoles", _list_account_roles, portal_refusal),
    ("GET", "/federation/credentials"): Route("GetRoleCredentials", _get_role_credentials, portal_refusal),
    ("POST", "/logout"): Route("Logout", _logout, portal_refusal),
}
