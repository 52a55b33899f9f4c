"""Naming and planning: names that every AWS program reads, each once, and files that say exactly what was picked."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import load_config
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st
from support.documents import full_of, sections_of
from support.examples import examples
from support.ini_texts import HEADERS, config_texts

from tray.aws.api.accounts import Account
from tray.aws.config.files import encode
from tray.aws.config.new_profiles import Wanted, add_profiles, plan_profiles
from tray.aws.config.profile_names import Pick, check_pattern, name_accounts
from tray.core.errors import AnswerProblem, ConfigProblem
from tray.core.model import Kind, SignIn

URL = "https://d-1234567890.awsapps.com/start"
CORP = SignIn("corp", Kind.SSO_SESSION, URL, "eu-west-1", ("sso:account:access",))
READABLE = re.compile(r"[A-Za-z0-9_\-@+.%:/]+")  # by the JavaScript SDK (docs/facts: Config names)

ACCOUNTS = (
    Account("111122223333", "Acme Dev", ("Admin", "ReadOnly")),
    Account("444455556666", "prod", ("Admin", "ReadOnly")),
    Account("777788889999", "prod", ("Admin",)),
)


def wanted(*picks: tuple[str, str], pattern: str = "{role}-{account_name}", **changes: object) -> Wanted:
    usual: dict[str, Any] = {"sign_in": CORP, "account_names": name_accounts(ACCOUNTS), "region": "us-east-2"}
    return Wanted(picks=tuple(Pick(*pick) for pick in picks), pattern=pattern, **(usual | changes))


def added(text: str, asked: Wanted) -> str:
    full = full_of(text)
    add_profiles(full, asked, plan_profiles(full, asked))
    return full.document.text


def names(asked: Wanted, text: str = "") -> list[str]:
    return [profile.name for profile in plan_profiles(full_of(text), asked).profiles]


EVERY = tuple((account.account_id, role) for account in ACCOUNTS for role in account.roles)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            "{role}-{account_name}",
            (
                "Admin-Acme-Dev ReadOnly-Acme-Dev Admin-prod-444455556666 "
                "ReadOnly-prod-444455556666 Admin-prod-777788889999"
            ),
        ),
        (
            "{account_name}",
            "Acme-Dev-Admin Acme-Dev-ReadOnly prod-444455556666-Admin prod-444455556666-ReadOnly prod-777788889999",
        ),
        (
            "{session}/{account_id}.{role}",
            (
                "corp/111122223333.Admin corp/111122223333.ReadOnly corp/444455556666.Admin "
                "corp/444455556666.ReadOnly corp/777788889999.Admin"
            ),
        ),
        (
            "{role}",
            (
                "Admin-Acme-Dev ReadOnly-Acme-Dev Admin-prod-444455556666 "
                "ReadOnly-prod-444455556666 Admin-prod-777788889999"
            ),
        ),
        (
            "my aws",
            (
                "my-aws-Admin-Acme-Dev my-aws-ReadOnly-Acme-Dev my-aws-Admin-prod-444455556666 "
                "my-aws-ReadOnly-prod-444455556666 my-aws-Admin-prod-777788889999"
            ),
        ),
    ],
)
def test_names_follow_the_pattern_and_say_more_where_they_would_not_be_unique(pattern: str, expected: str) -> None:
    assert names(wanted(*EVERY, pattern=pattern)) == expected.split()


def test_one_pick_may_be_named_outright() -> None:
    assert names(wanted(EVERY[0], pattern="work")) == ["work"]


def test_a_name_that_is_taken_gets_the_session_then_a_number() -> None:
    text = "[profile Admin-Acme-Dev]\nregion = x\n"
    assert names(wanted(EVERY[0]), text) == ["Admin-Acme-Dev-corp"]
    text += "[profile Admin-Acme-Dev-corp]\nregion = x\n"
    assert names(wanted(EVERY[0]), text) == ["Admin-Acme-Dev-corp-2"]


def problems(asked: Wanted, text: str = "") -> dict[str, str]:
    """The titles of what is wrong with names, by name."""
    planned = plan_profiles(full_of(text), asked).profiles
    return {profile.name: profile.problem.title for profile in planned if profile.problem is not None}


def test_names_can_be_in_lower_case_and_stay_unique() -> None:
    accounts = name_accounts([Account("111122223333", "Dev", ()), Account("444455556666", "dev", ())])
    asked = wanted(
        ("111122223333", "R"), ("444455556666", "R"), ("111122223333", "r"), lower_case=True, account_names=accounts
    )
    found = names(asked)
    assert found == [name.lower() for name in found]
    assert len(set(found)) == 3
    assert names(wanted(EVERY[0], lower_case=True)) == ["admin-acme-dev"]


def test_a_name_that_somebody_chose_counts_and_changes_no_other() -> None:
    chosen = {Pick(*EVERY[0]): " dev ", Pick("999999999999", "Gone"): "x"}
    asked = wanted(*EVERY, names=chosen)
    assert names(asked) == ["dev", *names(wanted(*EVERY))[1:]]
    assert problems(asked) == {}
    assert "[profile dev]\n# sso-tray: set up as dev (" in added("", asked)


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ("", "A profile needs a name"),
        ("my dev", "“my dev” cannot be a name: some AWS programs could not read it"),
        ("déjà", "“déjà” cannot be a name: some AWS programs could not read it"),
        ("\u202evil", "“ vil” cannot be a name: some AWS programs could not read it"),
        ("<b>", "“<b>” cannot be a name: some AWS programs could not read it"),
        ("x]\n[default", "“x] [default” cannot be a name: some AWS programs could not read it"),
        ("default", "There is a profile “default” already"),
        ("mine", "There is a profile “mine” already"),
        ("ReadOnly-Acme-Dev", "Another of these profiles is called “ReadOnly-Acme-Dev”, too"),
    ],
)
def test_a_name_that_cannot_be_used_is_told_and_never_written(chosen: str, problem: str) -> None:
    text = "[profile mine]\nregion = x\n"
    asked = wanted(*EVERY, names={Pick(*EVERY[0]): chosen})
    assert problems(asked, text)[chosen] == problem
    with pytest.raises(AnswerProblem) as raised:
        added(text, asked)
    assert (raised.value.answer, raised.value.title) == ("names", problem)


def test_two_that_are_given_the_same_name_are_both_told_of() -> None:
    asked = wanted(*EVERY, names={Pick(*EVERY[0]): "dev", Pick(*EVERY[1]): "dev"})
    planned = plan_profiles(full_of(""), asked).profiles
    assert [profile.problem is not None for profile in planned] == [True, True, False, False, False]


def test_names_may_change_places() -> None:
    first, second = names(wanted(*EVERY[:2]))
    asked = wanted(*EVERY[:2], names={Pick(*EVERY[0]): second, Pick(*EVERY[1]): first})
    assert names(asked) == [second, first]
    assert problems(asked) == {}


def test_no_profile_is_ever_named_default() -> None:
    assert names(wanted(EVERY[0], pattern="default")) == ["default-Admin"]


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("Café & Söhne (EU)", "R-Cafe-Sohne-EU"),
        ("日本", "R-111122223333"),
        ("--", "R-111122223333"),
        ("]\n[profile x", "R-profile-x"),
        ("{role}", "R-role"),
        ("a/b:c@d%e+f", "R-a/b:c@d%e+f"),
    ],
)
def test_what_a_name_may_not_hold_is_replaced(account: str, expected: str) -> None:
    accounts = name_accounts([Account("111122223333", account, ("R",))])
    [name] = names(wanted(("111122223333", "R"), account_names=accounts))
    assert name == expected
    assert READABLE.fullmatch(name)


@pytest.mark.parametrize(
    "pattern", ["{user}", "{role", "role}", "{{role}}", "{role!r}", "{role:>9}", "{}", "", "-", "("]
)
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(AnswerProblem) as raised:
        check_pattern(pattern)
    assert raised.value.answer == "name_pattern"
    assert raised.value.exit_code == 2


def test_the_sections_are_those_that_the_aws_cli_writes() -> None:
    assert added("", wanted(EVERY[0])) == (
        "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_registration_scopes = sso:account:access\n\n"
        "[profile Admin-Acme-Dev]\n# sso-tray: set up as Admin-Acme-Dev by {role}-{account_name} (1a60381e)\n"
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
        "region = us-east-2\n"
    )


def test_new_sections_take_the_style_of_the_file() -> None:
    text = "[profile a]\r\nregion=x"
    result = added(text, wanted(*EVERY[:2]))
    assert result.startswith(text)
    assert "\n" not in result.replace("\r\n", "")
    assert " = " not in result
    assert result.endswith(
        "[profile ReadOnly-Acme-Dev]\r\n# sso-tray: set up as ReadOnly-Acme-Dev by {role}-{account_name} (331b781b)\r\n"
        "sso_session=corp\r\nsso_account_id=111122223333\r\n"
        "sso_role_name=ReadOnly\r\nregion=us-east-2\r\n"
    )


def test_a_session_that_is_half_written_is_completed_where_it_stands() -> None:
    text = '# mine\n[sso-session "corp"]\nsso_start_url=https://d-1234567890.awsapps.com/start/#/\n\n[profile z]\n'
    result = added(text, wanted(EVERY[0]))
    assert result.startswith(
        '# mine\n[sso-session "corp"]\nsso_start_url=https://d-1234567890.awsapps.com/start/#/\nsso_region=eu-west-1\n'
        "sso_registration_scopes=sso:account:access\n\n[profile z]\n"
    )
    assert len(full_of(result).sso_sessions) == 1


@pytest.mark.parametrize("line", ["sso_start_url = https://other.awsapps.com/start", "sso_region = us-west-1"])
def test_a_session_that_became_another_one_meanwhile_is_not_used(line: str) -> None:
    with pytest.raises(ConfigProblem):
        plan_profiles(full_of(f"[sso-session corp]\n{line}\n"), wanted(EVERY[0]))


def test_what_is_there_already_is_kept_under_its_own_name_and_a_copy_in_default_does_not_hide_it() -> None:
    settings_of = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
    text = f"[default]\n{settings_of}[profile mine]\n{settings_of}"
    plan = plan_profiles(full_of(text), wanted(*EVERY[:2]))
    assert plan.kept == ("mine",)
    assert [profile.role for profile in plan.profiles] == ["ReadOnly"]
    assert plan_profiles(full_of(f"[default]\n{settings_of}"), wanted(EVERY[0])).kept == ("default",)


PORTAL = "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\n"
ADMIN = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
GRANTED = (
    f"[profile g]\ngranted_sso_start_url = {URL}\ngranted_sso_region = eu-west-1\ngranted_sso_role_name = Admin\n"
    "granted_sso_account_id = 111122223333\ncredential_process = granted credential-process --profile g\n"
)
OURS = "credential_process = sso-tray credentials {} --format process\n"


@pytest.mark.parametrize(
    ("profiles", "kept"),
    [
        (f"[profile tool]\n{OURS.format('mine')}[profile mine]\n{ADMIN}", "mine"),
        (f"[profile both]\n{OURS.format('both')}{ADMIN}", "both"),
        (GRANTED, "g"),
        (f"[default]\n{OURS.format('g')}[profile tool]\n{OURS.format('g')}{GRANTED}", "tool"),
        (f"[profile tool]\n{OURS.format('gone')}", None),
        (f"[profile tool]\n{OURS.format('tool')}", None),
    ],
)
def test_what_a_profile_gives_by_its_process_is_not_proposed_again(profiles: str, kept: str | None) -> None:
    plan = plan_profiles(full_of(PORTAL + profiles), wanted(EVERY[0]))
    assert plan.kept == ((kept,) if kept else ())
    assert len(plan.profiles) == (0 if kept else 1)


def test_the_same_role_of_another_sign_in_is_another_profile() -> None:
    text = "[profile Admin-Acme-Dev]\nsso_session = lab\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
    plan = plan_profiles(full_of(text), wanted(EVERY[0]))
    assert plan.kept == ()
    assert [profile.name for profile in plan.profiles] == ["Admin-Acme-Dev-corp"]


_account_names = st.text(max_size=12) | st.sampled_from(
    ["prod", "dev", "prod ", "[x]", "a=b", "default", "%(x)s", "日本"]
)
_roles = st.from_regex(r"[\w+=,.@-]{1,10}", fullmatch=True).filter(str.isascii) | st.sampled_from(
    ["Admin", "A=B", "A,B"]
)
_patterns = st.sampled_from(
    [
        "{role}-{account_name}",
        "{account_name}",
        "{role}",
        "{account_id}",
        "{session}",
        "x",
        "{session}.{role}",
        "default",
    ]
)
_directories = st.lists(
    st.tuples(_account_names, st.lists(_roles, min_size=1, max_size=4, unique=True)), min_size=1, max_size=6
).map(
    lambda found: tuple(
        Account(f"{number:012}", name or "x", tuple(roles)) for number, (name, roles) in enumerate(found)
    )
)
_SOUND_HEADERS = [header for header in HEADERS if header != "DEFAULT"]


def botocore_reads(folder: Path, text: str) -> dict[str, dict[str, dict[str, str]]]:
    file = folder / "config"
    file.write_bytes(encode(text))
    full = load_config(str(file))
    return {"profiles": full["profiles"], "sso_sessions": full.get("sso_sessions", {})}


# An imagined file that botocore refuses says nothing here.
@examples(60, suppress_health_check=[HealthCheck.filter_too_much])
@given(config_texts(headers=_SOUND_HEADERS, sound=True), _directories, _patterns, st.randoms(use_true_random=False))
def test_botocore_reads_exactly_what_was_picked_and_a_second_run_adds_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    text: str,
    directory: tuple[Account, ...],
    pattern: str,
    chance: random.Random,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        full = full_of(text)
    except ConfigProblem:
        assume(False)
    picks = [(account.account_id, role) for account in directory for role in account.roles]
    asked = wanted(*picks, pattern=pattern, account_names=name_accounts(directory))

    plan = plan_profiles(full, asked)
    headers = add_profiles(full, asked, plan)
    result = full.document.text

    before, after = botocore_reads(folder, text), botocore_reads(folder, result)
    assert result.startswith(text)
    assert after["sso_sessions"] == before["sso_sessions"] | {
        "corp": {"sso_start_url": URL, "sso_region": "eu-west-1", "sso_registration_scopes": "sso:account:access"}
    }
    assert after["profiles"] == before["profiles"] | {
        profile.name: {
            "sso_session": "corp",
            "sso_account_id": profile.account_id,
            "sso_role_name": profile.role,
            "region": "us-east-2",
        }
        for profile in plan.profiles
    }
    assert len(after["profiles"]) == len(before["profiles"]) + len(picks)
    assert sorted((profile.account_id, profile.role) for profile in plan.profiles) == sorted(picks)
    assert all(READABLE.fullmatch(profile.name) for profile in plan.profiles)

    again = plan_profiles(full_of(result), asked)
    assert again.empty
    assert len(again.kept) == len(picks)
    assert added(result, asked) == result
    assert headers == {each.header for each in sections_of(result)} - {each.header for each in sections_of(text)}

    shuffled = list(picks)
    chance.shuffle(shuffled)
    other = plan_profiles(full, wanted(*shuffled, pattern=pattern, account_names=name_accounts(directory)))
    assert set(other.profiles) == set(plan.profiles)


def test_thousands_of_profiles_take_no_time_to_speak_of() -> None:
    directory = [Account(f"{number:012}", f"account-{number}", ("A", "B", "C", "D")) for number in range(2500)]
    picks = [(account.account_id, role) for account in directory for role in account.roles]
    began = time.process_time()
    result = added("[profile a]\nregion = x\n", wanted(*picks, account_names=name_accounts(directory)))
    assert len(full_of(result).profiles) == 10_001
    assert time.process_time() - began < 15  # about 1 s; minutes where each section costs as much as the file


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("[profile old]\nsso_session = corp\nca_bundle = /a.pem\nuse_fips_endpoint = true\n", True),
        ("[profile other]\nca_bundle = /a.pem\nendpoint_url = http://x\n", True),
        ("[default]\nca_bundle = /a.pem\nendpoint_url = http://x\n", True),
        ("[profile old]\nsso_session = corp\n[default]\nca_bundle = /a.pem\n", False),
        ("[profile old]\nsso_session = corp\nca_bundle = /a.pem\n[profile new]\nsso_session = corp\n", False),
    ],
)
def test_new_profiles_reach_aws_as_the_others_do(before: str, said: bool) -> None:
    session = f"[sso-session corp]\nsso_start_url = {URL}\nsso_region = eu-west-1\n"
    new = added(session + before, wanted(("111122223333", "Admin"))).removeprefix(session + before)

    assert ("ca_bundle = /a.pem\n" in new) is said
    assert ("use_fips_endpoint = true\n" in new) is ("use_fips_endpoint" in before)
    assert "endpoint_url" not in new
