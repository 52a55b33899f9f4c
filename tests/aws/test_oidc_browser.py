"""Signing in with a browser (PKCE), with real boto3 against the embedded Identity Center."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from support.center import Clock, fetch, plant_token, run_python
from support.login import LEGACY, SESSION, Person, cache_dir, operations, parameters
from support.modes import is_private

from tray.aws.api import clients, errors
from tray.aws.cache.files import load_document, registration_path
from tray.aws.cache.times import format_time, parse_time
from tray.aws.login import oidc
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, ServiceProblem, SignInRefused
from tray.core.message import Message
from tray.core.model import SignIn
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL

LogIn = Callable[..., dict[str, object]]
TOKEN_KEYS = [
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
    "refreshToken",
]


@pytest.fixture
def person(center: IdentityCenter, clock: Clock) -> Person:
    return Person(center, clock)


@pytest.fixture
def log_in(person: Person) -> LogIn:
    def log_in(sign_in: SignIn = SESSION, *, browser: bool = True, **options: bool) -> dict[str, object]:
        client = clients.oidc_client(sign_in.region)
        surroundings = person.surroundings(browser=browser)
        try:
            return oidc.log_in(sign_in, client=client, cache_dir=cache_dir(), surroundings=surroundings, **options)
        finally:
            person.join()

    return log_in


def registration_of(sign_in: SignIn) -> dict[str, object] | None:
    name = sign_in.name if sign_in != LEGACY else None
    scopes = sign_in.scopes or None
    return load_document(
        registration_path(
            cache_dir(), start_url=sign_in.start_url, region=sign_in.region, scopes=scopes, session_name=name
        )
    )


def test_a_sign_in_writes_the_token_as_the_aws_cli_does(log_in: LogIn, center: IdentityCenter, clock: Clock) -> None:
    began = clock()
    document = log_in()

    path = cache_dir() / "0ad374308c5a4e22f723adf10145eafad7c4031c.json"  # sha1 of "my-sso"
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == document
    assert list(document) == TOKEN_KEYS
    assert "\n" not in text
    assert document["startUrl"] == START_URL
    assert document["region"] == "us-east-1"
    assert 3599 <= parse_time(str(document["expiresAt"])).timestamp() - began <= 3610
    assert str(document["expiresAt"]).endswith("Z")
    assert str(document["registrationExpiresAt"]).endswith("Z")
    assert is_private(path)
    assert len(center.sessions) == 1
    assert clients.portal_client("us-east-1").list_accounts(accessToken=str(document["accessToken"]))["accountList"]


def test_the_page_opened_is_the_one_that_the_aws_cli_opens(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    document = log_in()
    [url] = person.aws_urls
    query = parameters(url)
    assert url.startswith(f"{center.url}/authorize?response_type=code&client_id=")
    assert list(query) == [
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge_method",
        "scopes",
        "code_challenge",
    ]
    assert query["client_id"] == document["clientId"]
    assert query["code_challenge_method"] == "S256"
    assert query["scopes"] == "sso:account:access"
    redirect = urlsplit(query["redirect_uri"])
    assert (redirect.scheme, redirect.hostname, redirect.path) == ("http", "127.0.0.1", "/oauth/callback")
    assert "scopes=sso%3Aaccount%3Aaccess" in url
    assert "You can close this tab" in person.pages[0].text


def test_the_state_and_the_verifier_are_new_each_time(log_in: LogIn, person: Person) -> None:
    log_in()
    log_in()
    first, second = (parameters(url) for url in person.aws_urls)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_scopes_of_the_section_are_asked_for(log_in: LogIn, person: Person) -> None:
    scopes = ("sso:account:access", "codewhisperer:completions")
    sign_in = replace(SESSION, scopes=scopes)
    log_in(sign_in)
    assert parameters(person.aws_urls[0])["scopes"] == " ".join(scopes)
    assert "scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Acompletions" in person.aws_urls[0]
    registration = registration_of(sign_in)
    assert registration
    assert registration["scopes"] == list(scopes)


def test_without_a_browser_the_person_opens_the_page(log_in: LogIn, person: Person) -> None:
    log_in(browser=False)
    assert len(person.urls) == 1


@pytest.mark.parametrize("failure", [None, OSError("no such program"), ServiceProblem(Message("no browser", ""))])
def test_a_browser_that_does_not_open_stops_nothing(
    log_in: LogIn, person: Person, failure: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.opens = False

    def fail_to_open(url: str) -> bool:
        person.tell_and_visit(person.events.pop())  # the person follows the address that was told
        if failure is not None:
            raise failure
        return False

    surroundings = replace(person.surroundings(), open_browser=fail_to_open)
    document = oidc.log_in(
        SESSION, client=clients.oidc_client("us-east-1"), cache_dir=cache_dir(), surroundings=surroundings
    )
    person.join()
    assert document["accessToken"]


def test_a_refusal_keeps_the_token_that_was_there(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    path = plant_token("my-sso", center.issue_token())
    before = path.read_bytes()
    person.decision = "deny"
    with pytest.raises(SignInRefused) as refusal:
        log_in()
    assert path.read_bytes() == before
    assert refusal.value.exit_code == 5
    assert "Not signed in" in person.pages[0].text
    assert "refused" in person.pages[0].text


def test_a_login_that_is_cancelled_ends_at_once_and_closes_the_page(log_in: LogIn, person: Person) -> None:
    person.decision = None
    person.before = lambda url: person.cancelled.set()
    with pytest.raises(SignInRefused, match="cancelled"):
        log_in()
    with pytest.raises(OSError, match=r".*"):
        fetch(person.urls[0])


def test_after_ten_minutes_without_an_answer_the_login_gives_up(log_in: LogIn, person: Person, clock: Clock) -> None:
    person.decision = None
    person.before = lambda url: clock.advance(601)
    with pytest.raises(SignInRefused, match="in time"):
        log_in()


def test_a_forged_answer_does_not_end_the_login(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    statuses: list[int] = []

    def forge(url: str) -> None:
        callback = parameters(url)["redirect_uri"]
        forged = (
            {"code": "stolen", "state": "guessed"},
            {"code": "stolen"},
            {"error": "access_denied"},
            {"error": "access_denied", "state": "guessed"},
        )
        statuses.extend(fetch(f"{callback}?{urlencode(query)}").status for query in forged)

    person.at_aws = forge
    assert log_in()["accessToken"]
    assert statuses == [400] * 4
    assert operations(center) == ["RegisterClient", "CreateToken/authorization_code"]


def test_a_second_login_reuses_the_registration(log_in: LogIn, center: IdentityCenter) -> None:
    first, second = log_in(), log_in()
    assert first["clientId"] == second["clientId"]
    assert operations(center).count("RegisterClient") == 1


def test_the_registration_is_the_file_that_the_aws_cli_looks_for(log_in: LogIn) -> None:
    document = log_in()
    import hashlib

    key = (
        '{"region": "us-east-1", "scopes": null, "session_name": "my-sso", '
        f'"startUrl": "{START_URL}", "tool": "botocore"}}'
    )
    path = cache_dir() / f"{hashlib.sha1(key.encode()).hexdigest()}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "clientId": document["clientId"],
        "clientSecret": document["clientSecret"],
        "expiresAt": document["registrationExpiresAt"],
        "scopes": ["sso:account:access"],
        "grantTypes": ["authorization_code", "refresh_token"],
    }


def plant_registration(center: IdentityCenter, *, expires_in: timedelta = timedelta(days=60), **changed: object) -> str:
    """Write a registration as the AWS CLI does after PKCE; returns its client id."""
    answer = clients.oidc_client("us-east-1").register_client(
        clientName="botocore-client-my-sso",
        clientType="public",
        grantTypes=["authorization_code", "refresh_token"],
        redirectUris=["http://127.0.0.1/oauth/callback"],
        issuerUrl=START_URL,
        scopes=["sso:account:access"],
    )
    from datetime import UTC, datetime

    document = {
        "clientId": answer["clientId"],
        "clientSecret": answer["clientSecret"],
        "expiresAt": format_time(datetime.now(UTC) + expires_in),
        "scopes": ["sso:account:access"],
        "grantTypes": ["authorization_code", "refresh_token"],
        **changed,
    }
    path = registration_path(cache_dir(), start_url=START_URL, region="us-east-1", scopes=None, session_name="my-sso")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(document["clientId"])


def test_a_registration_of_the_aws_cli_is_reused(log_in: LogIn, center: IdentityCenter) -> None:
    client_id = plant_registration(center)
    assert log_in()["clientId"] == client_id
    assert operations(center).count("RegisterClient") == 1  # the planted one


@pytest.mark.parametrize(
    "changed",
    [
        {"expires_in": timedelta(minutes=14)},
        {"expires_in": timedelta(days=-1)},
        {"expiresAt": "soon"},
        {"grantTypes": None},
        {"scopes": ["sso:other"]},
        {"clientSecret": None},
    ],
    ids=str,
)
def test_a_registration_that_does_not_fit_is_replaced(
    log_in: LogIn, center: IdentityCenter, changed: dict[str, Any]
) -> None:
    client_id = plant_registration(center, **changed)
    document = log_in()
    assert document["clientId"] != client_id
    registration = registration_of(SESSION)
    assert registration
    assert registration["clientId"] == document["clientId"]


def test_a_registration_that_aws_has_forgotten_is_made_anew_once(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    client_id = plant_registration(center)
    center.inject(Fault.error("CreateToken/authorization_code", 401, "InvalidClientException", times=1))
    document = log_in()
    assert document["clientId"] != client_id
    assert len(person.urls) == 2


def test_a_new_registration_that_aws_rejects_ends_the_login(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    center.inject(Fault.error("CreateToken/authorization_code", 401, "InvalidClientException"))
    with pytest.raises(errors.Rejected, match="InvalidClientException"):
        log_in()
    assert len(person.urls) == 1


def test_a_registration_that_may_not_use_the_browser_is_made_anew(log_in: LogIn, person: Person) -> None:
    answer = clients.oidc_client("us-east-1").register_client(
        clientName="another",
        clientType="public",
        redirectUris=["http://127.0.0.1/oauth/callback"],
        scopes=["sso:account:access"],
    )
    plant_registration(person.center, clientId=answer["clientId"], clientSecret=answer["clientSecret"])
    assert log_in()["clientId"] != answer["clientId"]
    assert len(person.urls) == 2


def test_a_code_that_aws_does_not_take_is_trouble_and_no_refusal(log_in: LogIn, center: IdentityCenter) -> None:
    center.inject(Fault.error("CreateToken/authorization_code", 400, "InvalidGrantException"))
    with pytest.raises(ServiceProblem, match="could not complete"):
        log_in()


def test_a_page_that_nobody_can_get_past_is_left_behind_by_cancelling(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    plant_registration(center, clientId="unknown-to-aws")
    visit = person.visit

    def give_up(url: str) -> None:
        visit(url)
        if person.pages[-1].status != 200:
            person.cancelled.set()

    person.visit = give_up  # type: ignore[method-assign]
    with pytest.raises(SignInRefused):
        log_in()
    person.cancelled.clear()
    assert log_in()["accessToken"]


@pytest.mark.parametrize("start_url", ["", "http://d-1234567890.awsapps.com/start", "d-1234567890.awsapps.com/start"])
def test_a_start_url_that_is_not_https_is_a_configuration_problem(log_in: LogIn, start_url: str) -> None:
    with pytest.raises(ConfigProblem) as problem:
        log_in(replace(SESSION, start_url=start_url))
    assert "my-sso" in problem.value.title


def test_an_endpoint_without_tls_elsewhere_is_never_opened(
    log_in: LogIn, person: Person, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = clients.oidc_client("us-east-1")
    plant_registration(center)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://example.com")
    client = clients.oidc_client("us-east-1")
    with pytest.raises(ServiceProblem, match="https"):
        oidc.log_in(SESSION, client=client, cache_dir=cache_dir(), surroundings=person.surroundings())
    assert not person.events


def test_an_offline_login_says_so_and_keeps_the_token(log_in: LogIn, center: IdentityCenter) -> None:
    path = plant_token("my-sso", center.issue_token())
    before = path.read_bytes()
    center.stop()
    with pytest.raises(errors.Unreachable) as problem:
        log_in()
    assert problem.value.exit_code == 4
    assert "127.0.0.1" in problem.value.title
    assert path.read_bytes() == before


def test_nothing_secret_is_logged_or_shown(
    log_in: LogIn, person: Person, center: IdentityCenter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    codes: list[str] = []
    document = log_in()
    codes += [parameters(person.aws_urls[0])["state"], parameters(person.aws_urls[0])["code_challenge"]]
    codes += [parameters(person.urls[0])["key"]]
    secrets = [str(document[key]) for key in ("accessToken", "refreshToken", "clientSecret")]
    shown = caplog.text + repr(person.events)
    assert not [secret for secret in secrets + codes if secret in shown]


def test_plain_botocore_uses_the_token(log_in: LogIn, center: IdentityCenter) -> None:
    log_in()
    config = cache_dir().parents[1] / "config"
    config.write_text(
        f"[sso-session my-sso]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
        "[profile dev]\nsso_session = my-sso\nsso_account_id = 111122223333\nsso_role_name = Developer\n",
        encoding="utf-8",
    )
    done = run_python(
        "import boto3; print(boto3.Session(profile_name='dev').client('sts').get_caller_identity()['Account'])"
    )
    assert done.stdout.strip() == "111122223333", done.stderr
    assert "CreateToken/refresh_token" not in operations(center)
