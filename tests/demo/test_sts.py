from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from support.center import Clock

from tray.demo.center import IdentityCenter


def role_keys(center: IdentityCenter) -> dict[str, Any]:
    keys = boto3.client("sso").get_role_credentials(
        accessToken=center.issue_token()["accessToken"], accountId="111122223333", roleName="Developer"
    )["roleCredentials"]
    return {
        "aws_access_key_id": keys["accessKeyId"],
        "aws_secret_access_key": keys["secretAccessKey"],
        "aws_session_token": keys["sessionToken"],
    }


def refused(call: Any, **named: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**named)
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"], caught.value.response["Error"]["Code"]


def test_the_caller_is_the_person_in_the_assumed_role(center: IdentityCenter) -> None:
    identity = boto3.client("sts", **role_keys(center)).get_caller_identity()
    assert identity["Account"] == "111122223333"
    prefix = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_"
    assert identity["Arn"].startswith(prefix)
    assert identity["Arn"].endswith("/alex@example.com")
    assert identity["UserId"].endswith(":alex@example.com")


def test_foreign_altered_and_expired_keys_are_refused(center: IdentityCenter, clock: Clock) -> None:
    keys = role_keys(center)
    unknown = {**keys, "aws_access_key_id": "ASIAXXXXXXXXXXXXXXXX"}
    assert refused(boto3.client("sts", **unknown).get_caller_identity) == (403, "InvalidClientTokenId")
    altered = {**keys, "aws_session_token": "other"}
    assert refused(boto3.client("sts", **altered).get_caller_identity) == (403, "InvalidClientTokenId")
    clock.advance(3600)
    assert refused(boto3.client("sts", **keys).get_caller_identity) == (403, "ExpiredToken")


def test_role_credentials_outlive_the_sign_in(center: IdentityCenter) -> None:
    keys = role_keys(center)
    center.end_sessions()
    assert boto3.client("sts", **keys).get_caller_identity()["Account"] == "111122223333"


def test_a_role_is_assumed_from_a_role(center: IdentityCenter) -> None:
    sts = boto3.client("sts", **role_keys(center))
    answer = sts.assume_role(RoleArn="arn:aws:iam::444455556666:role/team/reports-reader", RoleSessionName="nightly")
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::444455556666:assumed-role/reports-reader/nightly"
    keys = answer["Credentials"]
    assert abs(keys["Expiration"] - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=30)
    identity = boto3.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    ).get_caller_identity()
    assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]


@pytest.mark.parametrize(
    "changed",
    [{"RoleArn": "arn:aws:iam::44:role/reader-of-reports"}, {"RoleSessionName": "a b"}, {"DurationSeconds": 43_201}],
)
def test_a_wrong_assumption_is_refused(center: IdentityCenter, changed: dict[str, Any]) -> None:
    sts = boto3.client("sts", **role_keys(center))
    call = {"RoleArn": "arn:aws:iam::444455556666:role/reports-reader", "RoleSessionName": "nightly", **changed}
    assert refused(sts.assume_role, **call) == (400, "ValidationError")


def test_other_actions_are_unknown(center: IdentityCenter) -> None:
    assert refused(boto3.client("sts", **role_keys(center)).get_session_token) == (400, "InvalidAction")
