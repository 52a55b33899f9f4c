"""Which sign-ins share a session, and a length."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import START_URL, sign_in
from support.looks import EIGHT_HOURS

from tray.core.dataclass import replace
from tray.core.model import DeadlineSource, Kind, SignIn
from tray.core.session.history import History
from tray.core.session.sharing import Length, Sharing, portal_of
from tray.core.settings import Settings, SignInSettings

HOST = "https://d-1234567890.awsapps.com"
CORP = sign_in("corp")


@pytest.mark.parametrize(
    "written",
    [
        f"{HOST}/start",
        f"{HOST}/start/",
        f"{HOST}/start#",
        f"{HOST}/start#/",
        f"{HOST}/start/#/",
        f"{HOST}/start/#/saml/custom/x",
        "https://D-1234567890.AwsApps.com/start",
        "HTTPS://d-1234567890.awsapps.com/start//",
    ],
)
def test_a_start_url_means_one_portal_in_whatever_form_people_copy_it(written: str) -> None:
    assert portal_of(written) == portal_of(START_URL)
    assert Sharing((CORP, sign_in("data", start_url=written)), Settings()).others("corp") == ("data",)


@pytest.mark.parametrize(
    "written",
    [
        f"{HOST}/Start",
        f"{HOST}/",
        "https://d-1234567891.awsapps.com/start",
        "http://d-1234567890.awsapps.com/start",
        "",
    ],
)
def test_other_addresses_mean_other_portals(written: str) -> None:
    assert portal_of(written) != portal_of(START_URL)


@given(st.text(max_size=40) | st.sampled_from(["https://[", "https://[::1]/start#/", "//", "#", "a\x00b"]))
def test_any_text_names_some_portal_and_always_the_same(written: str) -> None:
    assert portal_of(written) == portal_of(portal_of(written))


@pytest.mark.parametrize(
    ("other", "settings"),
    [
        pytest.param(replace(CORP, name="data", region="us-east-1"), Settings(), id="another region"),
        pytest.param(
            sign_in("data"), Settings(sign_ins={"data": SignInSettings(browser="chromium %s")}), id="another browser"
        ),
        pytest.param(sign_in("data", Kind.CONSOLE, ""), Settings(), id="aws login"),
    ],
)
def test_what_keeps_two_sign_ins_apart(other: SignIn, settings: Settings) -> None:
    sharing = Sharing((CORP, other), settings)

    assert sharing.others("corp") == sharing.others("data") == ()


def test_two_sign_ins_by_aws_login_share_nothing() -> None:
    two = (sign_in("a", Kind.CONSOLE, ""), sign_in("b", Kind.CONSOLE, ""))

    assert Sharing(two, Settings()).others("a") == ()


def test_a_browser_that_is_set_for_one_as_for_all_is_the_same_one() -> None:
    settings = Settings(browser_command="firefox %s", sign_ins={"data": SignInSettings(browser="firefox %s")})

    assert Sharing((CORP, sign_in("data")), settings).others("data") == ("corp",)


def test_a_legacy_sign_in_shares_the_session_of_its_portal() -> None:
    sharing = Sharing((CORP, sign_in(START_URL, Kind.LEGACY), sign_in("lab", start_url=HOST)), Settings())

    assert sharing.others("corp") == (START_URL,)
    assert sharing.others(START_URL) == ("corp",)


def test_the_others_come_in_the_order_of_the_config_and_a_name_that_is_not_there_has_none() -> None:
    sharing = Sharing(map(sign_in, ("d", "b", "a", "c")), Settings())

    assert sharing.others("b") == ("d", "a", "c")
    assert sharing.others("gone") == ()


def hours(**lengths: float) -> Settings:
    return Settings(sign_ins={name: SignInSettings(length_hours=length) for name, length in lengths.items()})


LEARNED = History(spans=EIGHT_HOURS)


@pytest.mark.parametrize(
    ("settings", "histories", "corp", "data"),
    [
        pytest.param(Settings(), {}, None, None, id="nothing is known"),
        pytest.param(hours(corp=12), {}, (12, "setting"), (12, "setting"), id="set for one"),
        pytest.param(hours(corp=12, data=4), {}, (12, "setting"), (4, "setting"), id="set for both"),
        pytest.param(Settings(), {"data": LEARNED}, (8, "learned"), (8, "learned"), id="learned of one"),
        pytest.param(hours(data=4), {"corp": LEARNED}, (4, "setting"), (4, "setting"), id="what is set comes first"),
    ],
)
def test_what_is_known_of_one_is_known_of_all_that_share_its_session(
    settings: Settings, histories: dict[str, History], corp: tuple[float, str], data: tuple[float, str]
) -> None:
    found = Sharing((CORP, sign_in("data"), sign_in("lab", start_url=HOST)), settings).lengths(histories)

    assert found.get("lab") is None
    for name, expected in (("corp", corp), ("data", data)):
        length = None if expected is None else Length(timedelta(hours=expected[0]), DeadlineSource(expected[1]))
        assert found.get(name) == length
