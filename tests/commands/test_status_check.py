"""``sso-tray status --check``: AWS is asked, once for each sign-in, and what it says is known from then on."""

from __future__ import annotations

import pytest
from commands.conftest import Terminal
from support.center import plant_token
from support.login import operations

from tray.aws.cache import renewal
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault

LEGACY = "https://legacy.awsapps.com/start"
RENEWAL = "CreateToken/refresh_token"
PROVIDED = "Invalid token provided"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait neither for a faster program nor before a second question."""
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    monkeypatch.setattr(renewal, "_SECOND_ASK_SECONDS", 0)


@pytest.fixture
def both(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())
    plant_token(LEGACY, center.issue_token(scopes=()))


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("arguments", "asked"), [([], 2), (["corp"], 1), ([LEGACY], 1), (["--profile", "dev"], 1), (["--short"], 2)]
)
def test_the_portal_is_asked_once_for_each_sign_in_that_was_asked_about(
    terminal: Terminal, center: IdentityCenter, arguments: list[str], asked: int
) -> None:
    assert terminal.run("status", "--check", *arguments) == 0
    assert operations(center) == ["ListAccounts"] * asked
    assert "!" not in terminal.out


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("arguments", [[], ["--json"], ["--short"], ["corp"]])
def test_unless_told_to_it_asks_nobody(terminal: Terminal, center: IdentityCenter, arguments: list[str]) -> None:
    center.end_sessions()
    assert terminal.run("status", *arguments) == 0
    assert center.requests == ()


def test_a_past_token_is_renewed_before(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))

    assert terminal.run("status", "corp", "--check", "--json") == 0
    (corp,) = terminal.json["sign_ins"]
    assert (corp["status"], terminal.json["problems"]) == ("signed-in", [])
    assert operations(center) == [RENEWAL, "ListAccounts"]


@pytest.mark.parametrize("planted", [False, True])
def test_where_there_is_nothing_to_ask_about_nobody_is_asked(
    terminal: Terminal, center: IdentityCenter, planted: bool
) -> None:
    if planted:
        plant_token(LEGACY, center.issue_token(scopes=(), expires_in=-60))

    assert terminal.run("status", LEGACY, "--check") == 1
    assert center.requests == ()


@pytest.mark.usefixtures("both")
def test_a_session_that_is_over_is_expired_from_then_on(terminal: Terminal, center: IdentityCenter) -> None:
    center.end_sessions()

    assert terminal.run("status", "--check") == 1
    assert terminal.out == f"corp · expired\n{LEGACY} · expired\n"
    center.stop()
    assert terminal.run("status") == 1
    assert terminal.out == f"corp · expired\n{LEGACY} · expired\n"
    assert terminal.run("status", "--short") == 1
    assert terminal.out == "corp expired\n"


@pytest.mark.usefixtures("both")
def test_a_session_that_is_over_is_expired_in_json(terminal: Terminal, center: IdentityCenter) -> None:
    center.end_sessions()

    assert terminal.run("status", "corp", "--check", "--json") == 1
    assert [each["status"] for each in terminal.json["sign_ins"]] == ["expired"]
    assert (terminal.json["icon"], terminal.json["problems"]) == ("expired", [])


def test_a_past_token_whose_session_is_over_is_expired(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    center.end_sessions()
    assert terminal.run("status", "corp") == 0
    assert terminal.out.startswith("corp · renews on next use")

    assert terminal.run("status", "corp", "--check") == 1
    assert operations(center) == [RENEWAL]
    assert terminal.out == "corp · expired\n"
    assert terminal.run("status", "corp") == 1


def test_a_past_token_that_aws_will_not_renew_is_expired_for_aws_s_reason(
    terminal: Terminal, center: IdentityCenter
) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    center.inject(Fault.error(RENEWAL, 400, "InvalidRequestException", PROVIDED))

    assert terminal.run("status", "corp", "--check", "--json") == 1
    (problem,) = terminal.json["problems"]
    assert problem["title"].endswith(f"InvalidRequestException, “{PROVIDED}”")
    assert operations(center) == [RENEWAL, RENEWAL], "asked twice, and then not the portal"


@pytest.mark.usefixtures("both")
def test_without_an_answer_it_ends_with_4_names_the_problem_and_what_was_known_stays(
    terminal: Terminal, center: IdentityCenter
) -> None:
    center.stop()

    assert terminal.run("status", "corp", "--check") == 4
    line, title, hint = terminal.out.splitlines()
    assert line.startswith("corp · signed in")
    assert title == "! Could not reach 127.0.0.1"
    assert "network" in hint

    assert terminal.run("status", "--check", "--json") == 4
    assert [each["status"] for each in terminal.json["sign_ins"]] == ["signed-in", "signed-in"]
    (problem,) = terminal.json["problems"]
    assert problem["title"] == "Could not reach 127.0.0.1"

    assert terminal.run("status", "--check", "--short") == 4
    assert terminal.out.startswith("corp ok")
    assert terminal.run("status") == 0


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.error("ListAccounts", 500, "InternalServerException", times=1),
        Fault.error("ListAccounts", 429, "TooManyRequestsException", times=1),
        Fault.drop("ListAccounts", times=1),
    ],
)
def test_one_that_got_no_answer_keeps_no_other_from_being_asked(
    terminal: Terminal, center: IdentityCenter, fault: Fault
) -> None:
    center.inject(fault)
    assert terminal.run("status", "--check", "--json") == 4
    assert operations(center) == ["ListAccounts", "ListAccounts"]
    assert len(terminal.json["problems"]) == 1


@pytest.mark.usefixtures("both")
def test_who_may_use_nothing_is_signed_in_all_the_same(terminal: Terminal, center: IdentityCenter) -> None:
    center.inject(Fault.error("ListAccounts", 403, "ForbiddenException", "No access"))

    assert terminal.run("status", "corp", "--check") == 0


@pytest.mark.usefixtures("both")
def test_what_was_taken_for_ended_and_holds_is_signed_in_again(terminal: Terminal, center: IdentityCenter) -> None:
    center.inject(Fault.error("ListAccounts", 401, "UnauthorizedException", "Session token not found or invalid"))
    assert terminal.run("status", "corp", "--check") == 1
    center.heal()

    assert terminal.run("status", "corp", "--check") == 0
    assert terminal.run("status", "corp") == 0


@pytest.mark.usefixtures("both")
def test_a_token_that_cannot_be_read_is_no_answer(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", {}).write_text("{")

    assert terminal.run("status", "corp", "--check") == 4
    assert "corp · unreadable" in terminal.out
    assert terminal.out.count("The sign-in file") == 1
    assert center.requests == ()


def test_an_unknown_name_is_a_configuration_problem_before_anybody_is_asked(
    terminal: Terminal, center: IdentityCenter
) -> None:
    assert terminal.run("status", "gone", "--check") == 3
    assert center.requests == ()
