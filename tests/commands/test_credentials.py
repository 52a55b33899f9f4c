"""``sso-tray credentials``: from the AWS CLI's cache where it can, else from the portal; and what reads them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands.conftest import CONFIG, Terminal
from support.center import Clock, plant_token, run_python
from support.login import LEGACY, Person, operations
from support.needs import posix

from tray.aws.cache.files import token_path
from tray.aws.cache.role_credentials import credentials_path
from tray.core.model import Kind, SignIn
from tray.core.role_credentials import RoleCredentials
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import Account
from tray.paths import find_paths

CORP = SignIn("corp", Kind.SSO_SESSION, "https://d-1234567890.awsapps.com/start", "eu-central-1")
ROLE = ("111122223333", "Developer")
KEYS = {"AccessKeyId": "ASIACACHED", "SecretAccessKey": "cached/secret", "SessionToken": "cached+token=="}
ODD = KEYS | {"Expiration": "2199-01-01T00:00:00Z", "SessionToken": "a'b"}


def cache(sign_in: SignIn = CORP, minutes: float = 60, form: str = "%Y-%m-%dT%H:%M:%SZ", **changes: object) -> Path:
    """Write an entry as the AWS CLI does."""
    path = credentials_path(find_paths().cli_cache, sign_in, *ROLE)
    path.parent.mkdir(parents=True, exist_ok=True)
    expiration = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime(form)
    entry = {"ProviderType": "sso", "Credentials": {**KEYS, "Expiration": expiration, "AccountId": ROLE[0]}}
    path.write_text(json.dumps(entry | changes))
    return path


@pytest.fixture
def signed_in(terminal: Terminal, center: IdentityCenter) -> Terminal:
    plant_token("corp", center.issue_token())
    return terminal


def files(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (home / ".aws").rglob("*") if path.is_file()}


def test_they_come_from_the_portal_and_no_file_is_written(signed_in: Terminal, center: IdentityCenter) -> None:
    before = files(signed_in.home)

    assert signed_in.run("credentials", "dev") == 0, signed_in.err

    assert list(signed_in.json) == ["Version", *KEYS, "Expiration", "AccountId"]
    assert signed_in.json["AccountId"] == "111122223333"
    assert signed_in.err == ""
    assert operations(center) == ["GetRoleCredentials"]
    assert files(signed_in.home) == before


def test_what_the_aws_cli_keeps_is_used_although_nobody_is_signed_in(
    terminal: Terminal, center: IdentityCenter
) -> None:
    cache()
    before = files(terminal.home)

    assert terminal.run("credentials", "dev") == 0, terminal.err

    assert {name: terminal.json[name] for name in KEYS} == KEYS
    assert operations(center) == []
    assert files(terminal.home) == before


def test_those_of_a_legacy_sign_in_are_found_by_its_start_url(terminal: Terminal) -> None:
    terminal.config.write_text(
        f"[profile l]\nsso_start_url = {LEGACY.start_url}\nsso_region = us-east-1\n"
        f"sso_account_id = {ROLE[0]}\nsso_role_name = {ROLE[1]}\n"
    )
    cache(LEGACY)
    assert terminal.run("credentials", "l") == 0, terminal.err
    assert terminal.json["AccessKeyId"] == "ASIACACHED"


@pytest.mark.parametrize(
    ("minutes", "form", "changes", "used"),
    [
        (15.1, "%Y-%m-%dT%H:%M:%SZ", {}, True),
        (14.9, "%Y-%m-%dT%H:%M:%SZ", {}, False),
        (60, "%Y-%m-%dT%H:%M:%S+00:00", {}, True),
        (60, "tomorrow", {}, False),
        (60, "%Y-%m-%dT%H:%M:%SZ", {"ProviderType": "other"}, False),
        (60, "%Y-%m-%dT%H:%M:%SZ", {"ProviderType": None}, False),
        (60, "%Y-%m-%dT%H:%M:%SZ", {"Credentials": []}, False),
        (60, "%Y-%m-%dT%H:%M:%SZ", {"Credentials": ODD}, False),
    ],
)
def test_an_entry_counts_while_the_aws_cli_would_use_it(
    signed_in: Terminal, center: IdentityCenter, minutes: float, form: str, changes: dict[str, Any], used: bool
) -> None:
    cache(minutes=minutes, form=form, **changes)
    assert signed_in.run("credentials", "dev") == 0, signed_in.err
    assert (operations(center) == []) is used


def test_half_an_entry_is_none(signed_in: Terminal, center: IdentityCenter) -> None:
    cache().write_text('{"ProviderType": "sso", "Cred')
    assert signed_in.run("credentials", "dev") == 0, signed_in.err
    assert operations(center) == ["GetRoleCredentials"]


def test_json_says_whose_they_are_and_env_is_for_the_shell_that_is_named(terminal: Terminal) -> None:
    cache()
    assert terminal.run("credentials", "dev", "--format", "json") == 0
    about = {key: value for key, value in terminal.json.items() if key != "Credentials"}
    assert about == {
        "schema": 1,
        "profile": "dev",
        "sign_in": "corp",
        "role": "Developer",
        "region": "eu-west-1",
        "account": "111122223333",
    }
    assert terminal.json["Credentials"]["SecretAccessKey"] == "cached/secret"

    for shell, line in (
        ("zsh", "export AWS_SESSION_TOKEN='cached+token=='"),
        ("fish", "set -gx AWS_SESSION_TOKEN 'cached+token=='"),
        ("pwsh", "$Env:AWS_SESSION_TOKEN = 'cached+token=='"),
        ("cmd", 'set "AWS_SESSION_TOKEN=cached+token=="'),
    ):
        assert terminal.run("credentials", "dev", "--format", "env", "--shell", shell) == 0
        assert line in terminal.out.splitlines()
        assert any("AWS_REGION" in each and "eu-west-1" in each for each in terminal.out.splitlines())


def test_without_a_shell_named_the_lines_are_for_the_one_that_is_usual(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache()
    terminal.run("credentials", "dev", "--format", "env")
    assert terminal.out.startswith("$Env:" if sys.platform == "win32" else "export ")
    monkeypatch.setenv("MSYSTEM", "MINGW64")
    terminal.run("credentials", "dev", "--format", "env")
    assert terminal.out.startswith("export ")


def test_on_a_terminal_it_is_said_that_they_are_secrets(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    cache()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert terminal.run("credentials", "dev") == 0
    assert terminal.err.splitlines()[0] == "! These are secrets, and stand on the screen now"
    assert "cached" not in terminal.err
    json.loads(terminal.out)


def test_a_stale_token_is_renewed_first_and_a_fault_of_the_network_ends_nothing(
    terminal: Terminal, center: IdentityCenter
) -> None:
    plant_token("corp", center.issue_token(expires_in=-60))
    center.inject(Fault.error("CreateToken", 503, "ServiceUnavailableException", times=1))
    assert terminal.run("credentials", "dev") == 4
    assert terminal.out == ""
    assert terminal.run("credentials", "dev") == 0, terminal.err
    assert operations(center)[-2:] == ["CreateToken/refresh_token", "GetRoleCredentials"]
    assert terminal.run("status", "corp") == 0


def test_where_the_person_has_to_sign_in_that_is_said_with_the_command(
    terminal: Terminal, center: IdentityCenter
) -> None:
    said = ["The profile dev needs you to sign in to corp", "Run: sso-tray login --profile dev"]
    assert terminal.run("credentials", "dev") == 1
    assert (terminal.out, terminal.err.splitlines()) == ("", said)

    plant_token("corp", center.issue_token())
    center.end_sessions()
    assert terminal.run("credentials", "dev") == 1
    assert (terminal.out, terminal.err.splitlines()) == ("", said)
    assert terminal.run("status", "corp") == 1, "the end that it met is known to all"


@pytest.mark.parametrize("status", [403, 404])
def test_a_role_that_the_person_may_not_use_is_a_matter_of_the_configuration(
    signed_in: Terminal, center: IdentityCenter, status: int
) -> None:
    code = {403: "ForbiddenException", 404: "ResourceNotFoundException"}[status]
    center.inject(Fault.error("GetRoleCredentials", status, code, "No access"))
    assert signed_in.run("credentials", "dev") == 3
    assert signed_in.err.startswith("AWS does not let you use the role of the profile “dev”\n")


def test_where_aws_asks_to_slow_down_it_is_asked_again(
    signed_in: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.aws.api.role_credentials._PAUSES", (0.0, 0.0, 0.0))
    center.inject(Fault.error("GetRoleCredentials", 429, "TooManyRequestsException", times=3))
    assert signed_in.run("credentials", "dev") == 0, signed_in.err

    center.inject(Fault.error("GetRoleCredentials", 503, "ServiceUnavailableException", times=4))
    assert signed_in.run("credentials", "dev") == 4
    assert signed_in.run("credentials", "dev") == 0, signed_in.err


@pytest.mark.parametrize(
    ("config", "name", "title"),
    [
        ("[profile k]\naws_access_key_id = A\naws_secret_access_key = B\n", "k", "Profile “k” does not sign in"),
        ("[profile v]\ncredential_process = aws-vault exec v\n", "v", "The profile v gets its credentials from aws-v"),
        ("[profile s]\nsso_session = corp\n", "s", "The profile s names no role to get credentials of"),
        ("[profile c]\nlogin_session = arn:aws:iam::1:user/a\n", "c", "The profile c signs in by “aws login”, whose"),
        (
            "[profile x]\ncredential_process = sso-tray credentials x\n",
            "x",
            "The credential_process of the profile x asks for that profile itself",
        ),
        (
            (
                "[profile x]\ncredential_process = sso-tray credentials y --format process\n"
                "[profile y]\ncredential_process = sso-tray credentials --login x\n"
            ),
            "y",
            "Profiles ask for each other's credentials: x, y",
        ),
        ("", "gone", "There is no profile “gone”."),
        ("", "default", "Profile “default” does not sign in through IAM Identity Center."),
    ],
)
def test_what_it_cannot_give_is_said_in_words(signed_in: Terminal, config: str, name: str, title: str) -> None:
    with signed_in.config.open("a") as file:
        file.write(config)
    assert signed_in.run("credentials", name) == 3
    assert signed_in.out == ""
    assert signed_in.err.startswith(title)
    assert len(signed_in.err.splitlines()) == 2


def test_a_profile_that_leads_to_another_by_us_or_holds_the_keys_itself_is_followed(signed_in: Terminal) -> None:
    with signed_in.config.open("a") as file:
        file.write(
            "[profile tool]\ncredential_process = sso-tray credentials both --format process\n"
            "[profile both]\ncredential_process = sso-tray credentials both\nsso_session = corp\n"
            "sso_account_id = 111122223333\nsso_role_name = Developer\n"
        )
    for name in ("both", "tool"):
        assert signed_in.run("credentials", name) == 0, signed_in.err
        assert signed_in.json["AccountId"] == "111122223333"


def test_the_profile_in_force_is_meant_where_none_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    cache()
    monkeypatch.setenv("AWS_PROFILE", "dev")
    assert terminal.run("credentials") == 0, terminal.err


def test_with_login_one_page_opens_and_its_words_are_not_among_the_credentials(
    terminal: Terminal, center: IdentityCenter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(center, clock)
    monkeypatch.setattr("tray.commands.login.comes_back", lambda _command: True)
    monkeypatch.setattr("tray.commands.login.open_beside", lambda url, _command: person.open(url))

    assert terminal.run("credentials", "dev", "--login") == 0, terminal.err

    person.join()
    assert terminal.json["AccountId"] == "111122223333"
    assert "Signed in to corp." in terminal.err
    assert operations(center).count("CreateToken/authorization_code") == 1


def test_with_login_nothing_opens_where_the_person_is_signed_in(
    signed_in: Terminal, center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.commands.login.run", lambda _args: pytest.fail("it logged in"))
    assert signed_in.run("credentials", "dev", "--login") == 0
    assert operations(center) == ["GetRoleCredentials"]


GIVEN = RoleCredentials("ASIAGIVEN", "secret", "token", datetime(2199, 1, 1, tzinfo=UTC), "444455556666")


def asked_for() -> list[str]:
    """The profiles of which a process that is started now knows that their credentials are awaited."""
    return os.environ["_SSO_TRAY_ASKED_FOR"].splitlines()


ASSUMES = """
[profile chained]
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = dev
sso_account_id = 111122223333
sso_role_name = Developer
"""


def credentials(*arguments: str) -> Any:
    """Run it in a process of its own, as botocore finds the token cache when it is imported."""
    done = ask("credentials", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_role_that_is_assumed_through_another_profile_is_the_one_given(
    signed_in: Terminal, center: IdentityCenter
) -> None:
    cache()  # which is of the other role
    with signed_in.config.open("a") as file:
        file.write(ASSUMES)
    found = credentials("chained")
    assert operations(center) == ["GetRoleCredentials", "AssumeRole"]
    assert found["AccessKeyId"] != "ASIACACHED"
    assert found["Expiration"].endswith("Z")


def test_a_profile_that_leads_to_one_that_assumes_a_role_gives_that_role_and_nothing_is_run_for_it(
    signed_in: Terminal, center: IdentityCenter
) -> None:
    with signed_in.config.open("a") as file:
        file.write(ASSUMES + "[profile tool]\ncredential_process = /gone/sso-tray credentials chained\n")
    assert credentials("tool")["AccessKeyId"].startswith("ASIA")
    assert operations(center) == ["GetRoleCredentials", "AssumeRole"]


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, whatever comes of it."""
    return run_python(f"import sys; from tray.cli import main; sys.exit(main({list(arguments)!r}))")


