"""Every page of ours as an accessibility checker sees it, in a real browser: nothing is found, in light and in dark."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.axe import violations
from support.center import plant_token
from support.chromium import Chromium, Tab, chromium
from support.from_npm import needs_package
from support.needs import needs
from support.pages import served
from support.setup_page import page_program
from support.sign_in_browser import STATE, Visitor, came_back

from tray.aws.login.sign_in_pages import SignInPages
from tray.core.page_names import PAGE_NAMES
from tray.core.words import pages as pages_words
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL

READY = {
    "profiles": "#chosen-name",
    "settings": "#groups h3",
    "doctor": "#levels h2",
    "sign-ins": ".past",
}
"""What is there once a page shows what it is about; every page but the set-up has a line."""

CONFIG = f"""[sso-session corp]
sso_start_url = {START_URL}
sso_region = us-east-1
[profile {"wide" * 60}]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer
[{"section" * 9}]
sso_session = corp
"""

Shown = Iterator[tuple[str, Tab]]
"""What a journey comes by: each page or step, by what it is called, in the tab that shows it."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    needs("chromium")
    needs_package("axe-core")
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def browser(running: Chromium) -> Iterator[Chromium]:
    yield running
    assert not running.complaints, "nothing was refused by the page's own policy, and no script failed"


def set_up(browser: Chromium, center: IdentityCenter) -> Shown:
    """The set-up from its details to its end, with AWS's pages as the demo has them."""
    plant_token("other", center.issue_token())
    with page_program(dict(os.environ)) as (link, program):
        tab = browser.open_tab(link)
        tab.fill("#session", "né")
        tab.fill("#start_url", START_URL)
        tab.run("document.querySelector('#region').value = 'us-east-1'")
        tab.click("#details-form button[type=submit]")
        tab.until_shown("#session-error")
        yield "details, with a mistake", tab
        tab.fill("#session", "corp")
        tab.click("#details-form button[type=submit]")
        tab.click("#work-link")
        yield "signing in", tab
        consent = browser.tab_of(center.url)
        consent.until_shown("button[value=allow]")
        yield "AWS's page", consent
        consent.click("button[value=allow]")
        consent.until("document.title === 'Signed in to corp'")
        yield "the end of the sign-in", consent
        consent.close()
        tab.front()
        tab.until_shown("#search")
        yield "accounts and roles", tab
        tab.click("#all")
        tab.click("#to-names")
        tab.until_shown("#write")
        yield "names", tab
        tab.click("#write")
        tab.until_shown("#try")
        yield "done", tab
        program.kill()
        program.wait(20)
        tab.click("#make-default")
        tab.until_shown("#problem")
        yield "a page whose program has gone", tab


def log_in(browser: Chromium, _center: IdentityCenter) -> Shown:
    """The pages of a login: the question of the first one, both of its ends, and what a stranger is shown."""
    asked = pages_words.question("corp", "17:05", ("lab", "play"), estimated=True, wins_nothing=True)
    with SignInPages(STATE, ask=asked) as pages:
        visitor = Visitor(pages)
        tab = browser.open_tab(pages.start_url)
        yield "the question", tab
        stranger = browser.open_tab(pages.start_url.partition("key=")[0] + "key=wrong")
        yield "no page for a stranger", stranger
        answer = visitor.get(came_back(state=STATE, code="a-code"))
        assert visitor.code() == "a-code"
        pages.finish(pages_words.SIGNED_IN(sign_in="corp"))
        tab.go(answer.location)
        yield "the last page", tab
        visitor.leave()


def of_the_demo(browser: Chromium, center: IdentityCenter) -> Shown:
    """What else the demo shows in a browser."""
    tab = browser.open_tab(f"{center.url}/device")
    yield "the code", tab
    tab.fill("#user_code", "WRONG")
    tab.click("button")
    tab.until("document.body?.innerText.includes('not valid')")
    yield "a refusal", tab
    center.knobs.idp_asks = True
    tab.go(f"{center.url}/portal?start_url={quote(START_URL, safe='')}")
    tab.until_shown("button[value=sign-in]")
    yield "the organisation's own sign-in", tab
    tab.click("button[value=sign-in]")
    tab.until_shown("button[value=sign-out]")
    yield "the portal", tab


def for_nobody(browser: Chromium, _center: IdentityCenter) -> Shown:
    """What our server of pages answers whom it does not know."""
    with served() as server:
        link = server.link("setup")
        for address in (f"{link}x", f"{link.partition('/open/')[0]}/elsewhere/"):
            yield address, browser.open_tab(address)


def of_one_server(name: str, browser: Chromium, _center: IdentityCenter) -> Shown:
    """A page that is offered beside the set-up, once it shows what it is about."""
    config = Path.home() / ".aws" / "config"
    config.parent.mkdir(exist_ok=True)
    config.write_text(CONFIG)
    plant_token("corp", {"accessToken": "a", "expiresAt": "2020-01-01T00:00:00Z"})
    with served() as server:
        tab = browser.open_tab(server.link(name))
        tab.until_shown(READY[name])
        yield name, tab


JOURNEYS: dict[str, Callable[[Chromium, IdentityCenter], Shown]] = {
    "the set-up": set_up,
    "a login": log_in,
    "the demo": of_the_demo,
    "nobody's page": for_nobody,
    **{name: partial(of_one_server, name) for name in PAGE_NAMES if name != "setup"},
}


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
def test_nothing_is_found_and_everything_fits(
    journey: Callable[[Chromium, IdentityCenter], Shown], center: IdentityCenter, browser: Chromium
) -> None:
    for shown, tab in journey(browser, center):
        for dark in (False, True):
            tab.scheme(dark=dark)
            assert violations(tab) == [], (shown, dark)
        for width, height in ((360, 740), (500, 400)):  # a phone, and a window of 1000 by 800 at 200 %
            tab.look(width=width, height=height)
            assert tab.run("document.documentElement.scrollWidth") <= width, shown
        tab.look()


def test_what_is_wrong_is_found(browser: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text("<!doctype html><h1>Wrong</h1><img src=x><input><p style='color: #ccc; background: #fff'>Pale</p>")
    found = [each.partition(" ")[0] for each in violations(browser.open_tab(page.as_uri()))]

    assert {"image-alt", "label", "color-contrast", "html-has-lang", "document-title"} <= set(found)
