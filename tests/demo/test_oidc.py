from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.center import REDIRECT, VERIFIER, Clock, authorize_url, fetch

from tray.demo.center import CALLBACK, IdentityCenter
from tray.demo.knobs import Consent
from tray.demo.organisation import START_URL

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def oidc(center: IdentityCenter) -> Any:
    center.knobs.consent = Consent.ALLOW
    return boto3.client("sso-oidc", config=Config(retries={"total_max_attempts": 1}))


def register(oidc: Any, **changed: Any) -> dict[str, Any]:
    request = {
        "clientName": "botocore-client-demo",
        "clientType": "public",
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": [CALLBACK],
        "issuerUrl": START_URL,
        "scopes": ["sso:account:access"],
        **changed,
    }
    return oidc.register_client(**{name: value for name, value in request.items() if value is not None})


def register_for_device(oidc: Any, scopes: list[str] | None) -> dict[str, Any]:
    return register(oidc, grantTypes=None, redirectUris=None, issuerUrl=None, scopes=scopes)


def identity(client: dict[str, Any]) -> dict[str, str]:
    return {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}


def authorize(center: IdentityCenter, client: dict[str, Any], **changed: str) -> str:
    return fetch(authorize_url(center, client["clientId"], **changed)).answer["code"]


def redeem(oidc: Any, client: dict[str, Any], code: str, **changed: str) -> dict[str, Any]:
    request = {"code": code, "codeVerifier": VERIFIER, "redirectUri": REDIRECT, **changed}
    return oidc.create_token(**identity(client), grantType="authorization_code", **request)


def renew(oidc: Any, client: dict[str, Any], refresh_token: str) -> dict[str, Any]:
    return oidc.create_token(**identity(client), grantType="refresh_token", refreshToken=refresh_token)


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[int, str, str, str]:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    response: Mapping[str, Any] = caught.value.response
    return (
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Code"],
        response["error"],
        response["error_description"],
    )


INVALID_REFRESH_TOKEN = (400, "InvalidGrantException", "invalid_grant", "Invalid refresh token provided")


def test_a_registration_lasts_ninety_days_and_has_the_shape_of_awss(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    assert client["clientSecretExpiresAt"] - client["clientIdIssuedAt"] == 90 * 86400
    assert base64.urlsafe_b64decode(client["clientId"] + "==").endswith(b"us-east-1")
    assert client["clientSecret"].count(".") == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"clientType": "confidential"}, "InvalidClientMetadataException"),
        ({"grantTypes": ["password"]}, "UnsupportedGrantTypeException"),
        ({"redirectUris": ["http://example.com/oauth/callback"]}, "InvalidRedirectUriException"),
        ({"redirectUris": ["https://127.0.0.1/oauth/callback"]}, "InvalidRedirectUriException"),
        ({"redirectUris": ["http://me@127.0.0.1/oauth/callback"]}, "InvalidRedirectUriException"),
        ({"redirectUris": None}, "InvalidRequestException"),
        ({"issuerUrl": None}, "InvalidRequestException"),
        ({"issuerUrl": "http://d-1234567890.awsapps.com/start"}, "InvalidRequestException"),
        ({"clientName": ""}, "InvalidRequestException"),
    ],
)
def test_a_wrong_registration_is_refused(oidc: Any, changed: dict[str, Any], code: str) -> None:
    assert refused(register, oidc, **changed)[:2] == (400, code)


