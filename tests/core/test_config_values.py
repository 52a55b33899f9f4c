"""Values and keys of the config that cannot be meant so; what botocore accepts on purpose is among the right ones."""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.utils import validate_region_name
from hypothesis import given
from hypothesis import strategies as st

from tray.core.config_values import misspelt, scopes_in, without_quotes, wrong_with
from tray.core.region_names import LONG_NAMES, code_of
from tray.core.words import values as values_words

URL = "https://d-1234567890.awsapps.com/start"
IN_IAM = "AWSReservedSSO_Admin_0123456789abcdef"
ROLE_ARN = f"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/{IN_IAM}"


@pytest.mark.parametrize(
    ("key", "value", "words", "right"),
    [
        ("sso_start_url", f'"{URL}"', values_words.IN_QUOTES, URL),
        ("sso_start_url", f"'{URL}'", values_words.IN_QUOTES, URL),
        ("sso_start_url", f"`{URL}`", values_words.IN_QUOTES, URL),
        ("sso_start_url", f"“{URL}”", values_words.IN_QUOTES, URL),
        ("sso_start_url", f"„{URL}“", values_words.IN_QUOTES, URL),
        ("sso_start_url", f"<{URL}>", values_words.IN_QUOTES, URL),
        ("sso_start_url", '"d-1234567890.awsapps.com/start"', values_words.IN_QUOTES, URL),
        ("sso_start_url", '"http://d-1234567890.awsapps.com/start"', values_words.IN_QUOTES, URL),
        ("sso_start_url", "d-1234567890.awsapps.com/start", values_words.NO_SCHEME, URL),
        ("sso_start_url", "http://d-1234567890.awsapps.com/start", values_words.WITHOUT_TLS, URL),
        ("sso_start_url", "HTTP://d-1234567890.awsapps.com/start", values_words.WITHOUT_TLS, URL),
        ("sso_start_url", "htps://d-1234567890.awsapps.com/start", values_words.NO_ADDRESS, ""),
        ("sso_start_url", "https:/d-1234567890.awsapps.com/start", values_words.NO_ADDRESS, ""),
        ("sso_start_url", "d-1234567890", values_words.NO_ADDRESS, ""),
        ("sso_start_url", "https://me@d-1234567890.awsapps.com/start", values_words.NO_ADDRESS, ""),
        ("sso_start_url", "https://d-1234567890.awsapps.com/ start", values_words.NO_ADDRESS, ""),
        ("sso_region", "us-east-1a", values_words.A_ZONE, "us-east-1"),
        ("sso_region", "US-EAST-1A", values_words.A_ZONE, "us-east-1"),
        ("region", "us-west-2-lax-1a", values_words.A_ZONE, "us-west-2"),
        ("sso_region", '"us-east-1"', values_words.IN_QUOTES, "us-east-1"),
        ("sso_region", '"us-east-1a"', values_words.IN_QUOTES, "us-east-1"),
        ("sso_region", "US East (N. Virginia)", values_words.A_LONG_NAME, "us-east-1"),
        ("sso_region", "N. Virginia", values_words.A_LONG_NAME, "us-east-1"),
        ("sso_region", "EU (Ireland)", values_words.A_LONG_NAME, "eu-west-1"),
        ("sso_region", "frankfurt", values_words.A_LONG_NAME, "eu-central-1"),
        ("sso_region", "São Paulo", values_words.A_LONG_NAME, "sa-east-1"),
        ("region", "us_east_1", values_words.A_MISWRITTEN_REGION, "us-east-1"),
        ("region", "us-east1", values_words.A_MISWRITTEN_REGION, "us-east-1"),
        ("region", "useast1", values_words.A_MISWRITTEN_REGION, "us-east-1"),
        ("region", "us east 1", values_words.A_MISWRITTEN_REGION, "us-east-1"),
        ("region", "somewhere else", values_words.NO_REGION, ""),
        ("region", "{region}", values_words.NO_REGION, ""),
        ("sso_account_id", "1111-2222-3333", values_words.MARKS_IN_ACCOUNT, "111122223333"),
        ("sso_account_id", "1111 2222 3333", values_words.MARKS_IN_ACCOUNT, "111122223333"),
        ("sso_account_id", '"111122223333"', values_words.IN_QUOTES, "111122223333"),
        ("sso_account_id", '"1111-2222-3333"', values_words.IN_QUOTES, "111122223333"),
        ("sso_account_id", "12345678901", values_words.OTHER_DIGITS, ""),
        ("sso_account_id", "1111222233334", values_words.OTHER_DIGITS, ""),
        ("sso_account_id", "production", values_words.NO_ACCOUNT, ""),
        ("sso_account_id", "arn:aws:iam::111122223333:root", values_words.NO_ACCOUNT, ""),
        ("sso_role_name", ROLE_ARN, values_words.AN_ARN, "Admin"),
        ("sso_role_name", "arn:aws:iam::111122223333:role/Admin", values_words.AN_ARN, "Admin"),
        ("sso_role_name", "arn:aws-us-gov:iam::111122223333:role/path/Admin", values_words.AN_ARN, "Admin"),
        ("sso_role_name", "arn:aws:sso:::permissionSet/ssoins-1/ps-2", values_words.AN_ARN_OF_NO_ROLE, ""),
        ("sso_role_name", IN_IAM, values_words.AN_IAM_ROLE, "Admin"),
        ("sso_role_name", "'Admin'", values_words.IN_QUOTES, "Admin"),
        (
            "sso_registration_scopes",
            "sso:account:access x:y",
            values_words.SCOPES_WITHOUT_COMMAS,
            "sso:account:access,x:y",
        ),
        ("sso_registration_scopes", '"sso:account:access"', values_words.IN_QUOTES, "sso:account:access"),
        ("sso_registration_scopes", "sso:account:access;x:y", values_words.NO_SCOPES, ""),
        ("sso_session", '"corp"', values_words.IN_QUOTES, "corp"),
        ("source_profile", "'dev'", values_words.IN_QUOTES, "dev"),
        ("output", '"json"', values_words.IN_QUOTES, "json"),
    ],
)
def test_what_cannot_be_meant_so_is_told_with_what_was_meant(key: str, value: str, words: object, right: str) -> None:
    assert wrong_with(key, value) == (words, right)
    assert right == "" or wrong_with(key, right) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(
            ("sso_start_url", url)
            for url in (
                URL,
                f"{URL}/",
                f"{URL}#/",
                f"{URL}/#",
                "HTTPS://d-1234567890.awsapps.com/start",
                "https://acme.awsapps.com",
                "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws",
                "https://ssoins-1234567890abcdef.eu-west-1.portal.amazonaws.com",
                "https://identitycenter.amazonaws.com/ssoins-1234567890abcdef",
                "https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/acme",
                "https://start.home.awsapps.cn/directory/acme",
                "https://aws.acme.example",
                f"{URL} # the portal",
                f"{URL} ; the portal",
                "http://127.0.0.1:4566/start",
                "",
            )
        ),
        *(
            (key, region)
            for key in ("region", "sso_region")
            for region in (
                *LONG_NAMES.values(),
                *("us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "xy-somewhere-7", "aws-global", "local"),
                *(
                    "us-east-1-fips",
                    "fips-us-gov-west-1",
                    "s3-external-1",
                    "auto",
                    "garage",
                    "US-EAST-1",
                    "us-east-1 # x",
                ),
            )
        ),
        ("sso_account_id", "012345678901"),
        ("sso_account_id", "111122223333 # prod"),
        *(("sso_role_name", name) for name in ("Admin", "AWS+Admin=,.@-_", "AWSReservedSSO_Admin", "x" * 32)),
        *(("sso_registration_scopes", each) for each in ("sso:account:access", "a:b, c:d", "a:b,c:d,", "*")),
        ("sso_session", "my corp"),
        ("sso_session", 'o"brien'),
        ("credential_process", '"/opt/my tool" --flag'),
        ("mfa_serial", '"x"'),
        ("s3", "\naddressing_style = path"),
    ],
)
def test_what_is_right_is_left_alone(key: str, value: str) -> None:
    assert wrong_with(key, value) is None


