"""The external identity provider: whether it asks, and the session of its own that caps those of the portal."""

from __future__ import annotations

from http.cookiejar import CookieJar
from urllib.parse import urlsplit

import pytest
from support.center import REDIRECT, Clock, fetch, press
from support.demo_login import HOUR, Program

from tray.demo.browser import visit
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Consent


@pytest.fixture
def browser() -> CookieJar:
    return CookieJar()


@pytest.fixture(params=["browser", "device"])
def flow(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(center: IdentityCenter) -> int:
    """How often the person had to sign in to the identity provider."""
    return sum(request.operation == "IdpSignIn" for request in center.requests)


@pytest.fixture
def asks(center: IdentityCenter) -> None:
    center.knobs.idp_asks = True


@pytest.mark.usefixtures("asks")
def test_it_asks_before_the_consent_page_where_a_session_is_to_begin(
    center: IdentityCenter, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    page = fetch(program.address(flow), jar=browser)
    assert "Sign in" in page.text
    assert 'value="allow"' not in page.text
    assert not center.sessions
    back = press(center, page, "sign-in", jar=browser)
    assert back.status == 303
    [session] = center.sessions
    consent = fetch(center.url + back.location, jar=browser)
    program.redeem(program.press(consent, browser))
    assert center.sessions == (session,)
    assert press(center, page, "sign-in", jar=browser).status == 400, "the page has been used"


@pytest.mark.usefixtures("asks")
def test_it_does_not_ask_where_a_session_is_joined(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str
) -> None:
    program = Program(center)
    program.log_in(browser, flow)
    program.log_in(browser, flow)
    assert asked(center) == 1
    clock.advance(8 * HOUR)
    program.log_in(browser, flow).log_out()
    assert asked(center) == 2
    program.log_in(browser, flow)
    assert asked(center) == 3, "a session that a logout ended is over"


@pytest.mark.usefixtures("asks")
def test_the_portal_asks_too(center: IdentityCenter, browser: CookieJar) -> None:
    visit(center.portal(), None, jar=browser)
    visit(center.portal(), None, jar=browser)
    assert (asked(center), len(center.sessions)) == (1, 1)


@pytest.mark.usefixtures("asks")
def test_a_refusal_after_the_sign_in_leaves_a_session_that_the_next_login_joins(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    Program(center).decide(browser, "browser", "deny")
    [session] = center.sessions
    clock.advance(HOUR)
    Program(center).log_in(browser)
    assert center.sessions == (session,)


@pytest.mark.usefixtures("asks")
def test_two_sign_in_pages_of_one_browser_begin_one_session(center: IdentityCenter, browser: CookieJar) -> None:
    pages = [fetch(Program(center).address("browser"), jar=browser) for _ in range(2)]
    for page in pages:
        press(center, page, "sign-in", jar=browser)
    assert len(center.sessions) == 1


@pytest.mark.usefixtures("asks")
def test_a_sign_in_page_that_was_open_too_long_is_refused(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    page = fetch(Program(center).address("browser"), jar=browser)
    clock.advance(600)
    assert press(center, page, "sign-in", jar=browser).status == 400
    assert fetch(f"{center.url}/idp/sign-in", {}).status == 400
    assert not center.sessions


@pytest.mark.usefixtures("asks")
def test_the_sign_in_page_may_lead_to_the_program_where_nobody_has_to_decide(
    center: IdentityCenter, browser: CookieJar
) -> None:
    center.knobs.consent = Consent.ALLOW
    page = fetch(Program(center).address("browser"), jar=browser)
    policy = page.headers["content-security-policy"]
    assert f"form-action 'self' http://{urlsplit(REDIRECT).netloc};" in policy, "browsers hold redirects to it too"
    back = press(center, page, "sign-in", jar=browser)
    assert fetch(center.url + back.location, jar=browser).answer["code"]


@pytest.mark.parametrize("asks", [True, False])
def test_its_session_caps_the_portals(
    center: IdentityCenter, clock: Clock, browser: CookieJar, flow: str, asks: bool
) -> None:
    center.knobs.idp_asks = asks
    center.knobs.idp_session_seconds = 10 * HOUR
    program = Program(center)
    program.log_in(browser, flow)
    [first] = center.sessions
    assert first.ends_at - first.began_at == 8 * HOUR
    clock.advance(8 * HOUR)
    login = program.log_in(browser, flow)
    [second] = center.sessions
    assert second.ends_at == pytest.approx(first.began_at + 10 * HOUR, abs=30)
    login.log_out()
    program.log_in(browser, flow)
    [third] = center.sessions
    assert third.ends_at == second.ends_at, "it signed in silently, and a logout won no time"
    assert asked(center) == asks
    clock.advance(2 * HOUR)
    program.log_in(browser, flow)
    [fourth] = center.sessions
    assert fourth.ends_at - fourth.began_at == 8 * HOUR
    assert asked(center) == 2 * asks


def test_its_session_is_the_browsers_own_and_one_for_all_portals(
    center: IdentityCenter, clock: Clock, browser: CookieJar
) -> None:
    center.knobs.idp_session_seconds = 6 * HOUR
    visit(center.portal(), None, jar=browser)
    clock.advance(5 * HOUR)
    visit(center.portal("https://d-0000000000.awsapps.com/start"), None, jar=browser)
    visit(center.portal(), None, jar=CookieJar())
    lengths = [round((session.ends_at - session.began_at) / HOUR) for session in center.sessions]
    assert lengths == [6, 1, 6]


def test_signing_out_in_the_portal_does_not_sign_out_of_it(center: IdentityCenter, browser: CookieJar) -> None:
    center.knobs.idp_asks = True
    center.knobs.idp_session_seconds = 10 * HOUR
    visit(center.portal(), None, jar=browser)
    visit(center.portal(), "sign-out", jar=browser)
    visit(center.portal(), None, jar=browser)
    assert asked(center) == 1


def test_by_default_it_neither_asks_nor_caps(center: IdentityCenter, clock: Clock, browser: CookieJar) -> None:
    program = Program(center)
    for _ in range(3):
        program.log_in(browser)
        clock.advance(8 * HOUR)
    assert asked(center) == 0
    assert [cookie.name.rpartition("_")[0] for cookie in browser] == ["x-amz-sso_authn"]
