"""What is to be signed in to: an existing session is never doubled, and never contradicted."""

from __future__ import annotations

import pytest
from support.documents import full_of

from tray.aws.config.files import FullConfig
from tray.core.errors import AnswerProblem
from tray.core.model import Kind, SignIn
from tray.core.settings import Settings, SignInSettings
from tray.setup.sign_in_details import (
    SignInDetails,
    default_region,
    likely_regions,
    portals_in,
    settle,
    to_offer,
    with_portal,
)

URL = "https://d-1234567890.awsapps.com/start"
CONFIG = f"""\
[default]
region = eu-west-3
[sso-session corp]
sso_start_url = {URL}
sso_region = eu-central-1
[sso-session lab]
sso_start_url = https://lab.awsapps.com/start
sso_region = us-west-2
sso_registration_scopes = sso:account:access, codewhisperer:completions
[sso-session half]
sso_region = eu-north-1
[profile old]
sso_start_url = https://legacy.awsapps.com/start
sso_region = ap-south-1
sso_account_id = 111122223333
sso_role_name = Reader
"""
CORP = SignIn("corp", Kind.SSO_SESSION, URL, "eu-central-1")


@pytest.fixture
def full() -> FullConfig:
    return full_of(CONFIG)


@pytest.mark.parametrize(
    "details",
    [
        SignInDetails("corp"),
        SignInDetails(" corp "),
        SignInDetails("corp", f"{URL}/#/", "eu-central-1", "sso:account:access"),
        SignInDetails("other", URL, "eu-central-1"),
        SignInDetails("other", URL),
        SignInDetails(None, URL),
        SignInDetails("", f" {URL}/ ", "eu-central-1"),
    ],
)
def test_a_session_is_found_by_its_name_or_by_its_portal(full: FullConfig, details: SignInDetails) -> None:
    assert settle(full, details) == CORP


def test_the_same_portal_in_another_region_is_another_session(full: FullConfig) -> None:
    assert settle(full, SignInDetails("us", URL, "us-east-1")).name == "us"


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (
            SignInDetails("new", "d-9.awsapps.com/start/", "us-east-1"),
            ("https://d-9.awsapps.com/start", "us-east-1", ("sso:account:access",)),
        ),
        (
            SignInDetails("new", "https://x.portal.eu-west-1.app.aws", None, "a:b, c:d,,a:b"),
            ("https://x.portal.eu-west-1.app.aws", "eu-west-1", ("a:b", "c:d")),
        ),
        (
            SignInDetails("new", "https://x.portal.eu-west-1.app.aws", "eu-south-1"),
            ("https://x.portal.eu-west-1.app.aws", "eu-south-1", ("sso:account:access",)),
        ),
        (
            SignInDetails("new", "https://login.example.com", "us-east-1"),
            ("https://login.example.com", "us-east-1", ("sso:account:access",)),
        ),
        (
            SignInDetails("half", "https://half.awsapps.com/start"),
            ("https://half.awsapps.com/start", "eu-north-1", None),
        ),
    ],
)
def test_a_new_session_is_what_was_typed(
    full: FullConfig, details: SignInDetails, expected: tuple[str, str, tuple[str, ...] | None]
) -> None:
    found = settle(full, details)

    assert (found.name, found.kind) == (details.session, Kind.SSO_SESSION)
    assert (found.start_url, found.region, found.scopes) == (*expected[:2], expected[2] or ("sso:account:access",))


@pytest.mark.parametrize(
    ("details", "question", "missing"),
    [
        (SignInDetails(), "session", True),
        (SignInDetails("  "), "session", True),
        (SignInDetails(None, "https://new.awsapps.com/start"), "session", True),
        (SignInDetails("new"), "start_url", True),
        (SignInDetails("half"), "start_url", True),
        (SignInDetails("new", "https://new.awsapps.com/start"), "region", True),
        (SignInDetails("new", "https://login.example.com"), "region", True),
        (SignInDetails("n ew", "https://new.awsapps.com/start"), "session", False),
        (SignInDetails("né"), "session", False),
        (SignInDetails("x]\n[default"), "session", False),
        (SignInDetails("new", "http://new.awsapps.com/start"), "start_url", False),
        (SignInDetails("new", "https://new.awsapps.com/start", "Frankfurt"), "region", False),
        (SignInDetails("new", "https://new.awsapps.com/start", "us-east-1", "a b\u00e9"), "scopes", False),
        (SignInDetails("corp", "https://new.awsapps.com/start"), "start_url", False),
        (SignInDetails("corp", "nonsense"), "start_url", False),
        (SignInDetails("corp", None, "us-east-1"), "region", False),
        (SignInDetails("corp", None, None, "a:b"), "scopes", False),
        (SignInDetails(None, "https://lab.awsapps.com/start", None, "sso:account:access"), "scopes", False),
    ],
)
def test_the_first_answer_that_is_missing_or_wrong_is_named(
    full: FullConfig, details: SignInDetails, question: str, missing: bool
) -> None:
    with pytest.raises(AnswerProblem) as raised:
        settle(full, details)

    assert (raised.value.answer, raised.value.missing) == (question, missing)
    assert raised.value.exit_code == 2
    assert f"--{question.replace('_', '-')}" in f"{raised.value}" or not missing


