"""``sso-tray setup --sync`` on the command line: flags, exit codes, and what programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.center import center, clock, plant_token

from tray.cli import main
from tray.core.words import sync as sync_words
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL

__all__ = ["center", "clock"]

STAGING, PROD = "444455556666", "777788889999"


@pytest.fixture
def config(center: IdentityCenter, home: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What a set-up of every role has written."""
    plant_token("corp", center.issue_token())
    assert main(["setup", "--session", "corp", "--start-url", START_URL, "--region", "us-east-1", "--all"]) == 0
    capsys.readouterr()
    return home / ".aws" / "config"


def test_a_script_sees_what_differs_makes_it_so_and_takes_it_back(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = config.read_bytes()
    assert main(["setup", "--sync", "--dry-run"]) == 0
    assert capsys.readouterr() == ("", "corp: your profiles are as the access portal has it.\n")

    assert main(["use", "ReadOnly-acme-prod"]) == 0
    center.rename_account(STAGING, "acme-lab")
    center.revoke(PROD)
    center.grant("999988887777", "Admin", account_name="new")
    capsys.readouterr()
    before = config.read_bytes()
    assert main(["setup", "--sync", "--dry-run"]) == 0
    would = capsys.readouterr().out
    assert would.splitlines() == [
        "rename Developer-acme-staging Developer-acme-lab",
        "rename ReadOnly-acme-staging ReadOnly-acme-lab",
        "add Admin-new",
        "remove Billing-acme-prod",
        "remove Operator-acme-prod",
    ]
    assert config.read_bytes() == before

    assert main(["setup", "--sync", "--yes", "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["schema"], told["dry_run"], told["kept"]) == (1, False, [])
    assert told["changes"][0] == {
        "sign_in": "corp",
        "kind": "rename",
        "profile": "Developer-acme-staging",
        "new_name": "Developer-acme-lab",
        "account": STAGING,
        "account_name": "acme-lab",
        "role": "Developer",
        "done": True,
        "used_by": [],
        "changed": [],
    }
    left = [(each["profile"], each["used_by"]) for each in told["changes"] if not each["done"]]
    assert left == [("ReadOnly-acme-prod", ["default"])]
    assert "Made 5 changes to" in said.err

    assert main(["setup", "--sync", "--undo"]) == 0
    assert config.read_bytes() == before
    assert main(["setup", "--sync", "--undo"]) == 3


def test_without_a_sign_in_a_script_ends_with_1_and_is_told_what_to_do(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = config.read_bytes()
    center.end_sessions()
    assert main(["setup", "--sync", "--yes"]) == 1
    assert capsys.readouterr().err == "You are not signed in to corp\nSign in with: sso-tray login corp\n"
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--sync"], sync_words.NEEDS_SOMEBODY()),
        (["--sync", "--json"], sync_words.NEEDS_SOMEBODY()),
        (["--sync", "--page"], sync_words.OTHER_FLAGS(flags=["--page"])),
        (
            ["--sync", "--yes", "--account", "1", "--role", "x"],
            sync_words.OTHER_FLAGS(flags=["--account", "--role"]),
        ),
        (["--sync", "--undo", "--dry-run"], sync_words.UNDO_ALONE()),
        (["--all", "--yes", "--dry-run"], sync_words.ONLY_WITH_SYNC(flags=["--yes", "--dry-run"])),
        (["--undo"], sync_words.ONLY_WITH_SYNC(flags=["--undo"])),
    ],
)
def test_flags_that_do_not_go_together_are_refused_before_anything_is_done(
    flags: list[str], words: object, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", *flags]) == 2
    assert capsys.readouterr() == ("", f"{words}\n")
    assert not (home / ".aws").exists()