def test_whoami_follows_a_profile_as_credentials_does_and_runs_nothing_for_it(
    signed_in: Terminal, center: IdentityCenter
) -> None:
    with signed_in.config.open("a") as file:
        file.write("[profile tool]\ncredential_process = /gone/sso-tray credentials dev --format process\n")

    assert "account  111122223333" in ask("whoami", "tool").stdout

    assert operations(center) == ["GetRoleCredentials", "GetCallerIdentity"]
    token_path(find_paths().sso_cache, "corp").unlink()
    assert ask("whoami", "tool").returncode == 1, "not signed in"


def test_a_program_that_another_profile_depends_on_and_that_is_not_there_is_named(signed_in: Terminal) -> None:
    with signed_in.config.open("a") as file:
        file.write("[profile vault]\ncredential_process = /gone/aws-vault exec x\n" + ASSUMES)
        file.write("[profile deploy]\nrole_arn = arn:aws:iam::444455556666:role/D\nsource_profile = granted\n")
        file.write("[profile granted]\ncredential_process = /gone/granted credential-process --profile granted\n")
        file.write("granted_sso_start_url = https://d-1234567890.awsapps.com/start\n")
        file.write("granted_sso_region = eu-central-1\n")
    for arguments, program in ((("whoami", "vault"), "aws-vault"), (("credentials", "deploy"), "granted")):
        done = ask(*arguments)
        assert done.returncode == 3, done.stderr
        if sys.platform == "win32":
            assert done.stderr.startswith("A program that gives credentials cannot be started: ")
            continue
        assert done.stderr.splitlines() == [
            f"/gone/{program} cannot be used: No such file or directory",
            (
                "Credentials depend on it: a credential_process that starts it, or what is kept there. Run: sso-tray"
                " doctor"
            ),
        ]


