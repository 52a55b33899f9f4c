"""One memory: what AWS said to a command in a terminal the running tray shows, and without a tray the next command."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop
from end_to_end.logins import browser_came, login
from support.center import plant_token
from support.desk import until
from support.login import operations

from tray.aws.cache.records import record_path
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL

pytestmark = pytest.mark.long


SECONDS_TO_RED = 10.0
"""Far less than the minute after which the tray looks by itself."""

TWIN = f"""
[sso-session twin]
sso_start_url = {START_URL}/
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile of-twin]
sso_session = twin
sso_account_id = 111122223333
sso_role_name = Developer
"""
CODE = "CreateToken/authorization_code"


def log_in(desktop: Desktop, name: str = SESSION) -> None:
    login = desktop.run("login", name)
    assert login.returncode == 0, login.stderr


def ends_at(desktop: Desktop, name: str = SESSION) -> datetime | None:
    """Until when a sign-in lasts, as ``status`` says."""
    (found,) = json.loads(desktop.run("status", name, "--json").stdout)["sign_ins"]
    return None if found["ends_at"] is None else datetime.fromisoformat(found["ends_at"])


def renew(desktop: Desktop) -> float:
    """Renew in a terminal, in vain; gives the moment at which it was told so."""
    refused = desktop.run("renew", SESSION, "--force")
    assert refused.returncode == 1, refused.stderr
    return time.monotonic()


def end(desktop: Desktop) -> None:
    desktop.center.end_sessions()


def refuse(desktop: Desktop) -> None:
    fault = Fault.error("CreateToken/refresh_token", 400, "InvalidRequestException", "Invalid token provided")
    desktop.center.inject(fault)


@pytest.mark.parametrize("happens", [end, refuse])
def test_a_renewal_refused_in_a_terminal_turns_the_tray_red_and_status_to_1(
    desktop: Desktop, happens: Callable[[Desktop], None]
) -> None:
    log_in(desktop)
    desktop.start()
    desktop.shows("signed in")
    happens(desktop)
    told = renew(desktop)

    desktop.shows("expired")
    assert time.monotonic() - told < SECONDS_TO_RED
    assert desktop.run("status").returncode == 1
    desktop.notices.wait_for_notice("ended")
    assert desktop.browser.opened[1:] == []


def test_without_a_tray_the_next_command_knows_it_too(desktop: Desktop) -> None:
    log_in(desktop)
    refuse(desktop)
    assert desktop.run("status").returncode == 0
    renew(desktop)

    status = desktop.run("status")
    assert status.returncode == 1
    assert status.stdout.startswith(f"{SESSION} · expired\n! ")
    assert "InvalidRequestException, “Invalid token provided”" in status.stdout
    assert desktop.run("status", "--short").stdout == f"{SESSION} expired\n"
    doctor = desktop.run("doctor").stdout
    assert f"✗ {SESSION} · expired" in doctor
    assert f"✓ {SESSION}" not in doctor


def test_what_was_refused_while_no_tray_ran_is_red_from_its_start(desktop: Desktop) -> None:
    log_in(desktop)
    end(desktop)
    renew(desktop)

    program = desktop.start()
    desktop.shows("expired")
    assert [line for line in program.lines if "signed in" in line] == []


def test_a_check_in_a_terminal_turns_the_tray_red(desktop: Desktop) -> None:
    log_in(desktop)
    desktop.start()
    desktop.shows("signed in")
    end(desktop)

    assert desktop.run("status", "--check").returncode == 1

    desktop.shows("expired")


def test_a_login_by_our_own_command_line_is_known_also_when_no_tray_runs(desktop: Desktop) -> None:
    desktop.settings(f'[sign_in."{SESSION}"]\nlength_hours = 8\n')
    begun = time.time()
    log_in(desktop)

    foretold = ends_at(desktop)
    assert foretold is not None
    assert abs(foretold.timestamp() - begun - 8 * 3600) < 60
    assert "signed in until about" in desktop.run("status").stdout
    desktop.start()
    desktop.shows("signed in until about")
    assert ends_at(desktop) == foretold


def test_a_login_that_joins_moves_no_end(desktop: Desktop) -> None:
    desktop.settings(f'[sign_in."{SESSION}"]\nlength_hours = 8\n')
    log_in(desktop)
    foretold = ends_at(desktop)
    session = desktop.center.sessions
    desktop.center.inject(Fault.error("Logout", 403, "ForbiddenException"))
    until(lambda: time.time() > session[0].began_at + 2)  # ends are told in whole seconds
    with login(desktop, "--new") as second:
        assert second.ended() == 0, second.errors
        assert second.how == "joined"
    assert desktop.center.sessions == session, "there it is the same session too"
    assert ends_at(desktop) == foretold is not None

    program = desktop.start()
    desktop.shows("signed in until about")
    desktop.icon.click("Log in again")
    desktop.host.wait_for(lambda: operations(desktop.center).count(CODE) == 3, "a third login")
    until(lambda: not program.children())
    desktop.shows("signed in until about")
    assert ends_at(desktop) == foretold
    assert desktop.center.sessions == session


def test_a_logout_of_one_turns_those_red_that_share_its_session(desktop: Desktop) -> None:
    desktop.settings(f'[icon]\nfollows = "worst"\n[sign_in."{SESSION}"]\nlength_hours = 8\n')
    with desktop.config.open("a") as config:
        config.write(TWIN)
    log_in(desktop)
    log_in(desktop, "twin")
    assert len(desktop.center.sessions) == 1
    desktop.start()
    desktop.shows("signed in until about")
    assert ends_at(desktop, "twin") == ends_at(desktop)

    assert desktop.run("logout", SESSION).returncode == 0
    told = time.monotonic()

    desktop.host.wait_for(lambda: "twin · expired" in str(desktop.icon.menu()), "the end of the other one")
    assert time.monotonic() - told < SECONDS_TO_RED
    assert desktop.run("status", "twin").returncode == 1
    assert operations(desktop.center).count("Logout") == 1


def test_after_a_login_that_was_given_up_on_its_page_no_end_is_foretold(desktop: Desktop) -> None:
    desktop.settings(f'[sign_in."{SESSION}"]\nlength_hours = 8\n')
    desktop.browser.decide("look")
    program = desktop.start()
    desktop.icon.click("Log in")
    until(lambda: browser_came(desktop))
    desktop.icon.click("Cancel sign-in")
    desktop.shows("signed out")
    until(lambda: not program.children())
    desktop.browser.open_portal(desktop.center)  # as the person may have done on that page
    desktop.browser.decide("allow")

    log_in(desktop)

    desktop.shows("signed in")
    assert ends_at(desktop) is None


def _with_memory(desktop: Desktop, **changes: object) -> Path:
    """Write the memory of another version of the program."""
    file = desktop.state / "state.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    nothing = {"announcements": {}, "showing": [], "snoozed_until": None, "recent_profiles": ["prod"], "histories": {}}
    file.write_text(json.dumps({**nothing, **changes}))
    return file


def test_a_memory_of_0_1_starts_the_tray_without_what_it_learned(desktop: Desktop) -> None:
    learned = {"spans": [[8 * 3600 - 600, 8 * 3600, 3]], "number": 3}
    file = _with_memory(desktop, schema=2, histories={SESSION: learned})
    log_in(desktop)

    desktop.start()
    desktop.shows("signed in")
    assert ends_at(desktop) is None
    desktop.icon.click("Quit")
    until(lambda: json.loads(file.read_text())["schema"] > 2)
    assert json.loads(file.read_text())["recent_profiles"] == ["dev", "prod"]
    assert [entry.name for entry in desktop.state.glob("state*")] == ["state.json"]


def test_a_memory_and_a_record_of_a_newer_version_start_the_tray_and_are_kept(desktop: Desktop) -> None:
    file = _with_memory(desktop, schema=99)
    newer = file.read_bytes()
    record = record_path(desktop.state / "sign-ins", SESSION)
    record.parent.mkdir()
    record.write_text('{"schema": 99}')
    prompt = desktop.run("status", "--short")
    assert (prompt.stdout, prompt.stderr) == (f"{SESSION} signed out\n", "")

    desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    assert (desktop.state / "state-version-99.json").read_bytes() == newer
    assert record.with_name(f"{record.name}.kept").read_text() == '{"schema": 99}'
    assert json.loads(record.read_text())["schema"] == 1


@pytest.mark.parametrize("content", [b"", b'{"schema": 1, "history": ' + b"[" * 100_000, b"\xff"])
def test_files_that_are_spoilt_cost_a_memory_and_no_tray(desktop: Desktop, content: bytes) -> None:
    plant_token(SESSION, desktop.center.issue_token())
    record = record_path(desktop.state / "sign-ins", SESSION)
    record.parent.mkdir(parents=True)
    for file in (record, desktop.state / "state.json"):
        file.write_bytes(content)

    desktop.start()

    desktop.shows("signed in")
    assert desktop.run("status").returncode == 0
    assert desktop.run("renew", "--force").returncode == 0
    assert (desktop.state / "state-unreadable.json").read_bytes() == content
    assert record.with_name(f"{record.name}.kept").read_bytes() == content
