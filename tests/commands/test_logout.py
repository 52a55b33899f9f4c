"""``sso-tray logout``: one sign-in, or all, in words and exit codes (docs/contracts: Exit codes)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands.conftest import Terminal
from support.center import plant_token
from support.needs import posix

from tray.aws.cache.renewal import exclusively
from tray.aws.cache.role_credentials import credentials_path
from tray.commands.asking_aws import recorder, surroundings
from tray.core.model import Kind, SignIn
from tray.demo.center import IdentityCenter
from tray.paths import find_paths
from tray.resident.reader import Reader

LEGACY = "https://legacy.awsapps.com/start"
CORP = SignIn("corp", Kind.SSO_SESSION, "https://d-1234567890.awsapps.com/start", "eu-central-1")


@pytest.fixture
def tokens(terminal: Terminal, center: IdentityCenter) -> dict[str, Path]:
    names = {"corp": ("sso:account:access",), LEGACY: (), "elsewhere": ("sso:account:access",)}
    return {name: plant_token(name, center.issue_token(scopes=scopes)) for name, scopes in names.items()}


def test_one_sign_in_ends_and_the_others_stay(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    cached = credentials_path(find_paths().cli_cache, CORP, "111122223333", "Developer")
    cached.parent.mkdir(parents=True)
    cached.write_text('{"ProviderType": "sso"}', encoding="utf-8")

    assert terminal.run("logout", "corp") == 0

    assert (terminal.out, terminal.err) == ("", "Logged out of corp. Removed 1 cached role credential.\n")
    assert [name for name, path in tokens.items() if path.exists()] == [LEGACY, "elsewhere"]
    assert not cached.exists()
    assert len(center.sessions) == 2

    assert terminal.run("logout", "corp") == 0
    assert terminal.err == "corp was signed out already.\n"


def test_all_means_every_sign_in_of_the_config(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    assert terminal.run("logout", "--all") == 0
    assert terminal.err.splitlines() == ["Logged out of corp.", f"Logged out of {LEGACY}."]
    assert [name for name, path in tokens.items() if path.exists()] == ["elsewhere"]
    assert len(center.sessions) == 1


def test_without_a_name_the_sign_in_of_the_profile_in_force_ends(
    terminal: Terminal, tokens: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.run("logout") == 3
    assert all(path.exists() for path in tokens.values())
    monkeypatch.setenv("AWS_PROFILE", "old")
    assert terminal.run("logout") == 0
    assert not tokens[LEGACY].exists()
    assert tokens["corp"].exists()


def test_offline_the_token_is_gone_and_the_exit_code_says_that_aws_does_not_know(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    center.stop()
    assert terminal.run("logout", "corp") == 4
    told, warning, hint = terminal.err.splitlines()
    assert told == "Logged out of corp."
    assert warning.startswith("! AWS could not be told: Could not reach ")
    assert "access portal" in hint
    assert not tokens["corp"].exists()


def test_a_sign_in_that_cannot_be_ended_keeps_no_other_from_it(
    terminal: Terminal, tokens: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.aws.cache.renewal._LOCK_SECONDS", 0.1)
    with exclusively(CORP, surroundings(recorder(Reader(find_paths())))):
        assert terminal.run("logout", "--all") == 4
    assert "! Another SSO Tray process holds " in terminal.err
    assert tokens["corp"].exists()
    assert not tokens[LEGACY].exists()


def test_a_name_and_all_contradict_each_other(terminal: Terminal, tokens: dict[str, Path]) -> None:
    assert terminal.run("logout", "corp", "--all") == 2
    assert all(path.exists() for path in tokens.values())


def test_a_config_without_sign_ins_has_none_to_end(terminal: Terminal) -> None:
    terminal.config.write_text("", encoding="utf-8")
    assert terminal.run("logout", "--all") == 3
    assert terminal.run("logout", "gone") == 3


def test_an_unknown_name_ends_nothing(terminal: Terminal, tokens: dict[str, Path]) -> None:
    assert terminal.run("logout", "elsewhere") == 3
    assert "There is no sign-in “elsewhere”." in terminal.err
    assert all(path.exists() for path in tokens.values())


def test_json_tells_each_end_as_a_line_and_offline_what_could_not_be_done(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    assert terminal.run("logout", "corp", "--json") == 0
    assert json.loads(terminal.out) == {"event": "signed-out", "name": "corp"}

    center.stop()
    assert terminal.run("logout", LEGACY, "--json") == 4
    events = [json.loads(line) for line in terminal.out.splitlines()]
    assert [event["event"] for event in events] == ["signed-out", "failed"]
    assert list(events[1]) == ["event", "title", "hint"]


def test_without_a_state_folder_a_logout_still_logs_out(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    state = find_paths().state
    if state.is_dir():
        shutil.rmtree(state)
    state.parent.mkdir(parents=True, exist_ok=True)
    state.write_bytes(b"")  # Nothing can be made in it, by nobody.

    assert terminal.run("logout", "corp") == 0

    assert terminal.err == "Logged out of corp.\n"
    assert not tokens["corp"].exists()
    assert len(center.sessions) == 2


@posix
def test_what_a_link_led_to_outside_the_cache_folder_is_named(
    terminal: Terminal, tokens: dict[str, Path], center: IdentityCenter
) -> None:
    vault = terminal.home / "vault.json"
    tokens["corp"].rename(vault)
    tokens["corp"].symlink_to(vault)

    assert terminal.run("logout", "corp") == 0

    assert terminal.err == (
        f"Logged out of corp.\n! {vault} is left as it is\n"
        "  The token file was a link to it. The link is removed; remove that file too if it holds a token.\n"
    )
    tokens[LEGACY].rename(vault)
    tokens[LEGACY].symlink_to(vault)
    center.stop()

    assert terminal.run("logout", LEGACY) == 4

    assert (
        f"The token file was a link to {vault}, which is left as it is: remove it if it holds a token." in terminal.err
    )
