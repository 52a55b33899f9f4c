"""What is said of names: of one that is not there, of several at once, and of profiles whose sign-in is others' job."""

from __future__ import annotations

import pytest
from support.build import sign_in

from tray.core import start_url
from tray.core.words import config, mistyped, names

MANY = [f"account-{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("said", "title", "hint"),
    [
        (
            mistyped.no_such_sign_in("crop", ["corp", "lab"], ["dev"]),
            "There is no sign-in “crop”.",
            "Did you mean “corp”? “sso-tray status” lists the sign-ins.",
        ),
        (
            mistyped.no_such_sign_in("de", ["corp"], ["dev"]),
            "There is no sign-in “de”.",
            "Did you mean “dev”? “sso-tray status” lists the sign-ins.",
        ),
        (
            mistyped.no_such_sign_in("acme", ["corp", "lab"], same=["corp", "lab"]),
            "There is no sign-in “acme”.",
            "Did you mean “corp” or “lab”? “sso-tray status” lists the sign-ins.",
        ),
        (
            mistyped.no_such_sign_in("x", ["corp", "lab"]),
            "There is no sign-in “x”.",
            "Known sign-ins: corp, lab.",
        ),
        (
            mistyped.no_such_sign_in("x", []),
            "There is no sign-in “x”.",
            "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup",
        ),
        (
            mistyped.no_such_profile("prd", ["prod", "dev"]),
            "There is no profile “prd”.",
            "Did you mean “prod”? “sso-tray profiles” lists them all.",
        ),
        (
            mistyped.no_such_profile("quite another", MANY),
            "There is no profile “quite another”.",
            f"Known profiles: {', '.join(MANY[:12])}, ….",
        ),
        (
            mistyped.no_such_profile("x", []),
            "There is no profile “x”.",
            "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup",
        ),
        (
            mistyped.no_such_command("stauts", ["status", "login"]),
            "There is no command “stauts”.",
            "Did you mean “status”? “sso-tray --help” lists the commands.",
        ),
        (
            mistyped.no_such_command("x", ["status", "login"]),
            "There is no command “x”.",
            "“sso-tray --help” lists the commands.",
        ),
    ],
)
def test_a_name_that_is_not_there_is_answered_by_what_may_be_meant(said, title: str, hint: str) -> None:
    assert (said.title, said.hint) == (title, hint)


def test_of_many_names_the_first_three_are_told() -> None:
    assert names.profiles(["dev"]) == "the profile dev"
    assert names.profiles(["a", "b", "c", "d"]) == "4 profiles (a, b, c, …)"
    assert names.listed([sign_in(name) for name in "abcde"]) == "a, b, c, 2 more"
    assert names.listed([sign_in(name) for name in "ab"]) == "a, b"


@pytest.mark.parametrize(
    ("in_turn", "by_process", "title"),
    [
        (["a"], False, "The profile a takes its credentials from itself"),
        (["a"], True, "The credential_process of the profile a asks for that profile itself"),
        (["c", "a", "b"], False, "Profiles take their credentials from each other: a, b, c"),
        (["c", "a", "b"], True, "Profiles ask for each other's credentials: a, b, c"),
        (["e", "a", "b", "c", "d"], False, "Profiles take their credentials from each other: a, b, c, …"),
    ],
)
def test_profiles_that_lead_to_each_other_are_named_from_the_first(
    in_turn: list[str], by_process: bool, title: str
) -> None:
    assert config.source_loop(in_turn, by_process=by_process).title == title


def test_profiles_that_others_sign_in_for_are_named_with_their_program() -> None:
    assert config.by_programs({}) is None
    one = config.by_programs({"dev": "granted"})
    assert one is not None
    assert one.title == "The profile dev gets its credentials from granted"
    several = config.by_programs({"dev": "granted", "prod": "granted", "lab": "aws-vault"})
    assert several is not None
    assert several.title == "3 profiles (dev, prod, lab) get their credentials from granted, aws-vault"


@pytest.mark.parametrize(
    ("url", "dual_stack"),
    [
        ("https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws", True),
        ("https://d-1234567890.awsapps.com/start", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_portal_of_both_kinds_of_addresses_is_known_by_its_host(url: str, dual_stack: bool) -> None:
    assert start_url.is_dual_stack(url) is dual_stack


@pytest.mark.parametrize(
    ("host", "of_aws"), [("d-1.awsapps.com", True), ("awsapps.com.evil.example", False), ("", False)]
)
def test_a_host_of_aws_is_known_by_its_end(host: str, of_aws: bool) -> None:
    assert start_url.is_of_aws(host) is of_aws