@given(st.sampled_from(["sso_start_url", "region", "sso_account_id", "sso_role_name", "sso_session"]), st.text())
def test_no_value_is_too_odd_to_be_judged(key: str, value: str) -> None:
    wrong = wrong_with(key, value)
    assert wrong is None or wrong.said(key, 1, "f").title


def test_every_region_is_known_by_the_name_that_botocore_has_for_it() -> None:
    partitions = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text("utf-8"))
    for partition in partitions["partitions"]:
        for code, region in partition["regions"].items():
            assert wrong_with("region", code) is None, code
            validate_region_name(code)
            if (name := region["description"]) in LONG_NAMES:
                assert code_of(name) == code_of(name.upper()) == code_of(name.replace("Europe", "EU")) == code
    assert set(LONG_NAMES) <= {
        region["description"] for partition in partitions["partitions"] for region in partition["regions"].values()
    }


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["sso_acount_id", "sso_role_name"], [("sso_acount_id", "sso_account_id")]),
        (["sso_account_ids"], [("sso_account_ids", "sso_account_id")]),
        (["sso_regoin"], [("sso_regoin", "sso_region")]),
        (["sso_sesion"], [("sso_sesion", "sso_session")]),
        (["sso_sesion", "sso_session"], []),
        (["sso-start-url"], [("sso-start-url", "sso_start_url")]),
        (["sso_starturl"], [("sso_starturl", "sso_start_url")]),
        (
            ["sso_session", "sso_account", "sso_role"],
            [("sso_account", "sso_account_id"), ("sso_role", "sso_role_name")],
        ),
        (["sso_session", "sso_role_arn"], [("sso_role_arn", "sso_role_name")]),
        (["regin"], [("regin", "region")]),
        (["ouput"], [("ouput", "output")]),
        (["source_profil", "role_arn"], [("source_profil", "source_profile")]),
        (["aws_secret_acess_key"], [("aws_secret_acess_key", "aws_secret_access_key")]),
        # Of other programs, or of no matter:
        (["granted_sso_start_url", "granted_sso_region", "granted_sso_account_id", "granted_sso_role_name"], []),
        (["sso_auto_populated", "sso_account_name", "sso_use_device_code", "sso_session"], []),
        (["role_name", "account", "session"], []),
        (["mfa_process", "parent_profile", "include_profile", "azure_tenant_id", "toolkit_artifact_guid", "color"], []),
    ],
)
def test_a_key_that_nobody_knows_is_told_with_the_one_that_was_meant(
    keys: list[str], found: list[tuple[str, str]]
) -> None:
    assert list(misspelt(keys, of_session=False)) == found


