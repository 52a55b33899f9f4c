"""A login joins the portal session that the browser holds, and ends with it (docs/facts: What a login joins)."""

from __future__ import annotations

from http.cookiejar import CookieJar
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.center import Clock, fetch
from support.demo_login import HOUR, Login, Program

from tray.demo.browser import visit
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Consent
from tray.demo.organisation import START_URL
from tray.demo.state import SignInSession

OTHER_URL = "https://d-0000000000.awsapps.com/start"


@pytest.fixture
def browser() -> CookieJar:
    return CookieJar()


@pytest.fixture(params=["browser", "device"])
def flow(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[Consent.PAGE, Consent.ALLOW])
def consent(request: pytest.FixtureRequest, center: IdentityCenter) -> Consent:
    """The button is pressed by the person, or by itself."""
    center.knobs.consent = request.param
    return Consent(request.param)


def only(center: IdentityCenter) -> SignInSession:
    [session] = center.sessions
    return session


def test_a_second_login_joins_the_session_of_the_first_and_ends_with_it(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str, consent: Consent
) -> None:
    first = Program(center, "first").log_in(browser, flow)
    session = only(center)
    clock.advance(7.5 * HOUR)
    second = Program(center, "second").log_in(browser, flow)
    assert only(center) is session
    assert second.accounts()
    clock.advance(0.5 * HOUR)
    assert center.sessions == ()
    for login in (first, second):
        with pytest.raises(ClientError, match="InvalidGrantException"):
            login.renew()
        with pytest.raises(ClientError, match="Session token not found or invalid"):
            login.accounts()


def test_both_flows_share_the_browsers_session(center: IdentityCenter, browser: CookieJar) -> None:
    Program(center).log_in(browser, "browser")
    session = only(center)
    Program(center).log_in(browser, "device")
    assert only(center) is session


