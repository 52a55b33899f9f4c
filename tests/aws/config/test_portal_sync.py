"""Profiles and portal are compared, and only what was picked is changed: nobody else's bytes, and nothing twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from support.documents import full_of, sections_of, with_default
from support.examples import examples
from support.ini_texts import HEADERS, config_texts, locale_encoding

from tray.aws.api.accounts import Account
from tray.aws.config.default_copy import copied_profile, kept_copy
from tray.aws.config.differences import COMMENT, NAME, Change, Differences, Kind, Obstacle, Offer
from tray.aws.config.document import Document
from tray.aws.config.files import FullConfig, combine, parse
from tray.aws.config.new_profiles import Wanted, add_profiles, plan_profiles
from tray.aws.config.portal_sync import carry_out, compare, named_already
from tray.aws.config.profile_names import DEFAULT_PATTERN, Pattern, Pick, came_of, comes_of, name_accounts, name_picks
from tray.aws.config.set_up_marks import MARK, find_ours, mark_of
from tray.core.errors import ConfigProblem
from tray.core.model import Kind as SignInKind
from tray.core.model import SignIn

URL = "https://d-1234567890.awsapps.com/start"
CORP = SignIn("corp", SignInKind.SSO_SESSION, URL, "eu-west-1", ("sso:account:access",))
DEV, PROD = "111122223333", "444455556666"
ORGANISATION = (Account(DEV, "Acme Dev", ("Admin", "ReadOnly")), Account(PROD, "prod", ("Admin",)))


def picks(accounts: Iterable[Account]) -> tuple[Pick, ...]:
    return tuple(Pick(account.account_id, role) for account in accounts for role in account.roles)


def set_up(accounts: Collection[Account] = ORGANISATION, text: str = "", **changes: Any) -> str:
    """A config after a set-up that was asked for every role."""
    usual: dict[str, Any] = {
        "sign_in": CORP,
        "picks": picks(accounts),
        "account_names": name_accounts(accounts),
        "pattern": DEFAULT_PATTERN,
        "region": "eu-west-1",
    }
    wanted = Wanted(**(usual | changes))
    full = full_of(text)
    add_profiles(full, wanted, plan_profiles(full, wanted))
    return full.document.text


def offer(accounts: Collection[Account], *, old: Collection[Pick] = (), **changes: Any) -> Offer:
    offered = picks(accounts)
    new = frozenset(offered) - frozenset(old)
    usual: dict[str, Any] = {"sign_in": CORP, "picks": offered, "account_names": name_accounts(accounts), "new": new}
    return Offer(**(usual | changes))


def found(text: str, asked: Offer, credentials: str = "") -> Differences:
    return compare(full(text, credentials), asked)


def full(text: str, credentials: str = "") -> FullConfig:
    return combine(parse(text, "config"), parse(credentials, "credentials").settings())


def carried_out(text: str, asked: Offer, picked: Collection[Change] | None = None) -> str:
    """The text after these changes, or all; what was not touched is proven to say what it said."""
    config = full_of(text)
    differences = compare(config, asked)
    said = config.document.settings()
    touched = carry_out(config, asked, differences.region, differences.changes if picked is None else picked)
    written = Document(config.document.text).settings()
    assert {header for header in said.keys() | written.keys() if said.get(header) != written.get(header)} <= touched
    return config.document.text


def shown(differences: Differences) -> list[str]:
    return [" ".join(filter(None, (each.kind, each.profile, each.new_name))) for each in differences.changes]


def section(text: str, header: str) -> str:
    return next(each.text for each in sections_of(text) if each.header == header)


RENAMED = (Account(DEV, "Acme Development", ("Admin", "ReadOnly")), ORGANISATION[1])


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        (ORGANISATION, []),
        (
            RENAMED,
            ["rename Admin-Acme-Dev Admin-Acme-Development", "rename ReadOnly-Acme-Dev ReadOnly-Acme-Development"],
        ),
        ((Account(DEV, "Acme Dev", ("Admin",)), ORGANISATION[1]), ["remove ReadOnly-Acme-Dev"]),
        ((ORGANISATION[0],), ["remove Admin-prod"]),
        ((*ORGANISATION, Account("777788889999", "lab", ("Admin",))), ["add Admin-lab"]),
        ((*ORGANISATION, Account("777788889999", "prod", ("Admin",))), ["add Admin-prod-777788889999"]),
        ((ORGANISATION[0], Account(PROD, "prod", ("Admin", "Audit"))), ["add Audit-prod"]),
        (
            (Account(DEV, "prod", ("Admin", "ReadOnly")), Account(PROD, "Acme Dev", ("Admin",))),
            [
                "rename Admin-Acme-Dev Admin-prod",
                "rename ReadOnly-Acme-Dev ReadOnly-prod",
                "rename Admin-prod Admin-Acme-Dev",
            ],
        ),
    ],
    ids=["same", "account renamed", "role went", "account went", "account came", "name twice", "role came", "swapped"],
)
def test_what_came_went_and_was_renamed_is_found_and_not_found_again_once_it_was_done(
    accounts: tuple[Account, ...], expected: list[str]
) -> None:
    text = set_up()
    asked = offer(accounts)
    assert shown(found(text, asked)) == expected
    after = carried_out(text, asked)
    assert shown(found(after, asked)) == []
    assert {each.pick: each.name for each in find_ours(parse(after, "config"))}.keys() == set(picks(accounts))
    for each in find_ours(parse(after, "config")):
        assert not each.renamed


def test_an_account_that_once_shared_its_name_keeps_its_profiles_name() -> None:
    both = (Account(DEV, "prod", ("Admin",)), Account(PROD, "prod", ("Admin",)))
    text = set_up(both)
    assert f"[profile Admin-prod-{DEV}]" in text
    apart = (both[0], Account(PROD, "stage", ("Admin",)))
    assert shown(found(text, offer(apart))) == [f"rename Admin-prod-{PROD} Admin-stage"]


@pytest.mark.parametrize(
    ("pattern", "lower_case", "expected"),
    [
        (
            "{account_name}",
            True,
            ["acme-dev-admin acme-development-admin", "acme-dev-readonly acme-development-readonly"],
        ),
        ("{role}/{account_id}", False, []),
        (
            "{session}.{account_name}.{role}",
            False,
            [
                "corp.Acme-Dev.Admin corp.Acme-Development.Admin",
                "corp.Acme-Dev.ReadOnly corp.Acme-Development.ReadOnly",
            ],
        ),
        (
            "my (aws) {account_name}",
            False,
            [
                "my-aws-Acme-Dev-Admin my-aws-Acme-Development-Admin",
                "my-aws-Acme-Dev-ReadOnly my-aws-Acme-Development-ReadOnly",
            ],
        ),
    ],
)
def test_a_new_name_comes_of_the_pattern_that_gave_the_old_one(
    pattern: str, lower_case: bool, expected: list[str]
) -> None:
    text = set_up(pattern=pattern, lower_case=lower_case)
    assert shown(found(text, offer(RENAMED))) == [f"rename {each}" for each in expected]


def test_a_name_that_the_person_chose_stays_and_so_does_one_that_they_changed() -> None:
    text = set_up(names={Pick(DEV, "Admin"): "boss"}).replace("[profile ReadOnly-Acme-Dev]", "[profile look]")
    assert shown(found(text, offer(RENAMED))) == []
    gone = found(text, offer(ORGANISATION[1:])).changes
    assert [(each.profile, each.theirs) for each in gone] == [("boss", ()), ("look", (NAME,))]


def test_what_the_person_has_changed_in_a_profile_moves_with_its_new_name() -> None:
    text = set_up()
    theirs = "\n# mine, do not touch\nregion = ap-south-1\nOutput=json\ns3 =\n    max_queue_size = 7\n"
    text = text.replace("sso_role_name = ReadOnly\nregion = eu-west-1\n", f"sso_role_name = ReadOnly{theirs}", 1)
    before = section(text, "profile ReadOnly-Acme-Dev")
    after = carried_out(text, offer(RENAMED))
    assert section(after, "profile ReadOnly-Acme-Development") == before.replace("Acme-Dev", "Acme-Development")


@pytest.mark.parametrize(
    ("change", "theirs"),
    [
        (("", ""), ()),
        (("region = eu-west-1", "region = us-east-1"), ("region",)),
        (("region = eu-west-1", "region = eu-west-1\noutput = json"), ("output",)),
        (("sso_session = corp", "; mine\nsso_session = corp"), (COMMENT,)),
        (("[profile Admin-prod]", "[profile Admin-prod]  # mine"), (COMMENT,)),
        (("[profile Admin-prod]", "[profile p]"), (NAME,)),
    ],
)
def test_one_that_the_person_has_changed_is_not_removed_without_them(
    change: tuple[str, str], theirs: tuple[str, ...]
) -> None:
    text = set_up()
    head, last = text[: text.index("[profile Admin-prod]")], text[text.index("[profile Admin-prod]") :]
    [removal] = found(head + last.replace(*change, 1), offer(ORGANISATION[:1])).changes
    assert (removal.kind, removal.theirs, removal.needs_person) == (Kind.REMOVE, theirs, bool(theirs))


def test_what_all_profiles_say_on_the_connection_is_not_the_persons() -> None:
    text = set_up().replace("region = eu-west-1\n", "region = eu-west-1\nca_bundle = /ca.pem\n")
    assert [each.theirs for each in found(text, offer(ORGANISATION[:1])).changes] == [()]


def test_what_the_person_wrote_into_every_profile_is_theirs_in_each() -> None:
    text = set_up().replace("region = eu-west-1\n", "region = eu-west-1\noutput = json\n")
    [removal] = found(text, offer(ORGANISATION[:1])).changes
    assert (removal.theirs, removal.needs_person) == (("output",), True)


@pytest.mark.parametrize(
    "other",
    [
        f"[profile mine]\nsso_session = corp\nsso_account_id = {PROD}\nsso_role_name = Gone\n",
        f"[profile mine]\nsso_session = other\nsso_account_id = {DEV}\nsso_role_name = Admin\n",
        f"[profile mine]\nsso_start_url = {URL}\nsso_region = x\nsso_account_id = {DEV}\nsso_role_name = Admin\n",
        "[profile mine]\nregion = x\n",
        f"[default]\nsso_session = corp\nsso_account_id = {DEV}\nsso_role_name = Admin\n",
    ],
)
def test_a_profile_that_is_not_ours_is_never_offered(other: str) -> None:
    text = set_up()
    assert shown(found(f"{text}\n{other}", offer(ORGANISATION))) == []
    everything_else = offer((Account("777788889999", "lab", ("Admin",)),))
    kept = carried_out(f"{text}\n{other}", everything_else)
    assert other in kept


def test_a_profile_of_ours_that_became_another_is_theirs() -> None:
    text = set_up().replace("sso_role_name = ReadOnly", "sso_role_name = Audit")
    assert shown(found(text, offer(RENAMED, old=picks(RENAMED)))) == ["rename Admin-Acme-Dev Admin-Acme-Development"]


def test_a_copy_of_a_profile_of_ours_is_theirs() -> None:
    text = set_up()
    copy = section(text, "profile ReadOnly-Acme-Dev").replace("[profile ReadOnly-Acme-Dev]", "[profile tokyo]")
    names = [each.name for each in find_ours(parse(f"{text}\n{copy}", "config"))]
    assert names == ["Admin-Acme-Dev", "ReadOnly-Acme-Dev", "Admin-prod"]
    assert [each.name for each in find_ours(parse(f"{copy}\n{copy.replace('tokyo', 'osaka')}", "config"))] == ["tokyo"]


def test_two_sections_of_one_profile_are_left_alone() -> None:
    text = set_up() + "\n[profile 'Admin-prod']\nregion = x\n"
    assert shown(found(text, offer(ORGANISATION[:1]))) == []


REFERENCES = """
[profile reports]
role_arn = arn:aws:iam::1:role/reports
source_profile=Admin-Acme-Dev

