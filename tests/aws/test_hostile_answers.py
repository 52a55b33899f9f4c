"""
An Identity Center that answers nonsense: each answer by itself, and through each command that asks for it.

Whatever it answers, the words are calm, the exit code is 4, nothing is written, and it is not asked again and again.
"""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from commands.conftest import Terminal, terminal
from hypothesis import given
from hypothesis import strategies as some
from support.center import Clock, plant_token, run_python
from support.login import LEGACY, Person, cache_dir, operations
from support.renewing import write_config

from tray.aws.api import answers, clients, errors
from tray.aws.api.accounts import Account, Listing, list_accounts, list_roles
from tray.aws.api.transport import LARGEST_ANSWER
from tray.aws.login import oidc
from tray.core.errors import TrayError
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault

__all__ = ["terminal"]

NO_NUMBERS: tuple[object, ...] = (1e300, math.nan, math.inf, 3600.5, "3600", True, [3600], {"seconds": 3600}, 10**40)
NO_SECONDS = (*NO_NUMBERS, 0, -1, -3600, 1_795_000_000_000)
SENT_SECONDS = [value for value in NO_SECONDS if type(value) is not bool and value not in (3600.5, "3600")]
"""The library's parser makes whole numbers of those, good ones, before anybody else sees them."""

NO_TOKENS: tuple[object, ...] = (
    5,
    True,
    ["a"],
    {"a": "b"},
    "a\nb",
    "a\r\nX-More: b",
    "a b",
    "ü",
    "\x1b[2J",
    "x" * 65_537,
)
NO_LINKS: tuple[object, ...] = (
    5,
    ["https://device.sso.us-east-1.amazonaws.com/"],
    {"url": "https://device.sso.us-east-1.amazonaws.com/"},
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://device.example/",
    "https://aws.amazon.com@elsewhere.example/",
    "https://a.example/\n--new-window",
    "https://a.example/" + "x" * 2048,
)
KEYS = {"accessKeyId": "ASIA", "secretAccessKey": "s", "sessionToken": "t"}
BODIES = {
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "long number": b'{"expiresIn": ' + b"9" * 5000 + b"}",
    "huge": b'{"a": "' + b"x" * LARGEST_ANSWER + b'"}',
    "null": b"null",
    "list": b"[]",
    "text": b'"hello"',
    "no text": b"\xff\xfe\x00",
    "cut off": b'{"accessToken": "a',
    "empty": b"",
    "page": b"<!DOCTYPE html><html>Welcome to the hotel</html>",
}

QUESTIONS: dict[str, Callable[[Any, Any], object]] = {
    "RegisterClient": lambda oidc, _portal: oidc.register_client(clientName="x", clientType="public"),
    "StartDeviceAuthorization": lambda oidc, _portal: oidc.start_device_authorization(
        clientId="c", clientSecret="s", startUrl="https://a.example/"
    ),
    "CreateToken": lambda oidc, _portal: oidc.create_token(
        clientId="c", clientSecret="s", grantType="refresh_token", refreshToken="r"
    ),
    "ListAccounts": lambda _oidc, portal: portal.list_accounts(accessToken="a"),
    "ListAccountRoles": lambda _oidc, portal: portal.list_account_roles(accessToken="a", accountId="111122223333"),
    "GetRoleCredentials": lambda _oidc, portal: portal.get_role_credentials(
        accessToken="a", accountId="111122223333", roleName="r"
    ),
}


def given_up(ask: Callable[[], object]) -> TrayError:
    with pytest.raises(TrayError) as problem, clients.translated():
        ask()
    assert problem.value.exit_code == 4
    return problem.value


def test_what_is_no_answer_at_all_is_trouble_of_the_network(center: IdentityCenter) -> None:
    oidc, portal = clients.oidc_client("us-east-1"), clients.portal_client("us-east-1")
    for operation, question in QUESTIONS.items():
        for body in BODIES.values():
            center.heal()
            center.inject(Fault.answer(operation, body))
            given_up(partial(question, oidc, portal))
    assert len(center.requests) == len(QUESTIONS) * len(BODIES)


def test_an_answer_counts_by_what_it_holds_whatever_it_calls_itself(center: IdentityCenter) -> None:
    oidc = clients.oidc_client("us-east-1")
    body = json.dumps({"accessToken": "a", "expiresIn": 3600}).encode()
    for content_type in ("text/html", "application/xml", "image/png", "", "application/json;charset=x"):
        center.heal()
        center.inject(Fault.answer("CreateToken", body, content_type=content_type))
        with clients.translated():
            assert QUESTIONS["CreateToken"](oidc, None)