def test_a_code_buys_a_token_for_an_hour_and_a_refresh_token(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    token = redeem(oidc, client, authorize(center, client))
    assert (token["expiresIn"], token["tokenType"]) == (3600, "Bearer")
    assert token["accessToken"] != token["refreshToken"]
    [session] = center.sessions
    assert session.start_url == START_URL
    assert session.ends_at - session.began_at == 8 * 3600


def test_a_code_is_good_once(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    code = authorize(center, client)
    redeem(oidc, client, code)
    assert refused(redeem, oidc, client, code)[:3] == (400, "InvalidGrantException", "invalid_grant")


def test_a_code_is_good_for_a_minute(center: IdentityCenter, oidc: Any, clock: Clock) -> None:
    client = register(oidc)
    code = authorize(center, client)
    clock.advance(61)
    assert refused(redeem, oidc, client, code)[1] == "InvalidGrantException"


@pytest.mark.parametrize(
    "changed",
    [
        {"codeVerifier": VERIFIER + "x"},
        {"codeVerifier": "too-short"},
        {"redirectUri": "http://127.0.0.1:45679/oauth/callback"},
    ],
)
def test_a_wrong_redemption_is_refused_and_burns_the_code(
    center: IdentityCenter, oidc: Any, changed: dict[str, str]
) -> None:
    client = register(oidc)
    code = authorize(center, client)
    assert refused(redeem, oidc, client, code, **changed)[1] == "InvalidGrantException"
    assert refused(redeem, oidc, client, code)[1] == "InvalidGrantException"


def test_a_code_is_good_for_its_own_client_alone(center: IdentityCenter, oidc: Any) -> None:
    code = authorize(center, register(oidc))
    assert refused(redeem, oidc, register(oidc), code)[1] == "InvalidGrantException"


def test_a_renewal_burns_the_refresh_token(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    first = redeem(oidc, client, authorize(center, client))
    second = renew(oidc, client, first["refreshToken"])
    assert second["refreshToken"] != first["refreshToken"]
    assert second["accessToken"] != first["accessToken"]
    assert refused(renew, oidc, client, first["refreshToken"]) == INVALID_REFRESH_TOKEN
    assert renew(oidc, client, second["refreshToken"])["expiresIn"] == 3600


def test_a_renewal_does_not_move_the_end_of_the_session(center: IdentityCenter, oidc: Any, clock: Clock) -> None:
    client = register(oidc)
    token = redeem(oidc, client, authorize(center, client))
    clock.advance(7.9 * 3600)
    token = renew(oidc, client, token["refreshToken"])
    portal = boto3.client("sso")
    assert portal.list_accounts(accessToken=token["accessToken"])["accountList"]
    clock.advance(0.1 * 3600)
    assert refused(renew, oidc, client, token["refreshToken"]) == INVALID_REFRESH_TOKEN
    with pytest.raises(portal.exceptions.UnauthorizedException):
        portal.list_accounts(accessToken=token["accessToken"])


def test_another_client_cannot_renew(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    token = redeem(oidc, client, authorize(center, client))
    assert refused(renew, oidc, register(oidc), token["refreshToken"]) == INVALID_REFRESH_TOKEN
    assert renew(oidc, client, token["refreshToken"])["accessToken"]


def test_an_administrator_ends_every_session(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc)
    token = redeem(oidc, client, authorize(center, client))
    center.end_sessions()
    assert refused(renew, oidc, client, token["refreshToken"]) == INVALID_REFRESH_TOKEN
    assert center.sessions == ()


def test_an_unknown_or_expired_client_is_refused(center: IdentityCenter, oidc: Any, clock: Clock) -> None:
    expected = (401, "InvalidClientException", "invalid_client", "Invalid client provided")
    client = register(oidc)
    assert refused(renew, oidc, {**client, "clientSecret": "other"}, "x") == expected
    assert refused(renew, oidc, {**client, "clientId": "other"}, "x") == expected
    clock.advance(90 * 86400)
    assert refused(renew, oidc, client, "x") == expected


def test_a_client_uses_only_the_grants_it_registered(center: IdentityCenter, oidc: Any) -> None:
    client = register(oidc, grantTypes=["authorization_code"])
    token = redeem(oidc, client, authorize(center, client))
    assert "refreshToken" not in token
    assert refused(renew, oidc, client, "x")[1] == "UnauthorizedClientException"
    started = {**identity(client), "startUrl": START_URL}
    assert refused(oidc.start_device_authorization, **started)[1] == "UnauthorizedClientException"
    assert refused(oidc.create_token, **identity(client), grantType="password")[2] == "unsupported_grant_type"


def test_the_device_flow_waits_for_the_person(center: IdentityCenter, oidc: Any) -> None:
    center.knobs.device_interval = 0
    client = register_for_device(oidc, ["sso:account:access"])
    started = oidc.start_device_authorization(**identity(client), startUrl=START_URL)
    poll = {**identity(client), "grantType": DEVICE, "deviceCode": started["deviceCode"]}
    assert (started["expiresIn"], started["interval"]) == (600, 0)
    assert started["verificationUriComplete"] == f"{started['verificationUri']}?user_code={started['userCode']}"
    assert refused(oidc.create_token, **poll)[:3] == (400, "AuthorizationPendingException", "authorization_pending")
    assert "Access allowed" in fetch(started["verificationUriComplete"]).text
    token = oidc.create_token(**poll)
    assert token["refreshToken"]
    assert refused(oidc.create_token, **poll)[1] == "InvalidGrantException"


def test_a_client_without_scopes_gets_eight_hours_and_no_refresh_token(center: IdentityCenter, oidc: Any) -> None:
    client = register_for_device(oidc, None)
    started = oidc.start_device_authorization(**identity(client), startUrl=START_URL)
    fetch(started["verificationUriComplete"])
    token = oidc.create_token(**identity(client), grantType=DEVICE, deviceCode=started["deviceCode"])
    assert token["expiresIn"] == 8 * 3600
    assert "refreshToken" not in token
    assert boto3.client("sso").list_accounts(accessToken=token["accessToken"])["accountList"]


def test_fast_polls_are_told_to_slow_down_by_five_seconds_each(center: IdentityCenter, oidc: Any, clock: Clock) -> None:
    client = register_for_device(oidc, None)
    started = oidc.start_device_authorization(**identity(client), startUrl=START_URL)
    poll = {**identity(client), "grantType": DEVICE, "deviceCode": started["deviceCode"]}
    assert started["interval"] == 5
    assert refused(oidc.create_token, **poll)[2] == "authorization_pending"
    assert refused(oidc.create_token, **poll)[:3] == (400, "SlowDownException", "slow_down")
    clock.advance(6)
    assert refused(oidc.create_token, **poll)[2] == "slow_down"
    clock.advance(15)
    assert refused(oidc.create_token, **poll)[2] == "authorization_pending"


def test_a_device_code_expires(center: IdentityCenter, oidc: Any, clock: Clock) -> None:
    client = register_for_device(oidc, None)
    started = oidc.start_device_authorization(**identity(client), startUrl=START_URL)
    clock.advance(600)
    assert fetch(started["verificationUriComplete"]).status == 400
    poll = {**identity(client), "grantType": DEVICE, "deviceCode": started["deviceCode"]}
    assert refused(oidc.create_token, **poll)[:3] == (400, "ExpiredTokenException", "expired_token")


def test_a_denied_device_gets_nothing(center: IdentityCenter, oidc: Any) -> None:
    client = register_for_device(oidc, None)
    started = oidc.start_device_authorization(**identity(client), startUrl=START_URL)
    center.knobs.consent = Consent.DENY
    assert "Access denied" in fetch(started["verificationUriComplete"]).text
    poll = {**identity(client), "grantType": DEVICE, "deviceCode": started["deviceCode"]}
    assert refused(oidc.create_token, **poll)[:3] == (400, "AccessDeniedException", "access_denied")


def test_only_its_own_start_urls_are_known_whatever_their_ending() -> None:
    with IdentityCenter(start_urls=[START_URL]) as center:
        oidc = boto3.client("sso-oidc", region_name="us-east-1", endpoint_url=center.url)
        assert register(oidc, issuerUrl=f"{START_URL}/#/")["clientId"]
        other = "https://d-0000000000.awsapps.com/start"
        assert refused(register, oidc, issuerUrl=other)[1] == "InvalidRequestException"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"clientId": 7}', b"\xff"])
def test_a_body_that_is_no_request_is_refused(center: IdentityCenter, body: bytes) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", int(center.url.rpartition(":")[2]), timeout=10)
    connection.request("POST", "/token", body)
    response = connection.getresponse()
    assert (response.status, response.getheader("x-amzn-ErrorType")) == (400, "InvalidRequestException")
    connection.close()