[profile vault]
include_profile = Admin-Acme-Dev
region = x

[profile tool]
credential_process = /usr/bin/sso-tray credentials "Admin-Acme-Dev" --format process
region = x

[profile exported]
credential_process = aws configure export-credentials --profile Admin-Acme-Dev --format process
"""


def test_everything_that_names_a_profile_follows_its_new_name() -> None:
    text = with_default(set_up() + REFERENCES, "reports")
    asked = offer(RENAMED)
    [change, _] = found(text, asked).changes
    assert [(use.profile, use.key) for use in change.uses] == [
        ("reports", "source_profile"),
        ("vault", "include_profile"),
        ("tool", "credential_process"),
        ("exported", "credential_process"),
        ("default", "source_profile"),
    ]
    after = carried_out(text, asked, [change])
    renamed = text.replace("Admin-Acme-Dev", "Admin-Acme-Development")
    digest = re.compile(r"copy of profile reports \([0-9a-f]{8}\)")
    assert digest.sub("", after) == digest.sub("", renamed)
    assert kept_copy(Document(after)) == "reports"
    assert full_of(after).profiles["default"]["source_profile"] == "Admin-Acme-Development"


def test_the_default_profile_stays_the_default_under_its_new_name() -> None:
    text = with_default(set_up(), "Admin-Acme-Dev")
    after = carried_out(text, offer(RENAMED))
    assert kept_copy(Document(after)) == copied_profile(full_of(after)) == "Admin-Acme-Development"
    assert full_of(after).profiles["default"] == full_of(text).profiles["default"]


@pytest.mark.parametrize(
    ("more", "by"),
    [
        ("[profile x]\nrole_arn = a\nsource_profile = Admin-prod\n", "x"),
        ("[profile x]\ncredential_process = sso-tray credentials Admin-prod\n", "x"),
        (f"[default]\nsso_session = corp\nsso_account_id = {PROD}\nsso_role_name = Admin\n", "default"),
    ],
)
def test_one_that_something_hangs_on_is_not_removed_without_the_person(more: str, by: str) -> None:
    [removal] = found(f"{set_up()}\n{more}", offer(ORGANISATION[:1])).changes
    assert [use.profile for use in removal.uses] == [by]
    assert removal.needs_person


def test_one_that_the_environment_names_is_not_removed_without_the_person() -> None:
    [removal] = found(set_up(), offer(ORGANISATION[:1], in_force="Admin-prod")).changes
    assert removal.needs_person


@pytest.mark.parametrize(
    ("more", "credentials", "obstacle"),
    [
        ("", "[Admin-Acme-Dev]\naws_access_key_id = AKIA\naws_secret_access_key = x\n", Obstacle.IN_CREDENTIALS),
        ("", "[old]\nrole_arn = a\nsource_profile = Admin-Acme-Dev\n", Obstacle.NAMED_BY),
        ("[DEFAULT]\nsource_profile = Admin-Acme-Dev\n", "", Obstacle.NAMED_BY),
        (
            "[profile x]\ncredential_process = sh -c 'sso-tray credentials Admin-Acme-D\"ev\"'\n",
            "",
            Obstacle.NAMED_BY,
        ),
    ],
)
def test_one_that_something_could_not_find_any_more_keeps_its_name(
    more: str, credentials: str, obstacle: Obstacle
) -> None:
    differences = found(f"{set_up()}\n{more}", offer(RENAMED), credentials)
    assert shown(differences) == ["rename ReadOnly-Acme-Dev ReadOnly-Acme-Development"]
    [stays] = differences.stays
    assert (stays.profile, stays.new_name, stays.obstacle) == ("Admin-Acme-Dev", "Admin-Acme-Development", obstacle)


def test_names_can_change_places_only_together() -> None:
    swapped = (Account(DEV, "prod", ("Admin",)), Account(PROD, "Acme Dev", ("Admin",)))
    text = set_up()
    config = full_of(text)
    changes = [each for each in compare(config, offer(swapped)).changes if each.kind is Kind.RENAME]
    assert named_already(config, changes) is None
    assert named_already(config, changes[:1]) == "Admin-prod"


def test_a_role_that_was_left_out_or_removed_by_hand_is_not_added_again() -> None:
    text = set_up(picks=(Pick(DEV, "Admin"),))
    assert shown(found(text, offer(ORGANISATION, old=picks(ORGANISATION)))) == []
    came = (*ORGANISATION, Account("777788889999", "lab", ("Admin",)))
    assert shown(found(text, offer(came, old=picks(ORGANISATION)))) == ["add Admin-lab"]


def test_new_profiles_are_named_and_placed_as_most_of_the_others_are() -> None:
    text = set_up(pattern="{account_name}.{role}", lower_case=True, region="sa-east-1")
    came = (*ORGANISATION, Account("777788889999", "Lab", ("Admin",)))
    after = carried_out(text, offer(came))
    assert full_of(after).profiles["lab.admin"]["region"] == "sa-east-1"
    after = carried_out(text, offer(came, pattern=Pattern("{role}"), region="us-east-1"))
    assert full_of(after).profiles["Admin"]["region"] == "us-east-1"


def without_marks(text: str) -> str:
    """What an earlier version would have written."""
    return re.sub(rf"{re.escape(MARK)}.*\r?\n", "", text)


def test_profiles_of_before_are_adopted_one_by_one() -> None:
    text = without_marks(set_up())
    asked = offer(ORGANISATION)
    changes = found(text, asked).changes
    assert [each.kind for each in changes] == [Kind.ADOPT] * 3
    assert all(each.needs_person for each in changes)
    after = carried_out(text, asked, changes[:1])
    assert without_marks(after) == text
    assert [each.name for each in find_ours(parse(after, "config"))] == ["Admin-Acme-Dev"]
    assert carried_out(after, asked) == set_up()


def test_one_of_before_that_was_named_after_an_account_gets_its_new_name_once_it_is_adopted() -> None:
    text = without_marks(set_up((*ORGANISATION, Account("777788889999", "lab", ("Admin",)))))
    asked = offer((*RENAMED, Account("777788889999", "lab", ("Admin",))))
    adopted = carried_out(text, asked)
    assert shown(found(adopted, asked)) == [
        "rename Admin-Acme-Dev Admin-Acme-Development",
        "rename ReadOnly-Acme-Dev ReadOnly-Acme-Development",
    ]


def test_one_of_before_with_a_name_of_its_own_keeps_it() -> None:
    text = set_up(names={Pick(PROD, "Admin"): "danger"})
    adopted = carried_out(without_marks(text), offer(ORGANISATION))
    assert adopted == text
    assert shown(found(adopted, offer((ORGANISATION[0], Account(PROD, "production", ("Admin",)))))) == []


# Properties

_names = st.sampled_from(["Acme Dev", "acme", "prod", "Prod", "日本", "x-y", "a.b", "444455556666", "corp", "dev 2"])
_roles = st.lists(st.sampled_from(["Admin", "ReadOnly", "R", "Admin-prod", "a+b"]), min_size=1, max_size=3, unique=True)


@st.composite
def organisations(draw: Any) -> tuple[Account, ...]:
    ids = draw(st.lists(st.sampled_from([f"{number}" * 12 for number in range(1, 6)]), min_size=1, unique=True))
    return tuple(Account(each, draw(_names), tuple(draw(_roles))) for each in ids)


patterns = st.sampled_from(
    [
        DEFAULT_PATTERN,
        "{role}",
        "{account_name}",
        "{session}/{account_name}:{role}",
        "{account_id}",
        "é {role} ({account_name})",
        "work",
        "{account_name}-{account_name}-{role}",
    ]
)
_few = examples(60)


@_few
@given(organisations(), patterns, st.booleans(), _names)
def test_whatever_a_pattern_gives_is_known_to_come_of_it(
    accounts: tuple[Account, ...], text: str, lower_case: bool, other: str
) -> None:
    pattern, names = Pattern(text, lower_case), name_accounts(accounts)
    given_names = name_picks(sorted(picks(accounts)), pattern, "corp", names, {"default"})
    plain = name_picks(sorted(picks(accounts)), pattern.plain, "corp", names, {"default"})
    assert given_names == plain
    for pick, name in given_names.items():
        assert comes_of(name, pick, pattern.plain, "corp", names)
        assert "{account_name}" not in text or came_of(name, pick, pattern.plain, "corp") is not None
        words = mark_of(name, pick, "corp", pattern)
        assert words.isascii()
        [ours] = find_ours(
            Document(
                f"[profile {name}]\n{words}\nsso_session = corp\n"
                f"sso_account_id = {pick.account_id}\nsso_role_name = {pick.role}\n"
            )
        )
        assert (ours.name, ours.given, ours.pick, ours.pattern) == (name, name, pick, pattern.plain)


@examples(100)
@given(
    config_texts(headers=[each for each in HEADERS if each != "DEFAULT"], sound=True),
    organisations(),
    organisations(),
    patterns,
    st.data(),
)
def test_not_a_byte_changes_but_in_what_was_picked_and_a_second_run_finds_the_rest_alone(
    text: str, before: tuple[Account, ...], after: tuple[Account, ...], pattern: str, data: Any
) -> None:
    try:
        text = set_up(before, text, pattern=pattern)
        text = text if data.draw(st.booleans()) else without_marks(text)
        text.encode(locale_encoding())
        asked = offer(after)
        changes = found(text, asked).changes
    except (ConfigProblem, UnicodeEncodeError):
        return
    picked = [each for each in changes if data.draw(st.booleans())]
    if named_already(full_of(text), picked) is not None:
        return
    result = carried_out(text, asked, picked)

    event(" ".join(sorted({each.kind for each in picked})))
    gone = {f"profile {each.profile}" for each in picked if each.kind is Kind.REMOVE}
    named = {use.profile for each in picked for use in each.uses}
    touched = {f"profile {each.profile}" for each in picked}
    touched |= {each.header for each in sections_of(text) if each.about and each.about[1] in named}
    old = {each.header: each.text for each in sections_of(text)}
    new = {each.header: each.text for each in sections_of(result)}
    # Comments below the last key of what is removed go to the section above; the last one gets an empty line.
    left_behind = {"", *(line.strip() for header in gone for line in old[header].splitlines())}
    for header, was in old.items():
        if header not in touched:
            assert new[header].startswith(was)
            more = new[header].removeprefix(was)
            assert not more or gone or header == list(old)[-1]
            assert {line.strip() for line in more.splitlines()} <= left_behind
    assert gone.isdisjoint(new)
    kept_order = [header for header in old if header not in touched]
    assert [header for header in new if header in kept_order] == kept_order
    written = {each.name: each for each in find_ours(parse(result, "config"))}
    for each in picked:
        name = each.new_name or each.profile
        if each.kind is not Kind.REMOVE and name != "default":
            assert (written[name].given, written[name].pick) == (name, each.pick)
    done = {(each.kind, each.pick) for each in picked}
    left = {(each.kind, each.pick) for each in found(result, asked).changes}
    assert not done & left
    everything = carried_out(carried_out(result, asked), asked)  # what was adopted may be renamed then
    assert found(everything, asked).changes == ()


@_few
@given(organisations(), patterns, st.booleans())
def test_who_adopts_everything_has_what_a_set_up_from_scratch_writes(
    accounts: tuple[Account, ...], pattern: str, lower_case: bool
) -> None:
    fresh = set_up(accounts, pattern=pattern, lower_case=lower_case)
    asked = offer(accounts, pattern=Pattern(pattern, lower_case))
    adopted = carried_out(without_marks(fresh), asked)
    assert adopted == fresh
    assert found(adopted, asked).changes == ()