@posix  # where a script is a program
def test_a_circle_that_no_config_shows_ends_at_once(
    signed_in: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, program = tmp_path / "started", tmp_path / "sso-tray"
    ours = shlex.join([sys.executable, "-m", "tray"])
    program.write_text(
        f'#!/bin/sh\necho x >>{started}\n[ $(wc -l <{started}) -gt 3 ] || exec {ours} "$@" 2>>{started}.said\n'
    )
    program.chmod(0o700)
    # The process names no profile, so the one in force is meant: the very one whose credentials are wanted.
    signed_in.config.write_text(
        CONFIG.replace("[default]\n", "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n")
        + f"[profile tool]\ncredential_process = {program} credentials\n"
        "[profile deploy]\nrole_arn = arn:aws:iam::444455556666:role/Deployer\nsource_profile = tool\n"
    )
    monkeypatch.setenv("AWS_PROFILE", "deploy")

    done = ask("credentials")

    assert done.returncode != 0
    assert started.read_text() == "x\n"
    assert started.with_name("started.said").read_text().splitlines() == [
        "To get credentials of the profile deploy, they would be needed first",
        (
            "Name the profile that is meant wherever a credential_process calls us: sso-tray credentials NAME"
            " --format process"
        ),
    ]


def test_what_exec_runs_may_ask_for_the_same_credentials(signed_in: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr("tray.disk.handed_over.hand_over", lambda _words, environment: seen.update(environment) or 0)
    monkeypatch.setattr("tray.aws.api.role_credentials.assume", lambda *_: asked_for() and GIVEN)
    with signed_in.config.open("a") as file:
        file.write(ASSUMES)

    assert signed_in.run("exec", "chained", "--", "x") == 0, signed_in.err

    assert seen["AWS_ACCESS_KEY_ID"] == GIVEN.access_key_id
    assert not [name for name in seen if "ASKED_FOR" in name]


@posix  # where botocore splits the command as a shell does
def test_boto3_gets_its_credentials_by_us_and_tells_what_we_say(signed_in: Terminal, center: IdentityCenter) -> None:
    with signed_in.config.open("a") as file:
        file.write(
            f'[profile tool]\ncredential_process = "{sys.executable}" -m tray credentials dev --format process\n'
        )
    program = (
        "import boto3; s = boto3.Session(profile_name='tool', region_name='eu-west-1');"
        "print(s.client('sts').get_caller_identity()['Account'], s.get_credentials().method)"
    )
    done = run_python(program)
    assert done.stdout.split() == ["111122223333", "custom-process"], done.stderr
    assert operations(center) == ["GetRoleCredentials", "GetCallerIdentity"]

    token_path(find_paths().sso_cache, "corp").unlink()
    failed = run_python(program)
    assert "The profile dev needs you to sign in to corp" in failed.stderr
    assert "Run: sso-tray login --profile dev" in failed.stderr


def test_accounts_of_the_organisation_are_the_ones_asked_for(terminal: Terminal, center: IdentityCenter) -> None:
    center.accounts = (Account("444455556666", "legacy", "aws@example.com", ("Reader",)),)
    plant_token("https://legacy.awsapps.com/start", center.issue_token(scopes=(), expires_in=300))
    assert terminal.run("credentials", "old") == 0, terminal.err
    assert terminal.json["AccountId"] == "444455556666"