def test_scopes_in_another_order_contradict_nothing(full: FullConfig) -> None:
    asked = SignInDetails("lab", None, None, "codewhisperer:completions sso:account:access")
    assert settle(full, asked).name == "lab"


def test_regions_that_may_be_meant_come_from_other_sign_ins_and_the_environment(full: FullConfig) -> None:
    assert likely_regions(full, {"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "ca-central-1"}) == (
        "eu-central-1",
        "us-west-2",
        "ap-south-1",
        "ca-central-1",
    )
    assert likely_regions(full_of(""), {"AWS_REGION": "no such thing"}) == ()


def test_the_region_of_the_default_profile_is_known(full: FullConfig) -> None:
    assert default_region(full) == "eu-west-3"
    assert default_region(full_of("")) is None


ACME, DUAL = "https://acme.awsapps.com/start", "https://ssoins-1.portal.eu-west-1.app.aws"
SITE = Settings(
    sign_ins={
        "acme": SignInSettings(8.0, start_url=ACME, region="eu-west-1", scopes=("a:b", "c:d")),
        "dual": SignInSettings(start_url=DUAL),
        "ours": SignInSettings(start_url=URL, region="eu-central-1"),  # In the config it is called corp.
        "lab": SignInSettings(start_url="https://other.awsapps.com/start", region="eu-west-1"),  # A name that is taken.
        "no region": SignInSettings(start_url=ACME),
        "no-region": SignInSettings(start_url=ACME),
        "only-length": SignInSettings(12.0),
    }
)


def test_what_the_settings_say_of_a_portal_is_offered_until_the_config_has_it(full: FullConfig) -> None:
    portals = portals_in(SITE)

    assert [each.name for each in portals] == ["acme", "dual", "ours", "lab"]
    assert portals[0] == SignIn("acme", Kind.SSO_SESSION, ACME, "eu-west-1", ("a:b", "c:d"))
    assert portals[1] == SignIn("dual", Kind.SSO_SESSION, DUAL, "eu-west-1", ("sso:account:access",))
    assert [each.name for each in to_offer(full, portals)] == ["acme", "dual"]
    assert to_offer(full_of(""), portals) == portals


@pytest.mark.parametrize(
    ("details", "name", "region", "scopes"),
    [
        (SignInDetails("acme"), "acme", "eu-west-1", ("a:b", "c:d")),
        (SignInDetails(" acme "), "acme", "eu-west-1", ("a:b", "c:d")),
        (SignInDetails(None, f"{ACME}/#/"), "acme", "eu-west-1", ("a:b", "c:d")),
        (SignInDetails("mine", ACME), "mine", "eu-west-1", ("a:b", "c:d")),
        (SignInDetails("acme", None, "us-east-1", "e:f"), "acme", "us-east-1", ("e:f",)),
        (SignInDetails("dual"), "dual", "eu-west-1", ("sso:account:access",)),
        (SignInDetails("ours"), "corp", "eu-central-1", ()),
        (SignInDetails("acme", "https://x.awsapps.com/start", "us-east-1"), "acme", "us-east-1", None),
        (SignInDetails("lab"), "lab", "us-west-2", ("sso:account:access", "codewhisperer:completions")),
    ],
)
def test_nobody_types_what_the_settings_say_of_a_portal(
    full: FullConfig, details: SignInDetails, name: str, region: str, scopes: tuple[str, ...] | None
) -> None:
    found = settle(full, with_portal(full, details, portals_in(SITE)))

    assert (found.name, found.region) == (name, region)
    assert found.scopes == (("sso:account:access",) if scopes is None else scopes)


def test_a_name_that_no_setting_knows_is_asked_about(full: FullConfig) -> None:
    for details in (SignInDetails("new"), SignInDetails("only-length"), SignInDetails()):
        assert with_portal(full, details, portals_in(SITE)) == details