def test_keys_of_a_session_are_those_of_a_session() -> None:
    found = list(misspelt(["sso_registration_scope", "sso_url", "sso_acount_id", "ouput"], of_session=True))
    assert found == [("sso_registration_scope", "sso_registration_scopes"), ("sso_url", "sso_start_url")]


def test_no_key_that_botocore_knows_is_taken_for_a_slip() -> None:
    known = [name for name, *_ in BOTOCORE_DEFAUT_SESSION_VARIABLES.values() if isinstance(name, str)]
    assert len(known) > 20
    for key in known:
        assert list(misspelt([key], of_session=False)) == []


@pytest.mark.parametrize(
    ("typed", "bare"), [('"a"', "a"), ("a", "a"), ('"a', '"a'), ('"a" b', '"a" b'), ("``", ""), ('"a"b"', '"a"b"')]
)
def test_only_what_stands_around_the_whole_is_a_quotation_mark(typed: str, bare: str) -> None:
    assert without_quotes(typed) == bare


@pytest.mark.parametrize(
    ("typed", "scopes"),
    [("", ()), ("a:b", ("a:b",)), (" a:b, c:d ", ("a:b", "c:d")), ("a:b c:d", ("a:b", "c:d")), ("a;b", None)],
)
def test_scopes_are_read_as_they_are_typed(typed: str, scopes: tuple[str, ...] | None) -> None:
    assert scopes_in(typed) == scopes
