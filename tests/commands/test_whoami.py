"""``sso-tray whoami``: in a process of its own, since botocore finds the token cache when it is imported."""

from __future__ import annotations

import json
from subprocess import CompletedProcess

import pytest
from commands.conftest import Terminal
from support.center import plant_token, run_python
from support.login import operations

from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import Account

LEGACY = "https://legacy.awsapps.com/start"


def whoami(*arguments: str, **variables: str) -> CompletedProcess[str]:
    program = f"import sys; from tray.cli import main; sys.exit(main({['whoami', *arguments]!r}))"
    return run_python(program, **variables)


@pytest.fixture
def signed_in(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token())


def test_a_profile_is_told_in_lines(signed_in: None) -> None:
    done = whoami("dev")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    assert list(lines) == ["profile", "account", "arn", "user id"]
    assert lines["profile"] == "dev"
    assert lines["account"] == "111122223333"


def test_a_profile_is_told_as_json(signed_in: None) -> None:
    answer = json.loads(whoami("--json", AWS_PROFILE="dev").stdout)
    assert answer.keys() == {"schema", "profile", "account", "arn", "user_id"}
    assert answer["schema"] == 1
    assert answer["profile"] == "dev"
    assert answer["arn"].startswith("arn:aws:sts::111122223333:assumed-role/")


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "title"),
    [
        (["gone"], {}, 3, "There is no profile “gone”."),
        ([], {"AWS_PROFILE": "gone"}, 3, "AWS_PROFILE=gone is set, but no such profile exists"),
        ([], {}, 3, "The profile has no credentials"),
        (["old"], {}, 1, "Not signed in, or the sign-in has ended"),
    ],
)
def test_what_cannot_be_told_has_its_exit_code(
    signed_in: None, arguments: list[str], variables: dict[str, str], code: int, title: str
) -> None:
    done = whoami(*arguments, **variables)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.splitlines()[0] == title
    assert len(done.stderr.splitlines()) == 2


def test_without_a_default_profile_one_must_be_named(terminal: Terminal) -> None:
    terminal.config.write_text("", encoding="utf-8")
    assert terminal.run("whoami") == 3
    assert terminal.err.startswith("There is no default profile\n")


def test_a_token_that_is_due_is_renewed_by_us_first(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    done = whoami("dev")
    assert done.returncode == 0, done.stderr
    assert operations(center) == ["CreateToken/refresh_token", "GetRoleCredentials", "GetCallerIdentity"]


def test_trouble_while_renewing_is_not_taken_for_the_end(terminal: Terminal, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    center.inject(Fault.error("CreateToken", 500, "InternalServerException"))
    assert whoami("dev").returncode == 4

    plant_token("corp", center.issue_token(expires_in=300))
    assert whoami("dev").returncode == 0

    center.heal()
    center.end_sessions()
    plant = center.issue_token(expires_in=-60)
    center.end_sessions()
    plant_token("corp", plant)
    assert whoami("dev").returncode == 1


def test_a_token_that_cannot_be_read_is_a_problem_of_its_own(signed_in: None) -> None:
    plant_token("corp", {}).write_text("{", encoding="utf-8")
    done = whoami("dev")
    assert done.returncode == 3
    assert "not valid JSON" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sign_in_that_cannot_be_renewed_is_used_while_it_holds(terminal: Terminal, center: IdentityCenter) -> None:
    center.accounts = (Account("444455556666", "legacy", "aws@example.com", ("Reader",)),)
    plant_token(LEGACY, center.issue_token(scopes=(), expires_in=300))
    done = whoami("old", "--json")
    assert json.loads(done.stdout)["account"] == "444455556666", done.stderr
