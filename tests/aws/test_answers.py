"""Whose answer it is, and whether it passes: what comes back over real HTTP, through the real AWS library."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.center import plant_token
from support.login import SESSION

from tray.aws.api import clients, errors
from tray.aws.cache.questions import honours
from tray.core.errors import ConfigProblem, NotSignedIn, TrayError
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.server import LoopbackServer, Request, Response

Headers = tuple[tuple[str, str], ...]

PAGE = b"<!DOCTYPE html><html><body>Welcome to the hotel</body></html>"
HTML: Headers = (("Content-Type", "text/html"),)


def named(code: str) -> Headers:
    return (("x-amzn-ErrorType", code),)


def oauth(error: object, description: str = "told-by-aws") -> bytes:
    return json.dumps({"error": error, "error_description": description}).encode()


class Stranger:
    """A server that gives one answer to everything, and notes what it was asked."""

    def __init__(self) -> None:
        self.answer = Response(200)
        self.asked: list[Request] = []
        self._server = LoopbackServer(self._answer, time.time)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.stop = self._server.stop

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    server = Stranger()
    for service in ("SSO_OIDC", "SSO", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", server.url)
    yield server
    server.stop()


def ask() -> TrayError:
    """Ask for a token, and return what became of it."""
    client = clients.oidc_client("us-east-1", attempts=1)
    with pytest.raises(TrayError) as problem, clients.answered():
        client.create_token(clientId="c", clientSecret="s", grantType="refresh_token", refreshToken="r")
    assert "told-by-aws" not in str(problem.value)
    assert "hotel" not in str(problem.value)
    assert problem.value.__suppress_context__ or problem.value.__context__ is None
    return problem.value


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (407, (), b""),
        (407, HTML, PAGE),
        (407, named("InvalidRequestException"), oauth("invalid_request")),
        (200, HTML, PAGE),
        (200, (), b""),
        (200, (), oauth("invalid_grant")),
        (204, (), b""),
        (302, (("Location", "http://hotel.example/"),), b""),
        (400, HTML, PAGE),
        (401, HTML, PAGE),
        (403, HTML, PAGE),
        (403, (), PAGE),
        (429, HTML, PAGE),
        (503, HTML, PAGE),
        (503, (), b"  \n<html></html>"),
        (400, (), b""),
        (400, (), b"\xff\xfe"),
        (400, (), b'{"message": "no"}'),
        (400, (), b'{"code": "InvalidGrantException", "__type": "x#InvalidGrantException"}'),
        (400, (), oauth({})),
        (400, (), oauth("<b>")),
        (401, (), b"[]"),
        (401, (), b"null"),
        (401, (), b"[" * 100_000),
        (403, named("<b>proxy</b>"), b"{}"),
    ],
)
def test_what_does_not_come_from_aws_is_trouble_that_passes(
    stranger: Stranger, status: int, headers: Headers, body: bytes
) -> None:
    stranger.answer = Response(status, headers, body)
    problem = ask()
    assert isinstance(problem, errors.NotFromAws)
    assert problem.passes
    assert problem.exit_code == 4
    assert "AWS" in problem.title
    assert len(stranger.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (400, named("InvalidGrantException"), oauth("invalid_grant"), "InvalidGrantException"),
        (400, named("InvalidRequestException:http://x/"), b"", "InvalidRequestException"),
        (403, named("AccessDeniedException"), PAGE, "AccessDeniedException"),
        (401, named("UnauthorizedException"), b"{}", "UnauthorizedException"),
        (400, named("InvalidScopeException"), b"{}", "InvalidScopeException"),
        (400, (), oauth("invalid_grant"), "InvalidGrantException"),
        (401, (), oauth("unauthorized_client"), "UnauthorizedClientException"),
        (400, HTML, oauth("expired_token"), "ExpiredTokenException"),
    ],
)
def test_what_aws_refuses_does_not_pass_and_tells_the_time(
    stranger: Stranger, status: int, headers: Headers, body: bytes, code: str
) -> None:
    stranger.answer = Response(status, headers, body)
    problem = ask()
    assert isinstance(problem, errors.Rejected)
    assert (problem.code, problem.passes) == (code, False)
    assert problem.answered_at
    assert abs(problem.answered_at - datetime.now(UTC)) < timedelta(seconds=20)


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (408, named("RequestTimeoutException"), b"{}", "RequestTimeoutException"),
        (408, (), b"", "HTTP 408"),
        (429, named("TooManyRequestsException"), b"{}", "TooManyRequestsException"),
        (429, (), b"{}", "HTTP 429"),
        (400, named("SlowDownException"), oauth("slow_down"), "SlowDownException"),
        (400, (), oauth("slow_down"), "SlowDownException"),
        (500, named("InternalServerException"), b"{}", "InternalServerException"),
        (500, named("InvalidGrantException"), b"{}", "InvalidGrantException"),
        (502, (), b"", "HTTP 502"),
        (503, (), b"{}", "HTTP 503"),
    ],
)
def test_what_passes_says_so(stranger: Stranger, status: int, headers: Headers, body: bytes, code: str) -> None:
    stranger.answer = Response(status, headers, body)
    problem = ask()
    assert isinstance(problem, errors.Rejected)
    assert (problem.code, problem.passes) == (code, True)
    assert (problem.answered_at is None) == code.startswith("HTTP")


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("Invalid token provided", "InvalidRequestException, “Invalid token provided”"),
        (
            "The client, or the scope, is not known.",
            "InvalidRequestException, “The client, or the scope, is not known.”",
        ),
        ("aoaAAAAAGlHTyAU3DcGXxGxZ8e", "InvalidRequestException"),
        ("Invalid token aoaAAAAAGlHTyAU3DcGXxGxZ8e", "InvalidRequestException"),
        ("Invalid token QWERTYUI", "InvalidRequestException"),
        ("Invalid token 12345678", "InvalidRequestException"),
        ("Invalid code BCDF-GHJK", "InvalidRequestException"),
        ("Invalid token abcdefghijklmnopqrst", "InvalidRequestException"),
        ("see https://x.example", "InvalidRequestException"),
        ("one\ntwo", "InvalidRequestException"),
        ("word " * 40, "InvalidRequestException"),
        ("a" + " a" * 48 + "!", "InvalidRequestException"),
    ],
)
def test_the_words_of_aws_are_told_only_where_no_secret_could_be_in_them(
    stranger: Stranger, description: str, said: str
) -> None:
    stranger.answer = Response(400, named("InvalidRequestException"), oauth("invalid_request", description))
    problem = ask()
    assert isinstance(problem, errors.Rejected)
    assert problem.said == said


@pytest.mark.parametrize(
    ("code", "kind"), [("UnauthorizedException", NotSignedIn), ("InvalidScopeException", ConfigProblem)]
)
def test_two_refusals_have_a_kind_of_their_own_outside_of_a_renewal(
    stranger: Stranger, code: str, kind: type[TrayError]
) -> None:
    stranger.answer = Response(400, named(code), b"{}")
    with pytest.raises(kind), clients.translated():
        clients.oidc_client("us-east-1").register_client(clientName="x", clientType="public")


@pytest.mark.parametrize("body", [PAGE, b"<html><body><Error><Code>X</Code></Error></body></html>", b""])
def test_a_page_in_place_of_an_answer_of_sts_is_the_networks(stranger: Stranger, body: bytes, home: Path) -> None:
    config = home / ".aws" / "config"
    config.parent.mkdir()
    config.write_text("[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n")
    stranger.answer = Response(403, HTML, body)
    with pytest.raises(errors.NotFromAws), clients.translated():
        clients.sts_client("keys").get_caller_identity()


def test_a_portal_that_lists_or_forbids_proves_that_the_sign_in_holds(center: IdentityCenter) -> None:
    token = center.issue_token()["accessToken"]
    assert honours("us-east-1", token)
    center.inject(Fault.error("ListAccounts", 403, "ForbiddenException", times=1))
    assert honours("us-east-1", token)
    assert [each.operation for each in center.requests] == ["ListAccounts"] * 2


def test_a_token_that_the_portal_does_not_know_holds_nothing(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.end_sessions()
    assert not honours("us-east-1", json.loads(path.read_text())["accessToken"])
    assert not honours("us-east-1", "never-issued")


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (401, HTML, PAGE),
        (401, (), b"{}"),
        (403, HTML, PAGE),
        (200, HTML, PAGE),
        (407, named("UnauthorizedException"), b"{}"),
        (429, named("TooManyRequestsException"), b"{}"),
        (503, (), b""),
        (400, named("InvalidRequestException"), b"{}"),
    ],
)
def test_no_other_answer_tells_whether_a_sign_in_holds(
    stranger: Stranger, status: int, headers: Headers, body: bytes
) -> None:
    stranger.answer = Response(status, headers, body)
    with pytest.raises(TrayError) as problem:
        honours("us-east-1", "the-access-token")
    assert problem.value.exit_code == 4
    assert "the-access-token" not in str(problem.value)
    [asked] = stranger.asked
    assert (asked.path, dict(asked.query)) == ("/assignment/accounts", {"max_result": "1"})


def test_a_portal_out_of_reach_tells_nothing(center: IdentityCenter) -> None:
    center.inject(Fault.drop("ListAccounts"))
    with pytest.raises(errors.Unreachable):
        honours("us-east-1", "the-access-token")
    assert len(center.requests) == 1
    center.stop()
    with pytest.raises(errors.Unreachable):
        honours("us-east-1", "the-access-token")
