"""Where profiles get their credentials from."""

from __future__ import annotations

import pytest
from support.build import profile, sign_in, snapshot
from support.examined import HELD, PATHS, context, named

from tray.core.model import Kind
from tray.doctor.credentials import check
from tray.doctor.finding import Level

KEY = "AKIAIOSFODNN7EXAMPLE"  # the AWS documentation's own example
LEGACY = sign_in("https://a.awsapps.com/start", Kind.LEGACY, "https://a.awsapps.com/start")
ELSEWHERE = ", unless they come from the environment or the machine it runs on."


@pytest.mark.parametrize(
    ("given", "level", "name", "title", "hint"),
    [
        (
            context(config="[profile dev]\nsso_session = corp\n"),
            Level.PROBLEM,
            "no-credentials",
            "A sign-in, but no account and role is named in the profile dev, so there are no credentials",
            "Add sso_account_id and sso_role_name. “sso-tray setup” lists what you may use.",
        ),
        (
            context(snapshot(HELD, default_profile="default"), config="[default]\nregion = x\n"),
            Level.WARNING,
            "no-credentials",
            "The default profile names no source of credentials",
            f"Choose one that does with “sso-tray use”{ELSEWHERE}",
        ),
        (
            context(config="[profile dev]\nregion = x\n"),
            Level.WARNING,
            "no-credentials",
            "No source of credentials is named in the profile dev",
            f"Add what is missing with “sso-tray setup”{ELSEWHERE}",
        ),
        (
            context(config="[profile a]\n[profile b]\n[profile c]\n[profile d]\n"),
            Level.WARNING,
            "no-credentials",
            "No source of credentials is named in 4 profiles (a, b, c, …)",
            f"Add what is missing with “sso-tray setup”{ELSEWHERE}",
        ),
        (
            context(credentials=f"[ci]\naws_access_key_id = {KEY}\n"),
            Level.WARNING,
            "access-key",
            f"The profile ci has the access key AKIA…MPLE, which never expires, in {PATHS.aws_credentials}",
            (
                "A sign-in can replace it: add a profile with “sso-tray setup”, then remove the key here and deactivate"
                " it in IAM."
            ),
        ),
        (
            context(config=f"[profile ci]\naws_access_key_id = {KEY}\n"),
            Level.WARNING,
            "access-key",
            f"The profile ci has the access key AKIA…MPLE, which never expires, in {PATHS.aws_config}",
            (
                "A sign-in can replace it: add a profile with “sso-tray setup”, then remove the key here and deactivate"
                " it in IAM."
            ),
        ),
        (
            context(environ={"AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}),
            Level.WARNING,
            "access-key",
            "AWS_ACCESS_KEY_ID=ASIA…MPLE is set, and counts more than the default profile and AWS_PROFILE",
            "Unset it, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, where you want a profile to count.",
        ),
        (
            context(environ={"AWS_ACCESS_KEY_ID": "not-a-key"}),
            Level.WARNING,
            "access-key",
            "AWS_ACCESS_KEY_ID=… is set, and counts more than the default profile and AWS_PROFILE",
            "Unset it, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, where you want a profile to count.",
        ),
        (
            context(snapshot(sign_ins=(LEGACY,), profiles=(profile(of=LEGACY.name),))),
            Level.WARNING,
            "legacy",
            (
                "1 profile with the start URL https://a.awsapps.com/start and no sso-session: such a sign-in cannot be"
                " renewed, and ends after 8 hours at most"
            ),
            (
                "Add an [sso-session NAME] with sso_start_url, sso_region and sso_registration_scopes ="
                " sso:account:access; in the profiles, write sso_session = NAME in place of the first two; then"
                " log in again."
            ),
        ),
    ],
)
def test_a_finding_says_what_is_so_and_what_to_do(
    given: object, level: Level, name: str, title: str, hint: str
) -> None:
    (finding,) = check(given)  # type: ignore[arg-type]

    assert (finding.level, finding.name, finding.fix) == (level, name, None)
    assert (finding.message.title, finding.message.hint) == (title, hint)


def test_profiles_of_one_start_url_with_two_regions_are_told_by_region() -> None:
    regions = {"a": "us-east-1", "b": "eu-west-1", "c": "us-east-1"}
    users = tuple(profile(name, LEGACY.name, sso_region=region) for name, region in regions.items())

    legacy, regions_differ = check(context(snapshot(sign_ins=(LEGACY,), profiles=users)))

    assert legacy.message.title.startswith("3 profiles with the start URL ")
    assert (regions_differ.level, regions_differ.name) == (Level.WARNING, "two-regions")
    assert regions_differ.message.title == (
        "The start URL https://a.awsapps.com/start has 2 regions: us-east-1 for 2 profiles (a, c), eu-west-1 for the"
        " profile b"
    )
    assert regions_differ.message.hint == (
        "It has one token all the same, which is good in the region of the last login alone. Let sso_region be the same"
        " in all of them; where each is meant, give it an [sso-session NAME] and write sso_session = NAME in the"
        " profiles."
    )


def test_one_region_for_all_profiles_of_a_start_url_is_no_finding() -> None:
    users = tuple(profile(name, LEGACY.name, sso_region="eu-west-1") for name in "ab")

    assert named(check, context(snapshot(sign_ins=(LEGACY,), profiles=users))) == ["legacy"]


@pytest.mark.parametrize(
    "line",
    [
        "aws_access_key_id = ASIAIOSFODNN7EXAMPLE",
        "role_arn = x",
        "credential_process = x",
        "login_session = x",
        "sso_account_id = 1",
        "sso_role_name = x",
        "sso_start_url = x",
    ],
)
def test_a_profile_that_names_a_source_of_credentials_is_no_finding(line: str) -> None:
    assert named(check, context(config=f"[profile dev]\n{line}\n")) == []


def test_a_default_that_is_not_in_force_may_be_empty() -> None:
    assert named(check, context(config="[default]\nregion = x\n")) == []


def test_no_key_is_in_a_finding_as_a_whole() -> None:
    text = f"aws_access_key_id = {KEY}\naws_secret_access_key = s3cret\n"
    given = context(config=f"[profile a]\n{text}", credentials=f"[b]\n{text}", environ={"AWS_ACCESS_KEY_ID": KEY})

    shown = repr(list(check(given))) + repr(given)

    assert shown.count("AKIA…MPLE") == 3
    assert KEY not in shown
    assert "s3cret" not in shown
