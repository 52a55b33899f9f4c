from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.center import Clock, fetch, many_accounts

from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import ACCOUNTS


@pytest.fixture
def portal(center: IdentityCenter) -> Any:
    return boto3.client("sso", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def token(center: IdentityCenter) -> str:
    return center.issue_token()["accessToken"]


def refused(call: Any, **named: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**named)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


NO_SESSION = (401, "UnauthorizedException", "Session token not found or invalid")


def test_accounts_and_roles_are_those_assigned(portal: Any, token: str) -> None:
    listed = portal.list_accounts(accessToken=token)["accountList"]
    assert [(item["accountId"], item["accountName"], item["emailAddress"]) for item in listed] == [
        (account.account_id, account.name, account.email) for account in ACCOUNTS
    ]
    for account in ACCOUNTS:
        roles = portal.list_account_roles(accessToken=token, accountId=account.account_id)["roleList"]
        assert [role["roleName"] for role in roles] == list(account.roles)


def test_long_lists_come_in_pages(center: IdentityCenter, portal: Any, token: str) -> None:
    center.accounts = many_accounts(2050, roles_each=45)
    center.knobs.page_size = 1000
    pages = list(portal.get_paginator("list_accounts").paginate(accessToken=token))
    assert [len(page["accountList"]) for page in pages] == [100] * 20 + [50]
    listed = [account["accountId"] for page in pages for account in page["accountList"]]
    assert listed == [account.account_id for account in center.accounts]
    center.knobs.page_size = 20
    roles = portal.get_paginator("list_account_roles").paginate(
        accessToken=token, accountId=listed[0], PaginationConfig={"PageSize": 50}
    )
    assert [len(page["roleList"]) for page in roles] == [20, 20, 5]


def test_a_page_can_be_as_small_as_asked(portal: Any, token: str) -> None:
    page = portal.list_accounts(accessToken=token, maxResults=1)
    assert len(page["accountList"]) == 1
    assert (
        portal.list_accounts(accessToken=token, maxResults=2, nextToken=page["nextToken"])["accountList"][0][
            "accountId"
        ]
        == "444455556666"
    )


@pytest.mark.parametrize("asked", [{"maxResults": 0}, {"maxResults": 101}, {"nextToken": "eA=="}, {"nextToken": "é"}])
def test_a_wrong_page_is_refused(center: IdentityCenter, token: str, asked: dict[str, Any]) -> None:
    portal = boto3.client("sso", config=Config(parameter_validation=False))
    assert refused(portal.list_accounts, accessToken=token, **asked)[:2] == (400, "InvalidRequestException")


def test_a_token_that_is_unknown_or_expired_is_refused(
    center: IdentityCenter, portal: Any, token: str, clock: Clock
) -> None:
    assert refused(portal.list_accounts, accessToken="unknown") == NO_SESSION
    assert fetch(f"{center.url}/assignment/accounts").status == 401
    assert portal.list_accounts(accessToken=token)["accountList"]
    clock.advance(3600)
    assert refused(portal.list_accounts, accessToken=token) == NO_SESSION
    assert center.sessions, "the sign-in outlives its access token"


def test_logout_ends_the_session_with_all_its_tokens_and_no_other(center: IdentityCenter, portal: Any) -> None:
    session = center.begin_session()
    first, second = center.issue_token(session), center.issue_token(session)
    other = center.issue_token()
    portal.logout(accessToken=first["accessToken"])
    for token in (first, second):
        assert refused(portal.list_accounts, accessToken=token["accessToken"]) == NO_SESSION
        renewal = {"grantType": "refresh_token", **{key: token[key] for key in ("clientId", "clientSecret")}}
        create_token = boto3.client("sso-oidc").create_token
        assert refused(create_token, refreshToken=token["refreshToken"], **renewal)[1] == "InvalidGrantException"
    assert portal.list_accounts(accessToken=other["accessToken"])["accountList"]
    assert refused(portal.logout, accessToken=first["accessToken"]) == NO_SESSION


def test_role_credentials_last_an_hour(portal: Any, token: str) -> None:
    answer = portal.get_role_credentials(accessToken=token, accountId="111122223333", roleName="Developer")
    keys = answer["roleCredentials"]
    assert keys["accessKeyId"].startswith("ASIA")
    assert len(keys["accessKeyId"]) == 20
    assert len(keys["secretAccessKey"]) == 40
    assert keys["expiration"] / 1000 == pytest.approx(time.time() + 3600, abs=30)


@pytest.mark.parametrize(("account", "role"), [("111122223333", "Operator"), ("000000000000", "Developer")])
def test_a_role_that_is_not_assigned_is_forbidden(portal: Any, token: str, account: str, role: str) -> None:
    call = {"accessToken": token, "accountId": account, "roleName": role}
    assert refused(portal.get_role_credentials, **call) == (403, "ForbiddenException", "No access")


def test_roles_of_an_unknown_account_are_not_found(portal: Any, token: str) -> None:
    call = {"accessToken": token, "accountId": "000000000000"}
    assert refused(portal.list_account_roles, **call)[:2] == (404, "ResourceNotFoundException")


def test_a_malformed_account_id_is_refused(portal: Any, token: str) -> None:
    call = {"accessToken": token, "accountId": "dev"}
    assert refused(portal.list_account_roles, **call)[:2] == (400, "InvalidRequestException")


def test_real_clients_retry_when_throttled(center: IdentityCenter, token: str) -> None:
    center.inject(Fault.error("ListAccounts", 429, "TooManyRequestsException", times=1))
    assert boto3.client("sso").list_accounts(accessToken=token)["accountList"]
    assert [request.status for request in center.requests] == [429, 200]


def test_throttling_is_an_error_of_the_model(center: IdentityCenter, portal: Any, token: str) -> None:
    center.inject(Fault.error("*", 429, "TooManyRequestsException"))
    with pytest.raises(portal.exceptions.TooManyRequestsException):
        portal.list_accounts(accessToken=token)
