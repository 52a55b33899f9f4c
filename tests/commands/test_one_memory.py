"""One memory: what a command hears from AWS every other one knows, also when no tray runs."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands.conftest import Terminal
from support.center import plant_token, run_python
from support.login import operations
from support.needs import posix
from support.renewing import document_in
from support.stand_ins import command_line

from tray.aws.cache import renewal
from tray.aws.cache.records import read_record, record_path
from tray.aws.cache.times import parse_time
from tray.core.session.history import EndedBy, History
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.paths import find_paths

RENEWAL = "CreateToken/refresh_token"
SETUP = ("setup", "--session", "new", "--start-url", START_URL, "--region", "us-east-1", "--all")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait neither for a faster program nor before a second question."""
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    monkeypatch.setattr(renewal, "_SECOND_ASK_SECONDS", 0)


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that keeps its cookies and allows every sign-in."""
    monkeypatch.setenv("BROWSER", command_line(sys.executable, "-P", "-m", "tray.demo.browser", "%s"))


@pytest.fixture
def token(terminal: Terminal, center: IdentityCenter) -> Path:
    terminal.config.write_text(terminal.config.read_text().replace("eu-central-1", "us-east-1"))
    return plant_token("corp", center.issue_token())


def set_length(name: str, hours: float) -> None:
    file = find_paths().settings_file
    file.parent.mkdir(parents=True)
    file.write_text(f'[sign_in."{name}"]\nlength_hours = {hours}\n')


def recorded(name: str = "corp") -> History:
    found = read_record(record_path(find_paths().sign_in_records, name))
    assert found is not None
    return found


def known_of(terminal: Terminal, name: str = "corp") -> tuple[int, str, float | None]:
    """What status says: its exit code, the status, and in how many hours the sign-in ends."""
    code = terminal.run("status", name, "--json")
    (found,) = terminal.json["sign_ins"]
    ends_at = found["ends_at"]
    left = None if ends_at is None else (parse_time(ends_at) - datetime.now(UTC)).total_seconds() / 3600
    return code, found["status"], left


def test_the_end_that_a_renewal_heard_of(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    center.end_sessions()
    assert known_of(terminal)[:2] == (0, "signed-in")

    assert terminal.run("renew", "corp", "--force") == 1
    assert terminal.err.startswith("The sign-in has ended")

    assert known_of(terminal)[:2] == (1, "expired")
    assert recorded().ended.by is EndedBy.INVALID_GRANT


def test_a_refusal_that_is_final_with_aws_s_reason(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    center.inject(Fault.error(RENEWAL, 400, "InvalidRequestException", "Invalid token provided"))

    assert terminal.run("renew", "corp", "--force", "--json") == 1
    assert (terminal.json["ended"], terminal.json["passes"]) == (True, False)
    assert "InvalidRequestException, “Invalid token provided”" in terminal.err

    assert terminal.run("status", "corp") == 1
    line, title, hint = terminal.out.splitlines()
    assert line == "corp · expired"
    assert title.startswith("! AWS no longer accepts the sign-in to corp: ")
    assert title.endswith("InvalidRequestException, “Invalid token provided”")
    assert hint.startswith("  Log in again.")
    assert "tried again by itself" not in terminal.out
    terminal.run("doctor")
    assert "✗ corp · expired" in terminal.out
    assert "✓ corp" not in terminal.out


def test_what_another_program_renews_after_a_refusal_holds_again(
    terminal: Terminal, token: Path, center: IdentityCenter
) -> None:
    center.inject(Fault.error(RENEWAL, 400, "InvalidRequestException", times=2))
    assert terminal.run("renew", "corp", "--force") == 1
    assert known_of(terminal)[:2] == (1, "expired")

    plant_token("corp", center.issue_token())

    assert known_of(terminal)[:2] == (0, "signed-in")


@pytest.mark.parametrize("passes", [True, False])
def test_trouble_that_is_no_answer_is_told_with_whether_it_passes_and_ends_nothing(
    terminal: Terminal, token: Path, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, passes: bool
) -> None:
    if passes:
        center.inject(Fault.error(RENEWAL, 503, "ServiceUnavailableException"))
    else:
        paths = find_paths()
        paths.state.mkdir(parents=True)
        paths.renewal_locks.write_text("in the way")

    assert terminal.run("renew", "corp", "--force", "--json") in {3, 4}
    assert (terminal.json["ended"], terminal.json["passes"]) == (False, passes)
    assert known_of(terminal)[:2] == (0, "signed-in")


def whoami(*arguments: str) -> int:
    """Run it in a process of its own, as botocore finds the token cache when it is imported."""
    program = f"import sys; from tray.cli import main; sys.exit(main({['whoami', *arguments]!r}))"
    return run_python(program).returncode


def test_the_end_that_whoami_met(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    assert whoami("dev") == 0
    center.end_sessions()
    assert known_of(terminal)[:2] == (0, "signed-in")

    assert whoami("dev") == 1

    assert known_of(terminal)[:2] == (1, "expired")
    assert recorded().ended.by is EndedBy.PORTAL


def test_a_role_that_is_refused_is_no_end(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    center.inject(Fault.error("GetRoleCredentials", 401, "UnauthorizedException", "Session token not found or invalid"))

    assert whoami("dev") == 1

    assert operations(center)[-1] == "ListAccounts", "it asks the portal whose word counts"
    assert known_of(terminal)[:2] == (0, "signed-in")


@posix
def test_where_whoami_cannot_ask_further_it_says_what_it_met(
    terminal: Terminal, token: Path, center: IdentityCenter
) -> None:
    center.end_sessions()
    paths = find_paths()
    paths.state.mkdir(parents=True)
    paths.renewal_locks.write_text("in the way")

    assert whoami("dev") == 1


def test_the_renewal_that_whoami_made(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))

    assert whoami("dev") == 0

    assert recorded().rotates is True
    assert recorded().token.expires_at == parse_time(str(document_in(token)["expiresAt"]))


def test_a_logout(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    assert terminal.run("logout", "corp") == 0

    assert known_of(terminal)[:2] == (1, "signed-out")
    assert recorded().ended.by is EndedBy.LOGOUT


def log_in(terminal: Terminal) -> None:
    assert terminal.run("login", "corp") == 0, terminal.err


@pytest.mark.usefixtures("token")
def test_after_a_logout_the_next_login_begins_a_session(terminal: Terminal, center: IdentityCenter) -> None:
    set_length("corp", 8)
    assert known_of(terminal) == (0, "signed-in", None), "nobody saw it begin"
    assert terminal.run("logout", "corp") == 0
    log_in(terminal)

    code, status, left = known_of(terminal)
    assert (code, status) == (0, "signed-in")
    assert 7.9 < (left or 0) <= 8


@pytest.mark.usefixtures("token")
def test_after_a_logout_that_aws_was_not_told_of_nobody_knows_when_the_next_session_began(
    terminal: Terminal, center: IdentityCenter
) -> None:
    set_length("corp", 8)
    center.stop()
    assert terminal.run("logout", "corp") == 4
    assert recorded().ended.by is EndedBy.UNTOLD
    center.start()
    log_in(terminal)

    assert known_of(terminal) == (0, "signed-in", None)


@pytest.mark.usefixtures("token")
def test_a_login_while_a_session_holds_changes_nothing(terminal: Terminal, center: IdentityCenter) -> None:
    set_length("corp", 8)
    terminal.run("logout", "corp")
    log_in(terminal)
    began_at = recorded().began_at
    terminal.run("status", "corp", "--json")
    (before,) = terminal.json["sign_ins"]
    log_in(terminal)

    terminal.run("status", "corp", "--json")
    (after,) = terminal.json["sign_ins"]
    assert before["token_expires_at"] == after["token_expires_at"]
    assert before["ends_at"] == after["ends_at"] is not None
    assert recorded().began_at == began_at


@pytest.mark.usefixtures("token")
def test_a_login_that_failed_before_its_page_was_shown_changes_nothing(
    terminal: Terminal, center: IdentityCenter
) -> None:
    terminal.run("logout", "corp")
    before = recorded()
    center.inject(Fault.error("RegisterClient", 500, "InternalServerException"))

    assert terminal.run("login", "corp") == 4

    assert recorded() == before


@pytest.mark.usefixtures("token")
def test_after_a_login_that_was_refused_on_its_page_nobody_knows_when_the_next_session_began(
    terminal: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_length("corp", 8)
    terminal.run("logout", "corp")
    monkeypatch.setenv("SSO_TRAY_DEMO_DECISION", "deny")
    assert terminal.run("login", "corp") == 5
    assert recorded().page_shown_at is not None
    monkeypatch.delenv("SSO_TRAY_DEMO_DECISION")
    log_in(terminal)

    assert known_of(terminal) == (0, "signed-in", None)
    assert recorded().page_shown_at is None


def test_the_login_of_a_setup(terminal: Terminal, center: IdentityCenter) -> None:
    set_length("new", 8)
    terminal.config.write_text("")
    assert terminal.run(*SETUP) == 0, terminal.err

    code, status, left = known_of(terminal, "new")
    assert (code, status) == (0, "signed-in")
    assert 7.9 < (left or 0) <= 8


def test_the_end_that_a_setup_met_before_its_login(terminal: Terminal, center: IdentityCenter) -> None:
    set_length("new", 8)
    terminal.config.write_text("")
    assert terminal.run(*SETUP) == 0, terminal.err
    first = recorded("new")
    center.end_sessions()
    assert terminal.run(*SETUP) == 0, terminal.err

    assert operations(center).count("CreateToken/authorization_code") == 2
    second = recorded("new")
    assert not second.joined
    assert second.began_at > first.began_at


@pytest.mark.usefixtures("token")
def test_the_end_that_the_doctor_met(terminal: Terminal, center: IdentityCenter) -> None:
    center.end_sessions()
    terminal.run("doctor", "--online")

    assert known_of(terminal)[:2] == (1, "expired")


@pytest.mark.usefixtures("token")
def test_whether_a_command_could_write_it_down_is_no_matter_of_its_own(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    paths = find_paths()
    paths.state.mkdir(parents=True)
    paths.sign_in_records.write_text("in the way")

    assert terminal.run("renew", "corp", "--force") == 0
    assert terminal.run("status", "corp", "--check") == 0
    assert terminal.run("logout", "corp") == 0
    log_in(terminal)
    assert known_of(terminal)[:2] == (0, "signed-in")
    assert caplog.text.count("What AWS said could not be written down") >= 4


def test_a_clock_that_is_off_is_known_from_any_answer(terminal: Terminal, token: Path, center: IdentityCenter) -> None:
    center.knobs.date_skew_seconds = 1000
    assert terminal.run("renew", "corp", "--force") == 0

    assert terminal.run("status", "corp", "--json") == 0
    (problem,) = terminal.json["problems"]
    assert "behind AWS's" in problem["title"]


@pytest.mark.usefixtures("token")
def test_commands_at_the_same_moment_lose_nothing_of_what_they_heard(
    terminal: Terminal, center: IdentityCenter
) -> None:
    runs = [threading.Thread(target=run_python, args=(_RENEW,)) for _ in range(4)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()

    assert recorded().revision == operations(center).count(RENEWAL) == 4
    assert known_of(terminal)[:2] == (0, "signed-in")


_RENEW = "from tray.cli import main; main(['renew', 'corp', '--force'])"