def test_so_is_what_is_no_answer_of_sts(center: IdentityCenter) -> None:
    write_config("[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n")
    sts = clients.sts_client("keys")
    bodies = [
        *BODIES.values(),
        b"<a>" * 50_000,
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]><a>&d;</a>',
        (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>12</Account><Arn>a</Arn><UserId>u</UserId>"
            b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
        (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><Arn>a\xe2\x80\xaeb</Arn>"
            b"<UserId>u</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    ]
    for body in bodies:
        center.heal()
        center.inject(Fault.answer("GetCallerIdentity", body, content_type="text/xml"))
        given_up(sts.get_caller_identity)


@pytest.mark.parametrize(
    ("operation", "members", "name", "wrong"),
    [
        ("RegisterClient", {"clientId": "c", "clientSecret": "s"}, "clientSecretExpiresAt", NO_SECONDS),
        ("CreateToken", {"accessToken": "a"}, "expiresIn", NO_SECONDS),
        ("CreateToken", {"expiresIn": 3600}, "accessToken", (*NO_TOKENS, "")),
        ("CreateToken", {"expiresIn": 3600, "accessToken": "a"}, "refreshToken", NO_TOKENS),
        ("GetRoleCredentials", {}, "roleCredentials", [{**KEYS, "expiration": wrong} for wrong in NO_NUMBERS]),
        ("GetRoleCredentials", {}, "roleCredentials", [{**KEYS, "expiration": 1_795_000_000}, {}, [], "keys", 5]),
        ("GetRoleCredentials", {}, "roleCredentials", [{**KEYS, "sessionToken": wrong} for wrong in NO_TOKENS]),
        ("ListAccounts", {"accountList": []}, "nextToken", NO_TOKENS),
        ("ListAccounts", {}, "accountList", [5, {}, "x", [5], ["x"], [{}], [{"accountId": 111122223333}]]),
        ("ListAccounts", {}, "accountList", [[{"accountId": "12"}], [{"accountId": "111122223333\n"}]]),
        ("ListAccounts", {}, "accountList", [[{"accountId": "111122223333", "accountName": ["x"]}]]),
        ("ListAccountRoles", {}, "roleList", [5, {}, "x", [5], [{"roleName": 5}], [{"roleName": "x" * 2049}]]),
    ],
)
def test_no_member_of_another_type_or_range_is_believed(
    operation: str, members: dict[str, object], name: str, wrong: list[object]
) -> None:
    for value in wrong:
        with pytest.raises(errors.NotFromAws):
            answers.demand(operation, {**members, name: value})


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = [
    "clientId",
    "clientSecret",
    "clientSecretExpiresAt",
    "deviceCode",
    "userCode",
    "verificationUri",
    "verificationUriComplete",
    "expiresIn",
    "interval",
    "accessToken",
    "refreshToken",
    "accountList",
    "roleList",
    "nextToken",
    "roleCredentials",
    "Account",
    "Arn",
    "UserId",
    "Credentials",
]


@given(some.sampled_from([*QUESTIONS, "Logout", "AssumeRole"]), some.dictionaries(some.sampled_from(MEMBERS), JSON))
def test_whatever_is_answered_it_is_believed_or_refused_and_nothing_else(
    operation: str, answer: dict[str, object]
) -> None:
    try:
        answers.demand(operation, answer)
    except errors.NotFromAws:
        return
    if operation == "CreateToken":
        assert timedelta(seconds=answer["expiresIn"]) + datetime(2026, 1, 1, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.fixture
def person(center: IdentityCenter, clock: Clock) -> Person:
    return Person(center, clock)


def log_in_with_a_code(person: Person, client: Any = None) -> None:
    oidc.log_in(
        LEGACY,
        client=client or clients.oidc_client("us-east-1"),
        cache_dir=cache_dir(),
        surroundings=person.surroundings(browser=False),
        device_code=True,
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("expiresIn", SENT_SECONDS),
        ("interval", (math.inf, math.nan, 1e300, 1e12, 10**40, [5], -5)),
        ("verificationUri", NO_LINKS),
        ("verificationUriComplete", (*NO_LINKS, "")),
        ("userCode", (*NO_TOKENS, "")),
        ("deviceCode", (*NO_TOKENS, "")),
    ],
)
def test_a_login_by_code_that_is_told_nonsense_shows_nothing_and_never_polls(
    person: Person, center: IdentityCenter, name: str, wrong: tuple[object, ...]
) -> None:
    client = clients.oidc_client("us-east-1")
    for value in wrong:
        center.heal()
        center.inject(Fault.alter("StartDeviceAuthorization", {name: value}))
        given_up(lambda: log_in_with_a_code(person, client))
    assert person.events == []
    assert person.slept == []
    assert set(operations(center)) == {"RegisterClient", "StartDeviceAuthorization"}


@pytest.mark.parametrize(("interval", "waited"), [(None, 5), (0, 5), (1, 1), (600, 60)])
def test_an_interval_that_may_be_is_kept_to_within_reason(
    person: Person, center: IdentityCenter, interval: int | None, waited: int
) -> None:
    center.inject(Fault.alter("StartDeviceAuthorization", {"interval": interval}))
    center.knobs.device_interval = 1
    log_in_with_a_code(person)
    assert person.slept == [waited]


@pytest.mark.parametrize("members", [{"expiresIn": 1e300}, {"accessToken": ["a"]}, {"refreshToken": "a\nb"}])
def test_a_token_that_cannot_be_ends_the_login_at_once_and_is_not_written(
    person: Person, center: IdentityCenter, members: dict[str, object]
) -> None:
    center.inject(Fault.alter("CreateToken", members))
    given_up(lambda: log_in_with_a_code(person))
    assert operations(center).count("CreateToken/device_code") == 1
    assert [path.name for path in cache_dir().iterdir() if "accessToken" in path.read_text("utf-8")] == []


def test_a_network_that_answers_instead_of_aws_until_the_code_has_ended_is_named_as_the_reason(
    person: Person, center: IdentityCenter
) -> None:
    center.inject(Fault.answer("CreateToken", BODIES["page"], content_type="text/html"))
    given_up(lambda: log_in_with_a_code(person))
    assert set(person.slept) == {5}
    assert operations(center).count("CreateToken/device_code") < 125  # one in 5 s, for 10 minutes


def members_for_commands() -> Iterator[tuple[str, dict[str, object]]]:
    for seconds in (math.inf, 1e300, -1, 1_795_000_000_000):
        yield "CreateToken", {"expiresIn": seconds}
    for token in (5, "a\nb", ["a"]):
        yield "CreateToken", {"accessToken": token}
        yield "CreateToken", {"refreshToken": token}


@pytest.mark.parametrize("command", [["renew", "corp", "--force"], ["renew", "corp", "--json"], ["status", "--check"]])
def test_commands_that_renew_believe_no_token_that_cannot_be(
    terminal: Terminal, center: IdentityCenter, command: list[str]
) -> None:
    path = plant_token("corp", center.issue_token(expires_in=-60))
    before = path.read_bytes()
    center.knobs.rotate_refresh_tokens = False
    for operation, members in members_for_commands():
        center.heal()
        asked = len(center.requests)
        center.inject(Fault.alter(operation, members))
        assert terminal.run(*command) == 4, members
        assert "Traceback" not in terminal.err
        assert "The answer did not come from AWS IAM Identity Center\n" in terminal.out + terminal.err
        assert not [each for each in terminal.out + terminal.err if not each.isprintable() and each != "\n"]
        assert path.read_bytes() == before
        assert len(center.requests) - asked == 1


def test_a_check_takes_no_nonsense_of_the_portal_for_an_answer(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())
    for body in BODIES.values():
        center.heal()
        center.inject(Fault.answer("ListAccounts", body))
        assert terminal.run("status", "--check") == 4
        assert "Traceback" not in terminal.err
    assert len(center.requests) == len(BODIES)


def test_a_page_in_place_of_an_answer_is_not_taken_for_a_logout(terminal: Terminal, center: IdentityCenter) -> None:
    path = plant_token("corp", center.issue_token())
    center.inject(Fault.answer("Logout", BODIES["page"], content_type="text/html"))
    assert terminal.run("logout", "corp") == 4
    assert "! AWS could not be told: " in terminal.err
    assert not path.exists()


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("ListAccounts", {"accountList": [{"accountId": "1"}]}),
        ("ListAccounts", {"nextToken": "aGVsbG8="}),
        ("ListAccountRoles", {"roleList": [{"roleName": 5}]}),
        ("ListAccountRoles", {"nextToken": 1}),
    ],
)
def test_a_listing_of_nonsense_is_given_up_at_once(
    center: IdentityCenter, operation: str, members: dict[str, object]
) -> None:
    center.inject(Fault.alter(operation, members))
    token = center.issue_token()["accessToken"]
    client = clients.portal_client("us-east-1")
    slept: list[float] = []
    asked = Listing(client=client, access_token=token, cancelled=lambda: False, sleep=slept.append)
    given_up(lambda: list_roles(asked, (*list_accounts(asked), Account("111122223333", "dev"))))
    assert slept == []
    assert len(center.requests) < 10


