"""Plain botocore in a home built by the demo: what every AWS program on a person's machine does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.center import Clock, plant_token, run_python

from tray.demo.center import IdentityCenter
from tray.demo.organisation import build_home

WHO_AM_I = "import boto3; print(boto3.Session(profile_name={profile!r}).client('sts').get_caller_identity()['Arn'])"


@pytest.fixture(autouse=True)
def config(home: Path) -> Path:
    return build_home(home)


@pytest.mark.parametrize(
    ("profile", "arn"),
    [
        ("default", "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_"),
        ("prod", "arn:aws:sts::777788889999:assumed-role/AWSReservedSSO_ReadOnly_"),
        ("reports", "arn:aws:sts::444455556666:assumed-role/reports-reader/"),
    ],
)
def test_a_planted_token_gives_a_profile_its_role(center: IdentityCenter, profile: str, arn: str) -> None:
    plant_token("demo", center.issue_token())
    ran = run_python(WHO_AM_I.format(profile=profile))
    assert ran.stdout.startswith(arn), ran.stderr
    assert {request.status for request in center.requests} == {200}


def test_botocore_renews_an_expired_token_and_saves_what_it_got(center: IdentityCenter) -> None:
    token = center.issue_token(expires_in=-10)
    file = plant_token("demo", token)
    assert run_python(WHO_AM_I.format(profile="dev")).stdout
    assert [request.operation for request in center.requests] == [
        "CreateToken/refresh_token",
        "GetRoleCredentials",
        "GetCallerIdentity",
    ]
    saved = json.loads(file.read_text())
    assert saved["refreshToken"] != token["refreshToken"]
    assert saved["expiresAt"] > token["expiresAt"]
    assert run_python(WHO_AM_I.format(profile="dev")).stdout, "the saved token works in the next program"


def test_botocore_says_so_when_the_sign_in_has_ended(center: IdentityCenter, clock: Clock) -> None:
    plant_token("demo", center.issue_token(expires_in=-10))
    clock.advance(8 * 3600)
    ran = run_python(WHO_AM_I.format(profile="dev"))
    assert ran.returncode != 0
    assert "Token has expired and refresh failed" in ran.stderr
    assert ("POST", "CreateToken/refresh_token", 400) in center.requests


def test_a_legacy_profile_works_too(center: IdentityCenter, config: Path) -> None:
    token = center.issue_token(scopes=())
    plant_token(token["startUrl"], token)
    with config.open("a") as file:
        file.write(
            f"[profile legacy]\nsso_start_url = {token['startUrl']}\nsso_region = us-east-1\n"
            "sso_account_id = 111122223333\nsso_role_name = ReadOnly\n"
        )
    ran = run_python(WHO_AM_I.format(profile="legacy"))
    assert "AWSReservedSSO_ReadOnly_" in ran.stdout, ran.stderr
