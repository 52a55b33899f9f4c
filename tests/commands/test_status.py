"""``sso-tray status``: words, JSON and exit codes (docs/contracts: Status JSON, Exit codes)."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from commands.conftest import Terminal

from tray.aws.cache.files import read_token
from tray.core.model import Token
from tray.core.session.history import History, Span, Trouble
from tray.core.session.memory import Memory
from tray.paths import find_paths
from tray.resident import memory_file

HOUR = timedelta(hours=1)
LEGACY = "https://legacy.awsapps.com/start"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_every_sign_in_is_a_line_and_the_exit_code_is_the_followed_one_s(terminal: Terminal) -> None:
    terminal.plant("corp", 300)

    assert terminal.run("status") == 0
    assert terminal.out.startswith("corp · signed in until ")
    assert f"{LEGACY} · signed out\n" in terminal.out


@pytest.mark.parametrize(
    ("minutes", "more", "words", "code"),
    [
        (None, {}, "signed out", 1),
        (300, {}, "signed in until", 0),
        (5, {}, "ends at", 0),
        (-5, {}, "expired", 1),
        (-5, "renewable", "renews on next use", 0),
        (40, "renewable", "signed in\n", 0),
    ],
)
def test_words_and_exit_code_of_each_status(
    terminal: Terminal, renewable: dict[str, str], minutes: float | None, more: object, words: str, code: int
) -> None:
    if minutes is not None:
        terminal.plant("corp", minutes, **(renewable if more else {}))

    assert code == terminal.run("status", "corp")
    assert terminal.out.startswith(f"corp · {words}")


def test_a_token_file_that_is_no_json_is_unreadable(terminal: Terminal) -> None:
    terminal.plant("corp", 5).write_text('{"accessTo')

    assert terminal.run("status", "--profile", "dev") == 1
    assert terminal.out.startswith("corp · unreadable\n! ")
    assert "Log in again" in terminal.out


@pytest.mark.parametrize("expires_at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00"])
def test_a_time_at_the_end_of_the_calendar_breaks_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, expires_at: str
) -> None:
    file = terminal.plant("corp", 5)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"expiresAt": expires_at}))
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        getattr(time, "tzset", lambda: None)()
        for form in ((), ("--json",), ("--short",)):
            assert terminal.run("status", *form) == (0 if expires_at.startswith("9") else 1)
            assert terminal.out
    monkeypatch.undo()
    getattr(time, "tzset", lambda: None)()


def test_json_has_the_contract_s_keys_and_forms(terminal: Terminal) -> None:
    terminal.plant("corp", 300)

    assert terminal.run("status", "--json") == 0
    found = terminal.json
    assert list(found) == ["schema", "now", "default_profile", "icon", "sign_ins", "problems"]
    assert (found["schema"], found["icon"], found["problems"]) == (1, "signed-in", [])
    assert MOMENT.fullmatch(found["now"])
    corp, legacy = found["sign_ins"]
    assert {
        "name": "corp",
        "kind": "sso-session",
        "start_url": "https://d-1234567890.awsapps.com/start",
        "region": "eu-central-1",
        "status": "signed-in",
        "token_expires_at": corp["token_expires_at"],
        "renewable": False,
        "ends_at": corp["token_expires_at"],
        "ends_source": "token",
        "checked_at": corp["checked_at"],
        "profiles": ["dev"],
    } == corp
    assert MOMENT.fullmatch(corp["token_expires_at"])
    assert MOMENT.fullmatch(corp["checked_at"])
    assert (
        legacy["kind"],
        legacy["name"],
        legacy["token_expires_at"],
        legacy["ends_at"],
    ) == ("legacy", LEGACY, None, None)


def test_the_end_of_a_renewable_sign_in_is_not_made_up(terminal: Terminal, renewable: dict[str, str]) -> None:
    terminal.plant("corp", 40, **renewable)
    terminal.run("status", "corp", "--json")

    (corp,) = terminal.json["sign_ins"]
    assert (corp["renewable"], corp["ends_at"], corp["ends_source"]) == (True, None, None)


@pytest.mark.parametrize(
    ("minutes", "more", "said", "code"),
    [
        (None, {}, "corp signed out", 1),
        (300, {}, r"corp until (tomorrow )?\d\d:\d\d", 0),
        (5, {}, r"corp ends (tomorrow )?\d\d:\d\d", 0),
        (-5, {}, "corp expired", 1),
        (-5, "renewable", "corp renews", 0),
        (40, "renewable", "corp ok", 0),
    ],
)
def test_short_is_as_short_as_a_prompt_needs(
    terminal: Terminal, renewable: dict[str, str], minutes: float | None, more: object, said: str, code: int
) -> None:
    if minutes is not None:
        terminal.plant("corp", minutes, **(renewable if more else {}))

    assert code == terminal.run("status", "--short", "corp")
    assert re.fullmatch(f"{said}\n", terminal.out)


def test_short_marks_an_estimate_and_what_was_not_checked(terminal: Terminal, renewable: dict[str, str]) -> None:
    now = datetime.now(UTC)
    token = read_token(terminal.plant("corp", 40, **renewable))
    assert isinstance(token, Token)
    trouble = Trouble(now, "No network", attempts=9)
    known = History(token=token, began_at=now, held_at=now, spans=(Span(HOUR * 7, HOUR * 8),), trouble=trouble)
    memory_file.save(find_paths().memory_file, Memory(histories={"corp": known}, seen_at=now))

    assert terminal.run("status", "--short") == 0
    assert re.fullmatch(r"corp until ~(tomorrow )?\d\d:\d\d\?\n", terminal.out)


def test_a_login_since_the_tray_last_looked_is_not_taken_for_the_old_one(
    terminal: Terminal, renewable: dict[str, str]
) -> None:
    long_ago = datetime.now(UTC) - HOUR * 30
    old = read_token(terminal.plant("corp", -29 * 60, **renewable))
    assert isinstance(old, Token)
    known = History(token=old, began_at=long_ago, held_at=long_ago, spans=(Span(HOUR * 7, HOUR * 8),))
    memory_file.save(find_paths().memory_file, Memory(histories={"corp": known}, seen_at=long_ago))
    terminal.plant("corp", 55, **(renewable | {"accessToken": "another", "refreshToken": "another"}))

    assert terminal.run("status", "--short") == 0
    assert terminal.out == "corp ok\n"


@pytest.mark.parametrize(("config", "said"), [("", ""), ("[default]\nregion\n", "config unreadable\n")])
def test_short_says_nothing_of_problems(terminal: Terminal, config: str, said: str) -> None:
    terminal.config.write_text(config)

    assert terminal.run("status", "--short") == 3
    assert (said, "") == (terminal.out, terminal.err)


def test_short_names_a_legacy_sign_in_by_its_host(terminal: Terminal) -> None:
    terminal.run("status", LEGACY, "--short")

    assert terminal.out == "legacy.awsapps.com signed out\n"


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("status", "gone"), "There is no sign-in “gone”."),
        (("status", "--profile", "gone"), "There is no profile “gone”."),
    ],
)
def test_an_unknown_name_is_a_configuration_problem(terminal: Terminal, arguments: tuple[str, ...], title: str) -> None:
    assert terminal.run(*arguments) == 3
    assert title == terminal.err.splitlines()[0]
    assert len(terminal.err.splitlines()) == 2
    assert terminal.out == ""


def test_without_a_config_it_says_how_to_begin(terminal: Terminal) -> None:
    terminal.config.unlink()

    assert terminal.run("status") == 3
    assert "sso-tray setup" in terminal.out


def test_a_stale_aws_profile_makes_no_config_unreadable(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.config.unlink()
    monkeypatch.setenv("AWS_PROFILE", "old")

    assert terminal.run("status", "--json") == 3
    assert (terminal.json["icon"], len(terminal.json["problems"])) == ("no-config", 1)
    assert terminal.run("status") == 3
    assert "No AWS sign-in is set up" in terminal.out
    assert "! " in terminal.out
    assert terminal.run("status", "--short") == 3
    assert terminal.out == ""


def test_a_broken_config_is_named_with_file_and_line(terminal: Terminal) -> None:
    terminal.config.write_text("[default]\nregion\n")

    assert terminal.run("status", "--json") == 3
    (problem,) = terminal.json["problems"]
    assert terminal.json["icon"] == "unreadable"
    assert str(terminal.config) in problem["title"] + problem["hint"]
    assert "2" in problem["title"] + problem["hint"]


def test_a_stale_aws_profile_is_a_problem_and_no_failure(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plant("corp", 300)
    monkeypatch.setenv("AWS_PROFILE", "gone")

    assert terminal.run("status", "corp") == 0
    assert "! AWS_PROFILE=gone is set" in terminal.out


@pytest.mark.parametrize("name", ["dev", "corp", "https://d-1234567890.awsapps.com/start/"])
def test_a_sign_in_is_found_by_a_profile_and_by_its_portal_too(terminal: Terminal, name: str) -> None:
    terminal.plant("corp", 60)

    assert terminal.run("status", name) == 0
    assert terminal.out.startswith("corp · ")