def test_the_clients_that_the_library_makes_for_itself_are_held_to_the_same(
    terminal: Terminal, center: IdentityCenter
) -> None:
    plant_token("corp", center.issue_token())
    center.inject(Fault.alter("GetRoleCredentials", {"roleCredentials": {**KEYS, "expiration": 1e300}}))
    done = run_python("import sys; from tray.cli import main; sys.exit(main(['whoami', 'dev']))")
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert done.stderr.splitlines()[0] == "The answer did not come from AWS IAM Identity Center"


def drip(seconds: float, whole: bytes) -> tuple[str, threading.Thread]:
    """A server that sends an answer byte by byte, one in so many seconds."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with server, connection:
            connection.recv(65_536)
            for at in range(len(whole)):
                try:
                    connection.sendall(whole[at : at + 1])
                except OSError:
                    return
                time.sleep(seconds)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}", thread


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 999, b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 999])
def test_an_answer_that_comes_byte_by_byte_gets_no_more_time_than_one_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    url, _server = drip(0.01, head)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", url)
    monkeypatch.setattr(clients, "_CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.2)
    client = clients.oidc_client("us-east-1", attempts=1)
    began = time.monotonic()
    problem = given_up(lambda: client.register_client(clientName="x", clientType="public"))
    assert time.monotonic() - began < 2
    assert "in time" in problem.title
