"""Credentials of a role, in each form: what a process prints, what a shell evaluates, what a command inherits."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime

import pytest

from tray.core import role_credentials
from tray.core.role_credentials import RoleCredentials, Shell, assignments, environment, is_plain, variables

FOUND = RoleCredentials(
    "ASIAEXAMPLE", "wJalr/K7+x=", "IQoJb3JpZ2lu//w==", datetime(2026, 3, 4, 12, 0, 30, 500, tzinfo=UTC), "111122223333"
)
UNKNOWN_ACCOUNT = RoleCredentials("A", "B", "C", FOUND.expires_at, "")
KEYS = {
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalr/K7+x=",
    "AWS_SESSION_TOKEN": "IQoJb3JpZ2lu//w==",
    "AWS_CREDENTIAL_EXPIRATION": "2026-03-04T12:00:30Z",
    "AWS_ACCOUNT_ID": "111122223333",
}


def test_a_process_prints_what_an_sdk_reads() -> None:
    assert role_credentials.for_process(FOUND) == {
        "Version": 1,
        "AccessKeyId": "ASIAEXAMPLE",
        "SecretAccessKey": "wJalr/K7+x=",
        "SessionToken": "IQoJb3JpZ2lu//w==",
        "Expiration": "2026-03-04T12:00:30Z",
        "AccountId": "111122223333",
    }
    assert "AccountId" not in role_credentials.for_process(UNKNOWN_ACCOUNT)


def test_json_holds_them_as_sts_gives_them_and_says_whose_they_are() -> None:
    document = role_credentials.for_programs(FOUND, profile="dev", region=None)

    assert list(document) == ["schema", "profile", "region", "account", "Credentials"]
    assert list(document["Credentials"]) == ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
    assert json.loads(json.dumps(document)) == document
    assert role_credentials.for_programs(UNKNOWN_ACCOUNT)["account"] is None


def test_the_secrets_are_in_no_text_of_the_value() -> None:
    assert FOUND.secret_access_key not in repr(FOUND)
    assert FOUND.session_token not in repr(FOUND)


@pytest.mark.parametrize(
    ("environ", "region", "named"),
    [
        ({}, None, {}),
        ({}, "eu-west-1", {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}),
        ({"AWS_REGION": "us-west-2"}, "eu-west-1", {"AWS_DEFAULT_REGION": "us-west-2"}),
        ({"AWS_DEFAULT_REGION": "us-west-2"}, "eu-west-1", {"AWS_REGION": "us-west-2"}),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "b"}, None, {"AWS_REGION": "b"}),
        ({"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, "c", {}),
        ({}, "eu'; rm -rf /", {}),
    ],
)
def test_the_region_that_goes_with_the_profile_is_named_unless_the_person_named_one(
    environ: dict[str, str], region: str | None, named: dict[str, str]
) -> None:
    assert variables(FOUND, region, environ) == KEYS | named
    assert "AWS_ACCOUNT_ID" not in variables(UNKNOWN_ACCOUNT, region, environ)


def test_a_command_finds_these_credentials_and_no_others() -> None:
    others = {
        "AWS_PROFILE": "prod",
        "AWS_DEFAULT_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": "AKIAOLD",
        "AWS_SECURITY_TOKEN": "old",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
    }
    kept = {"PATH": "/bin", "AWS_CA_BUNDLE": "/ca.pem", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}

    assert environment(others | kept, FOUND, None) == KEYS | kept


@pytest.mark.parametrize(
    ("shell", "lines"),
    [
        (Shell.POSIX, ["export A='x/+='", "export B='y'"]),
        (Shell.FISH, ["set -gx A 'x/+='", "set -gx B 'y'"]),
        (Shell.POWERSHELL, ["$Env:A = 'x/+='", "$Env:B = 'y'"]),
        (Shell.CMD, ['set "A=x/+="', 'set "B=y"']),
    ],
)
def test_each_shell_has_its_own_way_to_set_a_variable(shell: Shell, lines: list[str]) -> None:
    assert list(assignments({"A": "x/+=", "B": "y"}, shell)) == lines


@pytest.mark.parametrize("value", ["", "a b", "a'b", 'a"b', "$x", "`x`", "%x%", "!x", "a\\b", "a\nb", "é", 5, None])
def test_what_a_shell_could_make_something_of_is_no_key(value: object) -> None:
    assert not is_plain("good", value)


def test_every_plain_value_is_the_same_word_to_a_shell() -> None:
    for value in KEYS.values():
        assert is_plain(value)
        assert shlex.split(f"export A='{value}'") == ["export", f"A={value}"]