def test_a_login_after_the_end_begins_a_new_session_of_full_length(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    program.log_in(browser, flow)
    clock.advance(8 * HOUR)
    assert program.log_in(browser, flow).accounts()
    session = only(center)
    assert session.ends_at - clock() == pytest.approx(8 * HOUR, abs=30)


def test_a_login_after_an_administrator_ended_all_begins_a_new_session(
    center: IdentityCenter, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    program.log_in(browser, flow)
    old = only(center)
    center.end_sessions()
    assert program.log_in(browser, flow).accounts()
    assert only(center) is not old


def test_two_browsers_have_two_sessions(center: IdentityCenter, browser: CookieJar, flow: str) -> None:
    other = CookieJar()
    mine, theirs = Program(center).log_in(browser, flow), Program(center).log_in(other, flow)
    assert len(center.sessions) == 2
    mine.log_out()
    assert theirs.accounts()
    assert Program(center).log_in(other, flow).accounts()
    assert len(center.sessions) == 1


def test_two_portals_have_two_sessions_in_one_browser(center: IdentityCenter, browser: CookieJar, flow: str) -> None:
    for start_url in (START_URL, OTHER_URL, f"{START_URL}/#/"):
        Program(center, start_url=start_url).log_in(browser, flow)
    assert [session.start_url for session in center.sessions] == [START_URL, OTHER_URL]


def test_two_identity_centers_on_one_machine_do_not_mind_each_others_cookies(
    center: IdentityCenter, browser: CookieJar
) -> None:
    with IdentityCenter() as other:
        for each in (center, other, center, other):
            visit(each.portal(), None, jar=browser)
        assert (len(center.sessions), len(other.sessions)) == (1, 1)


def test_a_refusal_begins_no_session(center: IdentityCenter, browser: CookieJar, flow: str) -> None:
    Program(center).decide(browser, flow, "deny")
    assert center.sessions == ()
    assert list(browser) == []


def test_the_cookie_is_for_the_portal_alone_and_says_nothing(center: IdentityCenter, browser: CookieJar) -> None:
    center.knobs.idp_session_seconds = HOUR
    page = fetch(center.portal(), jar=browser)
    assert page.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert sorted(cookie.name.rpartition("_")[0] for cookie in browser) == ["idp_session", "x-amz-sso_authn"]
    for cookie in browser:
        assert len(cookie.value) == 43
        assert cookie.value not in page.text + repr(center.sessions)
        cookie.value = "forged"
    fetch(center.portal(), jar=browser)
    assert len(center.sessions) == 2, "a cookie that was made up is none"


def test_the_session_is_bound_where_the_request_is_allowed(center: IdentityCenter, browser: CookieJar) -> None:
    program = Program(center)
    page = program.page(CookieJar(), "browser")
    visit(center.portal(), None, jar=browser)
    session = only(center)
    program.redeem(program.press(page, browser))
    assert only(center) is session


def test_a_code_cannot_be_redeemed_after_its_session_has_ended(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    program.log_in(browser, flow)
    clock.advance(8 * HOUR - 20)
    approved = program.decide(browser, flow, "allow")
    clock.advance(20)
    with pytest.raises(ClientError, match="InvalidGrantException"):
        program.redeem(approved)


def test_a_code_cannot_be_redeemed_after_a_logout(center: IdentityCenter, browser: CookieJar, flow: str) -> None:
    for ends in (True, False):
        center.knobs.logout_ends_browser_session = ends
        program = Program(center)
        login = program.log_in(browser, flow)
        approved = program.decide(browser, flow, "allow")
        login.log_out()
        with pytest.raises(ClientError, match="InvalidGrantException"):
            program.redeem(approved)


def test_after_a_logout_the_next_login_begins_a_new_session(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    login = program.log_in(browser, flow)
    clock.advance(HOUR / 2)
    login.log_out()
    assert center.sessions == ()
    assert program.log_in(browser, flow).accounts()
    assert only(center).began_at == pytest.approx(clock(), abs=30)


def test_a_logout_may_leave_the_browsers_session_and_then_the_next_login_joins_the_old_span(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    center.knobs.logout_ends_browser_session = False
    program = Program(center)
    login = program.log_in(browser, flow)
    before = only(center)
    clock.advance(HOUR / 2)
    login.log_out()
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        login.accounts()
    with pytest.raises(ClientError, match="InvalidGrantException"):
        login.renew()
    assert program.log_in(browser, flow).accounts()
    after = only(center)
    assert after is not before
    assert (after.began_at, after.ends_at) == (before.began_at, before.ends_at)


@pytest.mark.parametrize("leaves", [True, False])
def test_signing_out_in_the_portal_ends_what_the_browser_holds_whatever_a_logout_does(
    center: IdentityCenter, browser: CookieJar, leaves: bool
) -> None:
    center.knobs.logout_ends_browser_session = not leaves
    login = Program(center).log_in(browser)
    visit(center.portal(), "sign-out", jar=browser)
    assert center.sessions == ()
    with pytest.raises(ClientError, match="InvalidGrantException"):
        login.renew()
    visit(center.portal(), None, jar=browser)
    assert len(center.sessions) == 1


def test_a_stale_token_cannot_log_out_and_ends_nothing(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    login = Program(center).log_in(browser)
    session = only(center)
    clock.advance(HOUR)
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        login.log_out()
    assert only(center) is session
    login.renew().log_out()
    assert center.sessions == ()


def test_a_logout_ends_the_tokens_of_other_programs_too(center: IdentityCenter, browser: CookieJar) -> None:
    mine, theirs = (Program(center, name).log_in(browser) for name in ("mine", "theirs"))
    mine.log_out()
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        theirs.accounts()
    with pytest.raises(ClientError, match="InvalidGrantException"):
        theirs.renew()


def test_access_tokens_of_other_programs_may_live_on_to_their_own_end(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    center.knobs.sibling_tokens_die = False
    mine, theirs = (Program(center, name).log_in(browser) for name in ("mine", "theirs"))
    renewed = mine.renew()
    renewed.log_out()
    for ended in (mine, renewed):
        with pytest.raises(ClientError, match="Session token not found or invalid"):
            ended.accounts()
    assert theirs.accounts()
    with pytest.raises(ClientError, match="InvalidGrantException"):
        theirs.renew()
    theirs.log_out()
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        theirs.accounts()


def test_an_access_token_that_was_spared_ends_with_its_time_and_the_session_at_the_latest(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    center.knobs.sibling_tokens_die = False
    for session_seconds in (8 * HOUR, HOUR / 2):
        center.knobs.session_seconds = session_seconds
        mine, theirs = (Program(center, name).log_in(browser) for name in ("mine", "theirs"))
        mine.log_out()
        clock.advance(min(HOUR, session_seconds) - 20)
        assert theirs.accounts()
        clock.advance(20)
        with pytest.raises(ClientError, match="Session token not found or invalid"):
            theirs.accounts()


def test_an_administrator_ends_what_a_logout_spared(center: IdentityCenter, browser: CookieJar) -> None:
    center.knobs.sibling_tokens_die = False
    mine, theirs = (Program(center, name).log_in(browser) for name in ("mine", "theirs"))
    mine.log_out()
    center.end_sessions()
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        theirs.accounts()


def test_the_last_access_token_says_more_than_is_true(center: IdentityCenter, clock: Clock, browser: CookieJar) -> None:
    Program(center).log_in(browser)
    clock.advance(7.5 * HOUR)
    late = Program(center).log_in(browser)
    assert late.expires_in == HOUR
    clock.advance(HOUR / 2)
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        late.accounts()


def test_the_last_access_token_may_be_shortened_to_the_sessions_end(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    center.knobs.shorten_last_token = True
    program = Program(center)
    login = program.log_in(browser, flow)
    assert login.expires_in == HOUR
    clock.advance(7.5 * HOUR)
    assert login.renew().expires_in == pytest.approx(HOUR / 2, abs=30)
    assert program.log_in(browser, flow).expires_in == pytest.approx(HOUR / 2, abs=30)
    assert Program(center, scopes=[]).log_in(browser, "device").expires_in == pytest.approx(HOUR / 2, abs=30)


def test_a_login_joins_a_session_that_the_person_began_in_the_portal(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    visit(center.portal(), None, jar=browser)
    session = only(center)
    assert session.ends_at - session.began_at == 8 * HOUR
    clock.advance(HOUR)
    Program(center).log_in(browser, flow)
    assert only(center) is session


def test_a_planted_token_belongs_to_no_browser(center: IdentityCenter, browser: CookieJar) -> None:
    center.issue_token()
    Program(center).log_in(browser)
    assert len(center.sessions) == 2


def test_the_portals_page_is_of_this_identity_center_alone() -> None:
    with IdentityCenter(start_urls=[START_URL]) as center:
        assert fetch(center.portal(OTHER_URL)).status == 400
        assert fetch(f"{center.url}/portal").status == 400
        assert START_URL in fetch(center.portal()).text
        assert len(center.sessions) == 1


def test_signing_out_twice_is_no_problem(center: IdentityCenter, browser: CookieJar) -> None:
    visit(center.portal(), None, jar=browser)
    for _ in range(2):
        assert "Signed out" in fetch(f"{center.url}/portal/sign-out", {"start_url": START_URL}, jar=browser).text
    assert center.sessions == ()


def test_boto3_works_on_in_a_session_that_was_joined(center: IdentityCenter, browser: CookieJar) -> None:
    visit(center.portal(), None, jar=browser)
    login: Login = Program(center).log_in(browser)
    portal: Any = boto3.client("sso", config=Config(retries={"total_max_attempts": 1}))
    keys = portal.get_role_credentials(accessToken=login.access_token, accountId="111122223333", roleName="Developer")
    login.log_out()
    role = keys["roleCredentials"]
    sts = boto3.client(
        "sts",
        aws_access_key_id=role["accessKeyId"],
        aws_secret_access_key=role["secretAccessKey"],
        aws_session_token=role["sessionToken"],
    )
    assert sts.get_caller_identity()["Account"] == "111122223333", "what was handed out goes on to its own end"
