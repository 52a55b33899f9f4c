"""The real AWS CLI v2 on the same home: each uses, refreshes and ends what the other signed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop, token_file
from support.center import plant_token
from support.desk import until
from support.login import operations
from support.real_aws_cli import RealAwsCli

from tray.aws.cache.files import token_path

RENEWAL = "CreateToken/refresh_token"


@pytest.fixture
def aws(desktop: Desktop, tmp_path: Path) -> RealAwsCli:
    """The person's AWS CLI; she logs in with it without waiting between two questions for long."""
    desktop.center.knobs.device_interval = 1
    return RealAwsCli(desktop.center, desktop.environment(), tmp_path / "endpoints")


def test_it_works_with_the_token_of_our_login(desktop: Desktop, aws: RealAwsCli) -> None:
    assert desktop.run("login").returncode == 0
    written = token_file(desktop)

    assert aws.account("staging") == "444455556666"

    assert operations(desktop.center)[-2:] == ["GetRoleCredentials", "GetCallerIdentity"]
    assert RENEWAL not in operations(desktop.center)
    assert token_file(desktop) == written


def test_what_it_refreshes_is_still_signed_in_and_ours_to_renew(desktop: Desktop, aws: RealAwsCli) -> None:
    desktop.settings("[renew]\nenabled = false\n")
    desktop.center.knobs.token_seconds = 2
    assert desktop.run("login").returncode == 0
    written = token_file(desktop)
    desktop.center.knobs.token_seconds = 3600
    desktop.start()
    until(lambda: "signed in" not in desktop.icon.tooltip)

    assert aws.account("dev") == "111122223333"

    desktop.shows("signed in")
    assert desktop.run("status").returncode == 0
    refreshed = token_file(desktop)
    assert written["accessToken"] != refreshed["accessToken"]
    assert written["refreshToken"] != refreshed["refreshToken"]
    assert operations(desktop.center).count(RENEWAL) == 1
    renewal = desktop.run("renew", "--force")
    assert renewal.returncode == 0, renewal.stderr
    assert desktop.notices.notices == []


def test_its_login_is_seen_without_a_restart_and_ours_to_renew(desktop: Desktop, aws: RealAwsCli) -> None:
    program = desktop.start()
    desktop.shows("signed out")

    aws.log_in("--sso-session", SESSION)

    desktop.shows("signed in")
    assert not any("signing in" in line for line in program.lines)
    assert desktop.run("status").returncode == 0
    renewal = desktop.run("renew", "--force")
    assert renewal.returncode == 0, renewal.stderr
    assert aws.account("dev") == "111122223333"


def test_it_gets_credentials_by_us_and_what_it_keeps_of_a_role_is_used_by_us(desktop: Desktop, aws: RealAwsCli) -> None:
    assert desktop.run("login").returncode == 0
    config = desktop.home / ".aws" / "config"
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[profile tool]\ncredential_process = "{desktop.program}" credentials staging --format process\n')

    assert aws.account("tool") == "444455556666"

    asked = [each for each in operations(desktop.center) if each != "GetCallerIdentity"]
    assert asked[-1] == "GetRoleCredentials"
    assert not list((desktop.home / ".aws").glob("cli/cache/*.json")), "nobody has kept them"

    assert aws.account("dev") == "111122223333"
    [kept] = (desktop.home / ".aws").glob("cli/cache/*.json")
    before = operations(desktop.center), kept.read_bytes()
    ours = desktop.run("credentials", "dev")
    given = desktop.run("exec", "dev", "--", "sh", "-c", 'echo "$AWS_ACCESS_KEY_ID ${AWS_PROFILE:-None}"')

    key = json.loads(kept.read_text())["Credentials"]["AccessKeyId"]
    assert json.loads(ours.stdout)["AccessKeyId"] == key, ours.stderr
    assert given.stdout.split() == [key, "None"], given.stderr
    assert (operations(desktop.center), kept.read_bytes()) == before


def test_its_logout_is_seen_without_a_restart(desktop: Desktop, aws: RealAwsCli) -> None:
    assert desktop.run("login").returncode == 0
    desktop.start()
    desktop.shows("signed in")

    aws.run("sso", "logout")

    desktop.shows("signed out")
    assert desktop.run("status").returncode == 1
    assert desktop.notices.notices == []


def test_renewing_at_the_same_moment_ends_nothing(desktop: Desktop, aws: RealAwsCli) -> None:
    desktop.center.knobs.delays[RENEWAL] = 1.0  # so that the one asks while the other waits
    session = desktop.center.begin_session()
    for profile in ("dev", "prod"):  # of a role each, since it keeps a role's credentials
        plant_token(SESSION, desktop.center.issue_token(session, expires_in=-60))
        theirs = aws.start("configure", "export-credentials", "--profile", profile)
        ours = desktop.run("renew")
        theirs.communicate(timeout=60)  # It fails where it came second: it does not look whether somebody was faster.
        assert ours.returncode == 0, ours.stderr
        assert desktop.run("status").returncode == 0

    assert aws.account("staging") == "444455556666"
    assert desktop.center.sessions == (session,)


def test_it_signs_in_to_the_same_region_of_a_start_url_and_as_the_same_client(
    desktop: Desktop, aws: RealAwsCli
) -> None:
    start_url = "https://legacy.awsapps.com/start"
    desktop.config.write_text(
        "".join(
            f"[profile {name}]\nsso_start_url = {start_url}\nsso_region = {region}\n"
            "sso_account_id = 111122223333\nsso_role_name = Developer\n"
            for name, region in (("a", "us-east-1"), ("b", "eu-west-1"))
        )
    )
    file = token_path(desktop.cache, start_url)

    assert desktop.run("login", "--profile", "b").returncode == 0
    ours = json.loads(file.read_text())
    aws.log_in("--profile", "b")
    theirs = json.loads(file.read_text())

    assert ours["region"] == theirs["region"] == "eu-west-1"
    assert ours["accessToken"] != theirs["accessToken"]
    assert ours["clientId"] == theirs["clientId"]
    assert operations(desktop.center).count("RegisterClient") == 1
