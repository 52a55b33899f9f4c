"""``sso-tray setup`` for scripts: flags that suffice, exit codes, and files that change only as asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from support.center import center, clock, plant_token
from support.login import operations
from support.modes import is_private
from support.stand_ins import command_line

from tray.aws.config.document import Document
from tray.aws.config.files import FullConfig, read_full_config
from tray.cli import main
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL
from tray.paths import find_paths

__all__ = ["center", "clock"]

NEW = ("--session", "corp", "--start-url", START_URL, "--region", "us-east-1")


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that allows every sign-in."""
    monkeypatch.setenv("BROWSER", command_line(sys.executable, "-P", "-m", "tray.demo.browser", "%s"))
    monkeypatch.delenv("AWS_REGION", raising=False)


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".aws" / "config"


def profiles(config: Path) -> dict[str, tuple[object, object]]:
    """Account and role by profile."""
    found: FullConfig = read_full_config(config, config.parent / "credentials")
    return {
        name: (given["sso_account_id"], given["sso_role_name"])
        for name, given in found.profiles.items()
        if given.get("sso_session") == "corp"
    }


def test_flags_that_suffice_ask_nothing_and_a_second_run_changes_nothing(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", *NEW, "--all"]) == 0
    first = config.read_bytes()
    out = capsys.readouterr().out.splitlines()
    assert sorted(out) == sorted(profiles(config))
    assert len(out) == 8
    assert is_private(config)
    stamp = config.stat().st_mtime_ns

    assert main(["setup", *NEW, "--all"]) == 0

    assert config.read_bytes() == first
    assert config.stat().st_mtime_ns == stamp
    said = capsys.readouterr()
    assert said.out == ""
    assert "There already" in said.err
    assert "Nothing to add" in said.err
    assert operations(center).count("CreateToken/authorization_code") == 1


def test_the_first_session_has_an_end_already_and_a_default_profile(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--lower-case", "--rename", "developer-acme-dev=dev", "--length-hours", "8", "--make-default", "dev"]
    assert main(["setup", *NEW, "--all", *flags]) == 0
    assert "dev" in capsys.readouterr().out.splitlines()
    assert main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [sign_in] = told["sign_ins"]
    assert told["default_profile"] == "dev"
    assert (sign_in["status"], sign_in["ends_source"]) == ("signed-in", "setting")


def test_one_role_is_added_under_the_name_that_was_asked_for(center: IdentityCenter, config: Path) -> None:
    flags = [
        "--account",
        "111122223333",
        "--role",
        "Developer",
        "--name-pattern",
        "work",
        "--profile-region",
        "eu-west-3",
    ]
    assert main(["setup", *NEW, *flags]) == 0
    assert profiles(config) == {"work": ("111122223333", "Developer")}
    assert Document(config.read_text()).settings()["profile work"]["region"] == "eu-west-3"
    assert operations(center).count("ListAccountRoles") == 1, "other accounts' roles are nobody's business"


@pytest.mark.parametrize("flags", [["--session", "corp"], ["--start-url", START_URL], []])
def test_an_existing_session_needs_no_more_flags_and_every_other_byte_stays(
    center: IdentityCenter, config: Path, flags: list[str]
) -> None:
    before = (
        f"# mine\r\n[default]\r\nregion=ap-south-1\r\n\r\n[sso-session corp]\r\nsso_start_url={START_URL}/#/\r\n"
        "sso_region=us-east-1 \r\n\r\n[profile mine]\r\nsso_session=corp\r\nsso_account_id=111122223333\r\n"
        "sso_role_name=Developer\r\n"
    ).encode()
    config.parent.mkdir()
    config.write_bytes(before)

    assert main(["setup", *flags, "--all"]) == 0

    after = config.read_bytes()
    assert after.startswith(before)
    assert b"[sso-session" not in after[len(before) :]
    found = profiles(config)
    assert len(found) == len(set(found.values())) == 8
    assert found["mine"] == ("111122223333", "Developer")
    assert after.count(b"region=ap-south-1\r\n") == 8, "new profiles work where the default one does"
    backups = list(find_paths().backups.iterdir())
    assert [each.read_bytes() for each in backups] == [before]


def test_a_token_that_holds_is_used_and_one_of_another_portal_is_not(center: IdentityCenter, config: Path) -> None:
    plant_token("corp", center.issue_token())
    assert main(["setup", *NEW, "--all"]) == 0
    assert operations(center).count("CreateToken") == 0
    assert not any(operation.startswith("CreateToken") for operation in operations(center))

    config.unlink()
    other = ("--session", "corp", "--start-url", "https://d-9999999999.awsapps.com/start", "--region", "us-east-1")
    assert main(["setup", *other, "--all"]) == 0
    assert operations(center).count("CreateToken/authorization_code") == 1


def test_a_token_that_is_past_is_renewed_without_a_browser(center: IdentityCenter, config: Path) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    assert main(["setup", *NEW, "--all"]) == 0
    created = [operation for operation in operations(center) if operation.startswith("CreateToken")]
    assert created == ["CreateToken/refresh_token"]


def test_a_token_that_the_portal_refuses_is_replaced_by_a_new_sign_in(center: IdentityCenter, config: Path) -> None:
    session = center.begin_session()
    plant_token("corp", center.issue_token(session))
    session.ended = True
    assert main(["setup", *NEW, "--all"]) == 0
    assert operations(center).count("CreateToken/authorization_code") == 1


def test_a_busy_aws_and_a_broken_connection_are_lived_with(center: IdentityCenter, config: Path) -> None:
    center.inject(Fault.error("ListAccounts", 429, "TooManyRequestsException", times=2))
    center.inject(Fault.drop("ListAccountRoles", times=2))
    assert main(["setup", *NEW, "--all"]) == 0
    assert len(profiles(config)) == 8


def test_a_code_is_told_where_a_browser_is_not_wanted(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    center.knobs.device_interval = 1
    center.knobs.device_seconds = 1
    assert main(["setup", *NEW, "--all", "--device-code", "--no-browser"]) == 5
    assert "/device?user_code=" in capsys.readouterr().err
    assert not config.exists()


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        ([], 2, "--all, or --account ID and --role NAME"),
        (["--all"], 2, "--session"),
        (["--all", "--session", "corp"], 2, "--start-url"),
        (["--all", "--session", "corp", "--start-url", START_URL], 2, "--region"),
        (["--all", "--start-url", START_URL], 2, "--session"),
        (["--all", "--session", "my corp", *NEW[2:]], 2, "cannot be a name"),
        (["--all", *NEW[:2], "--start-url", "http://x.example", *NEW[4:]], 2, "access portal"),
        (["--all", *NEW[:4], "--region", "Ohio"], 2, "not the name of a region"),
        (["--all", *NEW, "--scopes", "(("], 2, "not a list of scopes"),
        (["--all", *NEW, "--name-pattern", "{user}"], 2, "{user}"),
        (["--all", *NEW, "--profile-region", "Ohio"], 2, "not the name of a region"),
        (["--all", "--account", "111122223333", *NEW], 2, "--all and --account"),
        (["--account", "111122223333", *NEW], 2, "--account and --role belong together"),
        (["--role", "Developer", *NEW], 2, "--account and --role belong together"),
        (["--account", "999999999999", "--role", "Developer", *NEW], 2, "no account 999999999999"),
        (["--account", "111122223333", "--role", "Root", *NEW], 2, "no role Root"),
        (["--page", "--all"], 2, "not for --page"),
        (["--page", "--make-default", "dev"], 2, "not for --page"),
        (["--page", "--length-hours", "soon"], 2, "how long a sign-in can last"),
        (["--all", *NEW, "--length-hours", "0"], 2, "how long a sign-in can last"),
        (["--all", *NEW, "--rename", "nobody=dev"], 2, "no new profile is called “nobody”"),
        (["--all", *NEW, "--make-default", "nobody"], 2, "is called nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_two_lines_and_nothing_is_written(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str], flags: list[str], code: int, words: str
) -> None:
    plant_token("corp", center.issue_token())
    assert main(["setup", *flags]) == code
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert not config.exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--start-url", "https://other.awsapps.com/start"], "another sso_start_url"),
        (["--region", "eu-west-1"], "another sso_region"),
        (["--scopes", "a:b"], "another sso_registration_scopes"),
    ],
)
def test_a_session_that_is_there_is_never_changed(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str], flags: list[str], words: str
) -> None:
    config.parent.mkdir()
    before = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
    config.write_text(before)
    assert main(["setup", "--session", "corp", *flags, "--all"]) == 2
    assert words in capsys.readouterr().err
    assert config.read_text() == before


