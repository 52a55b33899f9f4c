"""Signing in with a device code, with real boto3 against the embedded Identity Center."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from support.center import Clock, Page, fetch, plant_token
from support.login import LEGACY, SESSION, Person, cache_dir, operations

from tray.aws.api import clients
from tray.aws.cache.files import token_path
from tray.aws.cache.times import parse_time
from tray.aws.login import oidc
from tray.core.dataclass import replace
from tray.core.errors import SignInRefused
from tray.core.model import SignIn
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL

LogIn = Callable[..., dict[str, object]]
POLL = "CreateToken/device_code"


@pytest.fixture
def person(center: IdentityCenter, clock: Clock) -> Person:
    return Person(center, clock)


@pytest.fixture
def log_in(person: Person) -> LogIn:
    def log_in(sign_in: SignIn = LEGACY, *, browser: bool = True) -> dict[str, object]:
        try:
            return oidc.log_in(
                sign_in,
                client=clients.oidc_client(sign_in.region),
                cache_dir=cache_dir(),
                surroundings=person.surroundings(browser=browser),
                device_code=True,
            )
        finally:
            person.join()

    return log_in


def registration_file(session_name: str | None) -> dict[str, object]:
    name = json.dumps(session_name)
    key = (
        f'{{"region": "us-east-1", "scopes": null, "session_name": {name}, '
        f'"startUrl": "{START_URL}", "tool": "botocore"}}'
    )
    path = cache_dir() / f"{hashlib.sha1(key.encode()).hexdigest()}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_a_legacy_sign_in_writes_the_token_as_the_aws_cli_does(log_in: LogIn, person: Person, clock: Clock) -> None:
    began = clock()
    document = log_in()
    path = cache_dir() / f"{hashlib.sha1(START_URL.encode()).hexdigest()}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == document
    assert list(document) == [
        "startUrl",
        "region",
        "accessToken",
        "expiresAt",
        "clientId",
        "clientSecret",
        "registrationExpiresAt",
    ]
    assert parse_time(str(document["expiresAt"])).timestamp() - began > 7 * 3600
    assert list(registration_file(None)) == ["clientId", "clientSecret", "expiresAt"]


def test_the_person_is_told_the_code_and_the_page_with_the_code_filled_in(log_in: LogIn, person: Person) -> None:
    log_in()
    [told] = person.codes
    assert told.code in told.url
    assert told.code not in repr(told)
    assert person.slept == [5]


def test_the_person_may_open_the_page_elsewhere(log_in: LogIn, person: Person) -> None:
    assert log_in(browser=False)["accessToken"]
    assert len(person.codes) == 1


def test_a_session_that_signs_in_with_a_code_can_be_renewed(log_in: LogIn) -> None:
    assert log_in(SESSION)["refreshToken"]
    registration = registration_file("my-sso")
    assert registration["scopes"] == ["sso:account:access"]
    assert "grantTypes" not in registration


def test_a_registration_for_the_browser_is_not_used_for_a_code_and_back(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    log_in(SESSION)
    surroundings = person.surroundings()
    oidc.log_in(SESSION, client=clients.oidc_client("us-east-1"), cache_dir=cache_dir(), surroundings=surroundings)
    log_in(SESSION)
    assert operations(center).count("RegisterClient") == 3


def test_a_registration_of_the_aws_cli_is_reused_and_one_without_scopes_is_not(
    log_in: LogIn, center: IdentityCenter
) -> None:
    log_in(LEGACY)
    log_in(LEGACY)
    assert operations(center).count("RegisterClient") == 1
    log_in(SESSION)
    path = next(file for file in cache_dir().iterdir() if '"scopes"' in file.read_text(encoding="utf-8"))
    scopeless = json.loads(path.read_text(encoding="utf-8"))
    del scopeless["scopes"]  # what the AWS CLI leaves after its own --use-device-code
    path.write_text(json.dumps(scopeless), encoding="utf-8")
    assert log_in(SESSION)["refreshToken"]
    assert operations(center).count("RegisterClient") == 3


def test_slow_down_adds_five_seconds_for_good(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    person.decision = None
    center.inject(Fault.error(POLL, 400, "SlowDownException", times=1))
    sleep = person.sleep

    def allow_at_last(seconds: float) -> None:
        sleep(seconds)
        if len(person.slept) == 3:
            person.decision = "allow"
            person.visit(person.codes[0].url)

    person.sleep = allow_at_last  # type: ignore[method-assign]
    assert log_in()["accessToken"]
    assert person.slept == [5, 10, 10]


def test_the_person_is_told_how_long_the_code_works(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    center.knobs.device_seconds = 420
    log_in()
    assert [told.expires_in for told in person.codes] == [timedelta(minutes=7)]


def test_a_browser_of_this_machine_sees_our_own_page_first_and_no_code_before_it_has_come(
    person: Person, center: IdentityCenter
) -> None:
    told_before: list[int] = []
    person.before = lambda _url: told_before.append(len(person.codes))

    log_in_here(person)

    [start] = person.urls
    assert told_before == [0]
    assert person.asked[:2] == [start, person.codes[0].url]
    assert person.codes[0].code not in start


def log_in_here(person: Person, **changes: Any) -> None:
    """Sign in to a legacy start URL with the browser of this machine."""
    surroundings = replace(person.surroundings(), **changes)
    client = clients.oidc_client("us-east-1")
    try:
        oidc.log_in(LEGACY, client=client, cache_dir=cache_dir(), surroundings=surroundings)
    finally:
        person.join()


def test_a_lost_tab_can_be_opened_again_while_the_code_is_waited_for(person: Person) -> None:
    again: list[Page] = []

    def sleep(seconds: float) -> None:
        person.sleep(seconds)
        if not again:
            again.append(fetch(person.urls[0]))

    log_in_here(person, sleep=sleep)

    assert (again[0].status, again[0].location) == (303, person.codes[0].url)


def test_a_refusal_keeps_the_token_that_was_there(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    path = plant_token(START_URL, center.issue_token(scopes=()))
    before = path.read_bytes()
    person.decision = "deny"
    with pytest.raises(SignInRefused, match="refused"):
        log_in()
    assert path.read_bytes() == before


def test_a_code_that_aws_calls_expired_ends_the_login(log_in: LogIn, person: Person, center: IdentityCenter) -> None:
    person.decision = None
    center.inject(Fault.error(POLL, 400, "ExpiredTokenException"))
    with pytest.raises(SignInRefused, match="in time"):
        log_in()


def test_a_code_that_nobody_approves_ends_by_our_own_clock_too(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    person.decision = None
    center.inject(Fault.error(POLL, 400, "AuthorizationPendingException"))
    with pytest.raises(SignInRefused, match="in time"):
        log_in()
    assert 570 <= sum(person.slept) <= 600, "the polls take time themselves"


def test_cancelling_ends_the_wait_for_the_code(log_in: LogIn, person: Person) -> None:
    person.decision = None
    person.before = lambda url: person.cancelled.set()
    with pytest.raises(SignInRefused, match="cancelled"):
        log_in()
    assert len(person.slept) == 1


def test_trouble_on_the_way_while_the_person_approves_is_lived_through(
    log_in: LogIn, person: Person, center: IdentityCenter
) -> None:
    center.inject(Fault.error(POLL, 400, "AuthorizationPendingException", times=1))
    center.inject(Fault.drop(POLL, times=2))  # as often as the library tries
    center.inject(Fault.error(POLL, 500, "InternalServerException", times=2))
    assert log_in()["accessToken"]
    assert len(person.slept) == 4


def test_a_registration_that_aws_has_forgotten_is_made_anew_before_the_person_sees_anything(
    log_in: LogIn, person: Person
) -> None:
    log_in()
    path = next(file for file in cache_dir().iterdir() if file != token_path(cache_dir(), START_URL))
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(kept | {"clientId": "unknown-to-aws"}), encoding="utf-8")
    person.events.clear()
    assert log_in()["clientId"] != "unknown-to-aws"
    assert len(person.codes) == 1


def test_a_page_that_is_not_https_is_not_shown(log_in: LogIn, person: Person) -> None:
    from tray.core.errors import ServiceProblem

    client = clients.oidc_client("us-east-1")
    client.start_device_authorization = lambda **_: {  # type: ignore[method-assign, assignment]
        "deviceCode": "d",
        "userCode": "ABCD-EFGH",
        "verificationUri": "file:///etc/passwd",
        "verificationUriComplete": "file:///etc/passwd",
        "expiresIn": 600,
    }
    client.create_token = pending(client)  # type: ignore[method-assign, assignment]
    with pytest.raises(ServiceProblem, match="https"):
        oidc.log_in(LEGACY, client=client, cache_dir=cache_dir(), surroundings=person.surroundings())
    assert person.events == []


def pending(client: object) -> Callable[..., object]:
    from botocore.exceptions import ClientError

    def create_token(**_: object) -> object:
        raise ClientError({"Error": {"Code": "AuthorizationPendingException"}}, "CreateToken")

    return create_token
