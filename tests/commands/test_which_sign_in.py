"""Which sign-in a command is about."""

from __future__ import annotations

from typing import Any

import pytest
from support.build import profile, sign_in, snapshot

from tray.commands.which_sign_in import choose_profile, choose_sign_in
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.message import Message
from tray.core.model import Kind, Profile

URL = "https://d-1234567890.awsapps.com/start"
ELSEWHERE = "https://corp.awsapps.com/start"
SEVERAL: dict[str, Any] = {
    "sign_ins": (
        sign_in("corp", start_url=ELSEWHERE),
        sign_in("lab", start_url=ELSEWHERE),
        sign_in(URL, Kind.LEGACY, URL),
    ),
    "profiles": (profile("dev", "corp"), profile("play", "lab"), profile("old", URL), profile("keys", None)),
}


@pytest.mark.parametrize(
    ("name", "of_profile", "default", "environment", "expected"),
    [
        ("lab", None, "dev", None, "lab"),
        (URL, None, "dev", None, URL),
        (None, "play", "dev", None, "lab"),
        (None, None, "dev", None, "corp"),
        (None, None, "dev", "play", "lab"),
        ("lab", "play", "dev", None, "lab"),
        ("play", None, "dev", None, "lab"),
        ("old", None, "dev", None, URL),
        ("play", "play", "dev", None, "lab"),
        ("default", None, "play", None, "lab"),
        ("play", "default", "play", None, "lab"),
        (f"{URL}/#/?tab=accounts", None, "dev", None, URL),
        (None, "default", "play", None, "lab"),
    ],
)
def test_a_sign_in_is_chosen_by_name_by_profile_or_by_default(
    name: str | None, of_profile: str | None, default: str, environment: str | None, expected: str
) -> None:
    seen = snapshot(**SEVERAL, default_profile=default, environment_profile=environment)

    assert expected == choose_sign_in(seen, name, of_profile).name


def test_the_only_sign_in_needs_no_naming() -> None:
    assert choose_sign_in(snapshot(default_profile=None), None, None).name == "corp"


@pytest.mark.parametrize(
    ("name", "of_profile", "changes", "title"),
    [
        ("gone", None, {}, "There is no sign-in “gone”."),
        (None, "gone", {}, "There is no profile “gone”."),
        ("keys", None, {}, "Profile “keys” does not sign in through IAM Identity Center."),
        (None, "keys", {}, "Profile “keys” does not sign in through IAM Identity Center."),
        (None, None, {"default_profile": None}, "There are several sign-ins, and no default profile chooses one."),
        (None, None, {"environment_profile": "gone"}, "There is no profile “gone”."),
        (None, None, {"sign_ins": (), "profiles": (), "default_profile": None}, "No AWS sign-in is set up"),
    ],
)
def test_a_choice_that_cannot_be_made_says_why(
    name: str | None, of_profile: str | None, changes: dict[str, object], title: str
) -> None:
    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(**(SEVERAL | changes)), name, of_profile)

    assert title == raised.value.title
    assert raised.value.hint


@pytest.mark.parametrize(
    ("name", "of_profile", "active", "region"),
    [
        (None, "a", "dev", "us-east-1"),
        (None, "b", "dev", "ap-south-1"),
        (URL, "b", "dev", "ap-south-1"),
        (None, None, "b", "ap-south-1"),
        (URL, None, "dev", "eu-west-1"),
        (None, "dev", "b", "eu-west-1"),
    ],
)
def test_a_profile_gives_the_region_in_which_a_start_url_is_signed_in_to(
    name: str | None, of_profile: str | None, active: str, region: str
) -> None:
    of_url = (profile("a", URL, sso_region="us-east-1"), profile("b", URL, sso_region="ap-south-1"))
    seen = snapshot(**SEVERAL | {"profiles": (profile("dev"), *of_url)}, default_profile=active)

    assert region == choose_sign_in(seen, name, of_profile).region


def test_a_name_and_a_profile_that_contradict_each_other_are_a_usage_problem() -> None:
    with pytest.raises(UsageProblem):
        choose_sign_in(snapshot(**SEVERAL), "corp", "play")


def test_a_sign_in_that_the_config_spoils_is_explained_by_its_own_problem() -> None:
    problem = Message("The sso-session “gone” has no sso_region.", "Add it.")

    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(**SEVERAL, problems=(problem,)), "gone", None)

    assert (problem.title, problem.hint) == (raised.value.title, raised.value.hint)


def test_a_profile_that_is_missing_names_those_that_are_there() -> None:
    with pytest.raises(ConfigProblem) as raised:
        choose_profile(snapshot(**SEVERAL), "gone")

    assert "dev, play, old, keys" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("crop", "Did you mean “corp”? “sso-tray status” lists the sign-ins."),
        ("CORP", "Did you mean “corp”? “sso-tray status” lists the sign-ins."),
        ("lap", "Did you mean “lab”? “sso-tray status” lists the sign-ins."),
        ("ploy", "Did you mean “play”? “sso-tray status” lists the sign-ins."),
        ("key", "Known sign-ins: corp, lab, https://d-1234567890.awsapps.com/start."),
        (f"{ELSEWHERE}/", "Did you mean “corp” or “lab”? “sso-tray status” lists the sign-ins."),
        ("https://d-1234567891.awsapps.com/start", f"Did you mean “{URL}”? “sso-tray status” lists the sign-ins."),
    ],
)
def test_a_mistyped_sign_in_is_answered_with_those_that_may_have_been_meant(name: str, hint: str) -> None:
    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(**SEVERAL), name, None)

    assert (raised.value.title, raised.value.hint) == (f"There is no sign-in “{name}”.", hint)


def test_a_mistyped_profile_is_answered_with_those_that_may_have_been_meant() -> None:
    with pytest.raises(ConfigProblem) as raised:
        choose_profile(snapshot(**SEVERAL), "key")

    assert raised.value.hint == "Did you mean “keys”? “sso-tray profiles” lists them all."


def test_of_many_names_none_of_which_is_like_the_one_that_was_typed_some_are_listed() -> None:
    many = tuple(sign_in(f"sign-in-{number}") for number in range(40))

    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(sign_ins=many, profiles=()), "quite another", None)

    assert raised.value.hint.endswith("sign-in-10, sign-in-11, ….")


def test_a_problem_that_only_holds_the_letters_of_a_name_does_not_explain_it() -> None:
    problem = Message("AWS_PROFILE=old is set and overrides the default profile", "Unset it.")

    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(**SEVERAL, problems=(problem,)), "over", None)

    assert raised.value.title == "There is no sign-in “over”."


@pytest.mark.parametrize(("name", "of_profile"), [("vault", None), (None, "vault")])
def test_a_profile_whose_sign_in_is_another_programs_is_told_whose(name: str | None, of_profile: str | None) -> None:
    vault = Profile("vault", program="aws-vault")

    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(**SEVERAL | {"profiles": (vault,)}), name, of_profile)

    assert raised.value.title == "The profile vault gets its credentials from aws-vault"
    assert "the job of aws-vault" in raised.value.hint


def test_where_no_sign_in_is_set_up_what_is_known_of_that_is_said() -> None:
    known = Message("The profile dev gets its credentials from aws-vault", "To sign in is its job.")

    with pytest.raises(ConfigProblem) as raised:
        choose_sign_in(snapshot(sign_ins=(), profiles=(), default_profile=None, without_sign_in=known), None, None)

    assert raised.value.message == known