def test_a_config_that_botocore_refuses_is_reported_and_left(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.parent.mkdir()
    config.write_text("[profile a]\njunk\n")
    assert main(["setup", *NEW, "--all"]) == 3
    assert "line 2" in capsys.readouterr().err
    assert config.read_text() == "[profile a]\njunk\n"


def test_a_config_that_may_not_be_changed_is_left(
    center: IdentityCenter, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.parent.mkdir()
    config.write_text("[profile a]\nregion = x\n")
    config.chmod(0o400)
    assert main(["setup", *NEW, "--all"]) == 3
    assert "read-only" in capsys.readouterr().err
    assert config.read_text() == "[profile a]\nregion = x\n"


def test_nothing_is_assigned_to_this_person(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with IdentityCenter(accounts=()) as empty:
        for name, value in empty.environment().items():
            monkeypatch.setenv(name, value)
        assert main(["setup", *NEW, "--all"]) == 3
    assert not config.exists()


def test_the_config_that_the_environment_names_is_written(
    center: IdentityCenter, config: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "elsewhere"))
    assert main(["setup", *NEW, "--all"]) == 0
    assert not config.exists()
    assert len(profiles(home / "elsewhere")) == 8
    assert os.environ["AWS_CONFIG_FILE"] == str(home / "elsewhere")


def test_a_stale_profile_in_the_environment_does_not_matter(
    center: IdentityCenter, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert main(["setup", *NEW, "--all"]) == 0


def test_no_secret_is_said_or_logged(
    center: IdentityCenter, config: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = center.issue_token()
    plant_token("corp", token)
    assert main(["--verbose", "setup", *NEW, "--all"]) == 0
    said = "".join(capsys.readouterr()) + config.read_text()
    for secret in ("accessToken", "refreshToken", "clientSecret"):
        assert token[secret] not in said
