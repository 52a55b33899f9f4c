from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from support.center import REDIRECT, Clock, authorize_url, fetch, press

from tray.demo.center import CALLBACK, IdentityCenter
from tray.demo.knobs import Consent
from tray.demo.organisation import START_URL


@pytest.fixture
def client_id(center: IdentityCenter) -> str:
    return register("botocore-client-demo")


def register(name: str, **changed: Any) -> str:
    client = boto3.client("sso-oidc").register_client(
        clientName=name,
        clientType="public",
        grantTypes=["authorization_code", "refresh_token"],
        redirectUris=[CALLBACK],
        issuerUrl=START_URL,
        scopes=["sso:account:access"],
        **changed,
    )
    return str(client["clientId"])


def test_the_page_names_who_asks_and_where_and_waits(center: IdentityCenter, client_id: str) -> None:
    page = fetch(authorize_url(center, client_id))
    assert page.status == 200
    assert "botocore-client-demo" in page.text
    assert START_URL in page.text
    assert center.sessions == ()


def test_allow_sends_the_code_and_the_state_back(center: IdentityCenter, client_id: str) -> None:
    answer = press(center, fetch(authorize_url(center, client_id, state="a b&c=d")), "allow")
    assert answer.status == 303
    assert answer.location.startswith(f"{REDIRECT}?")
    assert answer.answer["state"] == "a b&c=d"
    assert answer.answer["code"]


def test_deny_sends_the_refusal_and_the_state_back(center: IdentityCenter, client_id: str) -> None:
    answer = press(center, fetch(authorize_url(center, client_id)), "deny")
    assert answer.location.startswith(f"{REDIRECT}?")
    assert answer.answer == {"error": "access_denied", "state": "some-state"}


def test_a_page_can_be_answered_once(center: IdentityCenter, client_id: str) -> None:
    page = fetch(authorize_url(center, client_id))
    press(center, page, "deny")
    assert press(center, page, "allow").status == 400


def test_a_page_that_was_open_too_long_is_refused(center: IdentityCenter, client_id: str, clock: Clock) -> None:
    page = fetch(authorize_url(center, client_id))
    clock.advance(600)
    assert press(center, page, "allow").status == 400


@pytest.mark.parametrize("form", [{}, {"decision": "allow"}, {"decision": "perhaps", "ticket": "x"}])
def test_a_forged_decision_is_refused(center: IdentityCenter, form: dict[str, str]) -> None:
    assert fetch(f"{center.url}/consent", form).status == 400


def test_consent_may_be_given_or_refused_without_a_page(center: IdentityCenter, client_id: str) -> None:
    center.knobs.consent = Consent.ALLOW
    assert set(fetch(authorize_url(center, client_id)).answer) == {"code", "state"}
    center.knobs.consent = Consent.DENY
    assert fetch(authorize_url(center, client_id)).answer["error"] == "access_denied"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.1:45678/elsewhere",
        "http://localhost:45678/oauth/callback",
        "http://127.0.0.1.example.com/oauth/callback",
        "https://127.0.0.1:45678/oauth/callback",
        "http://127.0.0.1:99999999/oauth/callback",
        "http://x@127.0.0.1:45678/oauth/callback",
        "http://127.0.0.1:45678/oauth/callback?a=b",
        "http://127.0.0.1:45678/oauth/callback#a",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(
    center: IdentityCenter, client_id: str, redirect_uri: str
) -> None:
    page = fetch(authorize_url(center, client_id, redirect_uri=redirect_uri))
    assert (page.status, page.location) == (400, "")


def test_nobody_is_sent_anywhere_for_an_unknown_client(center: IdentityCenter) -> None:
    page = fetch(authorize_url(center, "nobody"))
    assert (page.status, page.location) == (401, "")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scopes": "sso:account:access admin"}, "invalid_scope"),
        ({"scopes": "", "scope": "admin"}, "invalid_scope"),
    ],
)
def test_a_wrong_question_is_answered_by_redirect(
    center: IdentityCenter, client_id: str, changed: dict[str, str], error: str
) -> None:
    page = fetch(authorize_url(center, client_id, **changed))
    assert page.answer == {"error": error, "state": "some-state"}


def test_scope_may_be_singular_too(center: IdentityCenter, client_id: str) -> None:
    assert fetch(authorize_url(center, client_id, scopes="", scope="sso:account:access")).status == 200


def test_pages_load_nothing_and_post_only_where_they_must(center: IdentityCenter, client_id: str) -> None:
    page = fetch(authorize_url(center, client_id))
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"form-action 'self' http://{urlsplit(REDIRECT).netloc};" in policy
    assert not re.search(r"<script|\ssrc=|<link|@import|\son\w+=|style=", page.text)
    assert page.headers["cache-control"] == "no-store"


def test_a_clients_name_is_text(center: IdentityCenter) -> None:
    page = fetch(authorize_url(center, register('<img src=x onerror="alert(1)">')))
    assert "<img" not in page.text
    assert "&lt;img" in page.text


def start_device() -> Mapping[str, Any]:
    oidc = boto3.client("sso-oidc")
    client = oidc.register_client(clientName="a-device", clientType="public")
    return oidc.start_device_authorization(
        clientId=client["clientId"], clientSecret=client["clientSecret"], startUrl=START_URL
    )


def test_the_device_page_asks_for_the_code_then_shows_it_then_decides(center: IdentityCenter) -> None:
    started = start_device()
    asks = fetch(started["verificationUri"])
    assert 'name="user_code"' in asks.text
    assert started["userCode"] not in asks.text
    typed = fetch(f"{started['verificationUri']}?user_code={started['userCode'].lower()}")
    assert started["userCode"] in typed.text
    assert "a-device" in typed.text
    assert "Access allowed" in press(center, typed, "allow").text


def test_a_device_page_takes_no_second_decision(center: IdentityCenter) -> None:
    started = start_device()
    page = fetch(started["verificationUriComplete"])
    assert "Access denied" in press(center, page, "deny").text
    assert fetch(started["verificationUriComplete"]).status == 400


def test_an_unknown_code_is_said_to_be_so(center: IdentityCenter) -> None:
    page = fetch(f"{center.url}/device?user_code=<b>")
    assert page.status == 400
    assert "not valid" in page.text
    assert "<b>" not in page.text
