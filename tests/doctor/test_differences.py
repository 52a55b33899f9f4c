"""What programs read differently in one config."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.configloader import load_config
from support.examined import PATHS, context

from tray.doctor.differences import check
from tray.doctor.finding import Level

KEYS = "aws_access_key_id = x\naws_secret_access_key = y\n"


@pytest.mark.parametrize(
    ("config", "name", "title", "hint"),
    [
        (
            "[profile dev]\n\nregion = x ; y\n",
            "inline-comment",
            f"Line 3 of {PATHS.aws_config}: the comment behind region counts as a part of its value",
            "Put the comment on a line of its own: the AWS CLI and boto3 know no comments behind a value.",
        ),
        (
            "[default]\nregion = x\n[profile default]\nregion = y\n",
            "two-defaults",
            "There are a [default] and a [profile default], and they differ",
            "Join them in [default]: the AWS CLI and boto3 use the last in the file, the JavaScript SDK the second.",
        ),
        (
            f"[profile dev]\n{KEYS}sso_account_id = 1\n",
            "keys-and-sso",
            "The profile dev has both access keys and SSO settings",
            "Remove the one or the other: the AWS CLI and boto3 use the sign-in, the JavaScript SDK the keys.",
        ),
        (
            f"[profile dev]\n{KEYS}sso_role_name = r\n",
            "keys-and-sso",
            "The profile dev has both access keys and SSO settings",
            "Remove the one or the other: the AWS CLI and boto3 use the sign-in, the JavaScript SDK the keys.",
        ),
        (
            '[profile "two words"]\n[profile ünï]\n[profile a@b/c.d:e%f+g-h_i]\n',
            "javascript-name",
            "The JavaScript SDK does not see 2 names of the config: “two words”, “ünï”",
            "If you use it, rename them: it knows letters of the alphabet, digits and _ - @ + . % : / only.",
        ),
        (
            '[sso-session ü]\n[profile "b c"]\n[profile "c d"]\n[profile "d e"]\n',
            "javascript-name",
            "The JavaScript SDK does not see 4 names of the config: “b c”, “c d”, “d e”, …",
            "If you use it, rename them: it knows letters of the alphabet, digits and _ - @ + . % : / only.",
        ),
        (
            '[sso-session "my corp"]\nsso_region = us-east-1\n',
            "session-name",
            "1 sso-session has a name with blanks: “my corp”",
            (
                "The AWS CLI and boto3 read it; the SDKs for JavaScript, Go, Java and .NET do not. If you use one of"
                " these, write the name without blanks, here and behind sso_session in the profiles, then log in again."
            ),
        ),
    ],
)
def test_a_difference_says_which_program_does_what(config: str, name: str, title: str, hint: str) -> None:
    (finding,) = check(context(config=config))

    assert (finding.level, finding.name, finding.fix) == (Level.WARNING, name, None)
    assert (finding.message.title, finding.message.hint) == (title, hint)


@pytest.mark.parametrize(
    "config",
    [
        "[default]\nregion = x\n[profile default]\nregion = x\n",
        "[default]\nregion = x\n[profile dev]\nregion = y\n",
        f"[profile dev]\n{KEYS}region = x\n",
        "[profile dev]\nsso_session = x\nsso_account_id = 1\n",
    ],
)
def test_what_every_program_reads_alike_is_no_finding(config: str) -> None:
    assert list(check(context(config=config))) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("region = eu-west-1 ; Dublin", True),
        ("region = eu-west-1 # Dublin", True),
        ("region = eu-west-1#x", False),
        ("sso_start_url = https://a.awsapps.com/start#/", False),
        ("credential_process = a ; b", False),
        ("region = ; x", False),
    ],
)
def test_a_comment_is_a_part_of_the_value_for_botocore(tmp_path: Path, line: str, found: bool) -> None:
    text = f"[profile dev]\n{line}\n"

    assert found == bool(list(check(context(config=text))))
    if found:
        config = tmp_path / "config"
        config.write_text(text)
        assert "Dublin" in str(load_config(str(config))["profiles"]["dev"])


def test_a_comment_in_the_credentials_file_is_told_with_that_file_and_without_the_value() -> None:
    (finding,) = check(context(credentials="[ci]\naws_secret_access_key = s3cret # mine\n"))

    assert finding.message.title.startswith(
        f"Line 2 of {PATHS.aws_credentials}: the comment behind aws_secret_access_key "
    )
    assert "s3cret" not in repr(finding)
