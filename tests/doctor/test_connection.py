"""What lies between here and AWS, whether it answers, and the clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.build import snapshot
from support.certificates import CERTIFICATE
from support.examined import context

from tray.core.errors import ServiceProblem
from tray.core.message import Message
from tray.core.session.memory import Memory
from tray.doctor import connection
from tray.doctor.connection import Answers, answers_rule, ask
from tray.doctor.finding import Finding, Level

PROXY = {"HTTPS_PROXY": "http://me:pass@proxy:3128"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            connection.rule({"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_S3": ""}, True, []),
            Finding(
                Level.WARNING,
                "endpoint",
                Message("AWS_ENDPOINT_URL is set: sign-ins do not go to AWS itself.", "Unset it unless that is meant."),
            ),
        ),
        (
            connection.rule(PROXY | {"http_proxy": "http://x"}, False, []),
            Finding(Level.FINE, "proxy", Message("AWS is asked through the proxy of HTTPS_PROXY, http_proxy.")),
        ),
        (
            connection.rule({}, *connection.look({"AWS_CA_BUNDLE": "/gone"})),
            Finding(
                Level.PROBLEM,
                "ca-bundle",
                Message(
                    "AWS_CA_BUNDLE names /gone, which is not there",
                    "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS"
                    " succeeds.",
                ),
            ),
        ),
        (
            answers_rule(Answers(unreachable=(Message("No way", "Check"),))),
            Finding(Level.PROBLEM, "network", Message("No way", "Check")),
        ),
        (
            answers_rule(Answers(reached=("eu-west-1", "us-east-1"))),
            Finding(Level.FINE, "network", Message("Identity Center answers in eu-west-1, us-east-1.")),
        ),
        (
            answers_rule(Answers(skew_seconds=-900)),
            Finding(
                Level.PROBLEM,
                "clock",
                Message(
                    "The clock of this machine is 15 min ahead of AWS's.",
                    "Set it, or let the system set it by the network: times shown here are wrong, and AWS refuses"
                    " requests.",
                ),
            ),
        ),
    ],
)
def test_a_finding_says_what_is_so_and_what_to_do(found: object, expected: Finding) -> None:
    assert list(found) == [expected]  # type: ignore[call-overload]


def test_a_proxy_that_this_machine_itself_would_be_asked_of_is_told_without_its_address() -> None:
    fine, wrong = connection.rule(PROXY, True, [])

    assert fine.level is Level.FINE
    assert (wrong.level, wrong.name) == (Level.WARNING, "proxy")
    assert wrong.message.title == "A proxy is set, and NO_PROXY does not leave out this machine"
    assert (
        wrong.message.hint == "Add 127.0.0.1 and localhost to NO_PROXY: the page that ends a sign-in comes from there."
    )
    assert "pass" not in repr((fine, wrong)) + repr(context(environ=PROXY))


def test_a_variable_that_is_empty_is_as_good_as_unset() -> None:
    assert list(connection.rule({"HTTPS_PROXY": "", "AWS_ENDPOINT_URL": ""}, True, [])) == []


@pytest.mark.parametrize(
    ("excepted", "by_proxy"), [("127.0.0.1,localhost", False), ("127.0.0.1", True), ("localhost", True)]
)
def test_this_machine_has_two_names_that_a_proxy_must_leave_out(
    monkeypatch: pytest.MonkeyPatch, excepted: str, by_proxy: bool
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", excepted)

    assert connection.look({})[0] is by_proxy


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"# mine\n{CERTIFICATE}", []),
        ("-----BEGIN CERTIFICATE-----\n", ["which holds no certificate"]),
        ("-----BEGIN PRIVATE KEY-----\n", ["which holds no certificate"]),
    ],
)
def test_a_file_of_certificates_is_known_by_what_it_holds(tmp_path: Path, content: str, why: list[str]) -> None:
    file = tmp_path / "bundle.pem"
    file.write_text(content)

    _, found = connection.look({"REQUESTS_CA_BUNDLE": str(file)})

    assert [fault.title for fault in found] == [f"REQUESTS_CA_BUNDLE names {file}, {each}" for each in why]


@pytest.mark.parametrize("seconds", [None, 0.0, 300.0, -300.0])
def test_a_clock_within_reason_is_no_finding(seconds: float | None) -> None:
    assert list(answers_rule(Answers(skew_seconds=seconds))) == []


def test_what_went_wrong_is_told_once_however_many_regions_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_region: str, _now: object, _settings: object) -> None:
        raise ServiceProblem(Message("No way", "Check"))

    monkeypatch.setattr("tray.aws.cache.questions.ask_time", nobody)
    given = context(snapshot(), online=True, unanswered=(Message("No way", "Check"),), memory=Memory(skew_seconds=1.0))

    assert ask(given) == Answers(unreachable=(Message("No way", "Check"),), skew_seconds=1.0)


def test_an_answer_of_somebody_else_is_not_taken_for_one_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.aws.cache.questions.ask_time", lambda _region, _now, _settings: None)

    (finding,) = answers_rule(ask(context(snapshot(), online=True)))

    assert (finding.level, finding.message.title) == (Level.PROBLEM, "An answer came, but not from AWS")
    assert finding.message.hint == "A proxy or a sign-in page of the network may stand in between: open a web page."
