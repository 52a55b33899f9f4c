"""The set-up page in a real browser: every step, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.center import many_accounts, plant_token
from support.chromium import Chromium, Tab
from support.contrast import LEAST_CONTRAST
from support.needs import needs
from support.setup_page import page_program
from support.start_page import page, portals
from support.three_portals import Portal, check_profiles, config, three_portals

from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import START_URL, Account
from tray.paths import find_paths

SIZES = [(1000, 800), (390, 760)]


def fill_in(tab: Tab, portal: Portal) -> None:
    tab.until_shown("#details")
    if tab.run("!document.querySelector('#known').hidden"):
        tab.click("#known-list label:last-child")
    tab.fill("#session", portal.session)
    tab.fill("#start_url", portal.start_url)
    choose(tab, "#region", "us-east-1")


def choose(tab: Tab, selector: str, value: str) -> None:
    """Choose from a list, as with the mouse: such a list opens outside of the page."""
    tab.until_shown(selector)
    assert (
        tab.run(
            f"(() => {{ const list = document.querySelector({selector!r}); list.value = {value!r};"
            "list.dispatchEvent(new Event('input', {bubbles: true}));"
            "list.dispatchEvent(new Event('change', {bubbles: true})); return list.value; })()"
        )
        == value
    )


def set_up(browser: Chromium, portal: Portal) -> None:
    """Set up every role of a portal, as a person with a mouse does."""
    portal.center.inject(Fault.error("ListAccountRoles", 429, "TooManyRequestsException", times=8))
    portal.center.inject(Fault.drop("ListAccountRoles", times=3))
    with page_program(portal.environ) as (link, program):
        tab = browser.open_tab(link)
        assert "/open/" not in tab.address, "the secret has gone from the address"
        fill_in(tab, portal)
        tab.click("#details-form button[type=submit]")
        tab.click("#work-link")
        consent = browser.tab_of(portal.center.url)
        consent.click("button[value=allow]")
        consent.until(f"document.title === 'Signed in to {portal.session}'")
        tab.front()
        tab.until_shown("#search")
        roles = len(portal.accounts) * 4
        assert f"{roles:,} roles, 0 chosen" in tab.text
        tab.click("#all")
        assert f"{roles:,} chosen" in tab.text
        tab.click("#to-names")
        tab.until_shown("#write")
        assert f"{roles:,} new profiles" in tab.text
        tab.click("#write")
        tab.until_shown("#done-title")
        assert f"{roles:,} profiles added" in tab.text
        tab.click("[data-act=finish]")
        assert program.wait(20) == 0
        tab.close()
        consent.close()


@pytest.mark.timeout(400)
def test_three_sign_ins_with_500_accounts_and_2000_roles_are_set_up_and_boto3_uses_them(browser: Chromium) -> None:
    with three_portals() as portals:
        for portal in portals:
            set_up(browser, portal)
        for portal in portals:
            check_profiles(portal)
    assert len(config().profiles) == 2000


def test_two_thousand_roles_are_shown_and_searched_without_lag(browser: Chromium) -> None:
    with IdentityCenter(accounts=many_accounts(500, 4)) as center:
        portal = Portal("big", START_URL, center, ())
        plant_token(portal.session, center.issue_token())
        with page_program(portal.environ) as (link, _program):
            tab = browser.open_tab(link)
            fill_in(tab, portal)
            tab.click("#details-form button[type=submit]")
            tab.until_shown("#search")
            assert "2,000 roles" in tab.text
            narrowed = tab.run(
                "(() => { const field = document.querySelector('#search'); const took = [];"
                "for (const words of ['dev', 'dev 1', 'dev 12', 'role-003 10000', 'none such', '']) {"
                "  const began = performance.now(); field.value = words; field.dispatchEvent(new Event('input'));"
                "  document.body.getBoundingClientRect(); took.push(performance.now() - began); } return took; })()"
            )
            everything = tab.run(
                "(() => { const began = performance.now(); document.querySelector('#all').click();"
                "document.body.getBoundingClientRect(); return performance.now() - began; })()"
            )
            assert max(*narrowed, everything) < 1000, "milliseconds; below 120 on a machine with much else to do"


def test_the_whole_set_up_can_be_done_with_the_keyboard(center: IdentityCenter, browser: Chromium) -> None:
    plant_token("corp", center.issue_token())
    with page_program(dict(os.environ)) as (link, program):
        tab = browser.open_tab(link)
        tab.until_shown("#session")

        def walk_to(selector: str) -> None:
            for _ in range(40):
                if tab.run(f"document.activeElement.matches({selector!r})"):
                    assert tab.run(
                        "getComputedStyle(document.activeElement.closest('.role') ?? document.activeElement)"
                        ".outlineStyle !== 'none'"
                    ), "the focus can be seen"
                    return
                tab.press("Tab", 9)
            raise AssertionError(f"no way to {selector}")

        walk_to("#session")
        tab.type("corp")
        walk_to("#start_url")
        tab.type(START_URL)
        walk_to("#region")
        for letter in "us east":
            tab.press(letter, ord(letter.upper()), letter)
        assert tab.run("document.activeElement.value") == "us-east-1"
        walk_to("#details-form button[type=submit]")
        tab.press("Enter", 13, "\r")
        tab.until_shown("#search")
        walk_to("#search")
        tab.type("prod")
        walk_to(".role:not([hidden]) input")
        tab.press(" ", 32, " ")
        tab.press("Tab", 9)
        tab.press("Tab", 9)
        tab.press(" ", 32, " ")
        assert "2 chosen" in tab.text
        tab.press("Enter", 13, "\r")
        tab.until_shown("#write")
        walk_to("#name_pattern")
        tab.run("document.activeElement.select()")
        tab.type("look-{account_name}")
        tab.until("document.querySelector('#preview input').value === 'look-acme-prod-Billing'")
        walk_to("#preview li:first-child input")
        tab.press("ArrowDown", 40)
        assert tab.run("document.activeElement.closest('li').textContent").startswith("ReadOnly in acme-prod")
        tab.type("looks")
        tab.until_shown("#write")
        walk_to("#write")
        tab.press("Enter", 13, "\r")
        tab.until_shown("#done-title")
        walk_to("#make-default")
        tab.press(" ", 32, " ")
        tab.until(
            "document.querySelector('#default-said').textContent.startsWith('Default profile: look-acme-prod-Billing.')"
        )
        walk_to("[data-act=finish]")
        tab.press("Enter", 13, "\r")
        assert program.wait(20) == 0
    assert set(config().profiles) == {"look-acme-prod-Billing", "looks", "default"}


def test_mistakes_are_told_beside_the_field_and_what_is_there_is_marked(
    center: IdentityCenter, browser: Chromium, home: Path
) -> None:
    plant_token("corp", center.issue_token())
    (home / ".aws" / "config").write_text(
        f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n[profile mine]\nsso_session = corp\n"
        "sso_account_id = 111122223333\nsso_role_name = Developer\n"
    )
    with page_program(dict(os.environ)) as (link, program):
        tab = browser.open_tab(link)
        tab.until_shown("#known")
        tab.click("#known-list label:last-child")
        tab.click("#details-form button[type=submit]")
        assert tab.run("document.activeElement.id") == "session"
        assert tab.run("document.activeElement.getAttribute('aria-invalid')") == "true"
        tab.fill("#session", "né")
        tab.fill("#start_url", "https://ssoins-1.portal.eu-west-1.app.aws")
        tab.until("document.querySelector('#region').value === 'eu-west-1'")
        assert "The start URL says Europe (Ireland) eu-west-1." in tab.text
        tab.click("#details-form button[type=submit]")
        tab.until_shown("#session-error")
        assert "cannot be a name" in tab.text
        tab.click("#known-list label:first-child")
        tab.click("#details-form button[type=submit]")
        tab.until_shown("#search")
        assert "8 roles, 0 chosen, 1 there already" in tab.text
        assert tab.run("document.querySelector('[title=\"There already: mine\"] input').disabled")
        assert "set up as mine" in tab.text
        tab.click("#all")
        tab.click("#to-names")
        tab.until_shown("#write")
        tab.fill("#name_pattern", "{user}")
        tab.until_shown("#name_pattern-error")
        tab.fill("#name_pattern", "{role}.{account_id}")
        tab.until_shown("#write")
        tab.click("#write")
        tab.until_shown("#done-title")
        assert "as it was before is kept" in tab.text
        tab.close()
        assert program.wait(20) == 0, "a tab that is closed ends it"
    assert len(config().profiles) == 8


def test_a_sign_in_that_is_refused_can_be_tried_again_and_the_page_left(
    center: IdentityCenter, browser: Chromium, home: Path
) -> None:
    with page_program(dict(os.environ), "--session", "corp", "--start-url", START_URL) as (link, program):
        tab = browser.open_tab(link)
        tab.until_shown("#session")
        assert tab.run("document.querySelector('#session').value") == "corp"
        choose(tab, "#region", "us-east-1")
        tab.click("#details-form button[type=submit]")
        tab.click("#work-link")
        consent = browser.tab_of(center.url)
        consent.click("button[value=deny]")
        consent.until("document.title === 'Not signed in'")
        tab.front()
        tab.until_shown("#work-again")
        assert "The sign-in was refused" in tab.text
        tab.click("#work-again")
        tab.until_shown("#work-link")
        tab.click("#work-with-code")
        tab.until_shown("#work-code")
        assert tab.run("document.querySelector('#work-code').textContent.length") == 9
        tab.click("#work [data-act=back-to-details]")
        tab.until_shown("#session")
        tab.click("#details [data-act=leave]")
        tab.until_shown("#done-title")
        assert program.wait(20) == 5
    assert not (home / ".aws" / "config").exists()


def test_names_are_checked_while_they_are_typed_and_the_end_offers_the_next_steps(browser: Chromium) -> None:
    accounts = (
        Account("111122223333", "Caf\u00e9 <b>R&D</b>", "", ("Admin", "ReadOnly")),
        Account("444455556666", "\u05d7\u05d1\u05e8\u05d4 \u202eprod", "", ("Admin",)),
    )
    with IdentityCenter(accounts=accounts) as center:
        plant_token("corp", center.issue_token())
        with page_program({**os.environ, **center.environment()}, "--lower-case") as (link, program):
            tab = browser.open_tab(link)
            tab.fill("#session", "corp")
            tab.fill("#start_url", START_URL)
            choose(tab, "#region", "other")
            tab.fill("#region_other", "us-east-1")
            tab.click("#details-form button[type=submit]")
            tab.until_shown("#search")
            tab.until("document.body.innerText.includes('Caf\u00e9 <b>R&D</b>')")
            tab.click("#all")
            tab.click("#to-names")
            tab.until("document.querySelector('#preview input').value === 'admin-cafe-b-r-d-/b'")
            first, second = "#preview li:nth-child(1) input", "#preview li:nth-child(2) input"
            for typed, said in (
                ("re port", "cannot be a name"),
                ("readonly-cafe-b-r-d-/b", "Another of these"),
                ("", "A profile needs a name"),
            ):
                tab.fill(first, typed)
                tab.until(f"document.querySelector('#preview .error').textContent.includes({said!r})")
                assert tab.run("document.querySelector('#write').disabled")
                assert "1 name cannot be used yet." in tab.text
            tab.fill(first, "admin")
            tab.fill(second, "look")
            tab.until_shown("#write")
            tab.click("#lower_case")
            tab.until("document.querySelector('#preview li:last-child input').value === 'Admin-prod'")
            assert tab.run(f"document.querySelector({first!r}).value") == "admin", "what was typed stays"
            tab.click("#lengths .pill:last-child")
            tab.fill("#length_hours", "soon")
            tab.click("#write")
            tab.until_shown("#length_hours-error")
            tab.fill("#length_hours", "10")
            tab.click("#write")
            tab.until_shown("#try")
            assert "3 profiles added" in tab.text
            choose(tab, "#default-profile", "look")
            assert tab.run("document.querySelector('#try').textContent").endswith(" look")
            tab.click("#copy")
            tab.until("document.querySelector('#copied').textContent")
            tab.click("#make-default")
            tab.until("document.querySelector('#default-said').textContent")
            tab.go(tab.address)
            tab.until_shown("#try")
            tab.click("[data-act=finish]")
            assert program.wait(20) == 0
            tab.until("document.body.innerText.includes('You can close this tab.')")
    assert set(config().profiles) == {"admin", "look", "Admin-prod", "default"}
    assert config().profiles["default"]["sso_role_name"] == "ReadOnly"
    assert "length_hours = 10" in find_paths().settings_file.read_text()


def test_a_region_that_the_start_page_names_is_seen_before_anything_is_asked_there(
    browser: Chromium, tmp_path: Path
) -> None:
    needs("openssl")
    with portals(tmp_path / "network", "d-1234567890.awsapps.com") as network:
        network.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
        with page_program({**os.environ, **network.environ}) as (link, _program):
            tab = browser.open_tab(link)
            tab.fill("#session", "corp")
            tab.fill("#start_url", "d-1234567890.awsapps.com/start")
            tab.press("Enter", 13, "\r")
            tab.until("document.activeElement.id === 'region'")
            assert tab.run("document.activeElement.value") == "ap-southeast-2"
            assert "The start page says Asia Pacific (Sydney) ap-southeast-2." in tab.text
            assert tab.run("document.querySelector('#work').hidden"), "the person agrees first"
            assert network.asked == ["d-1234567890.awsapps.com/start"]


def test_a_page_whose_program_has_ended_says_so(center: IdentityCenter, browser: Chromium) -> None:
    with page_program(dict(os.environ)) as (link, program):
        tab = browser.open_tab(link)
        tab.until_shown("#session")
        program.terminate()
        assert program.wait(20) == 5
        tab.fill("#session", "corp")
        tab.fill("#start_url", START_URL)
        choose(tab, "#region", "us-east-1")
        tab.click("#details-form button[type=submit]")
        tab.until_shown("#problem")
        assert "The set-up has ended" in tab.text


@pytest.mark.parametrize("size", SIZES)
def test_every_step_fits_the_window_and_can_be_read(
    center: IdentityCenter, browser: Chromium, size: tuple[int, int]
) -> None:
    plant_token("corp", center.issue_token())
    width, height = size
    with page_program(dict(os.environ)) as (link, _program):
        tab = browser.open_tab(link, width=width, height=height)
        tab.until_shown("#session")
        fits(tab, "details")
        tab.fill("#session", "corp")
        tab.fill("#start_url", START_URL)
        choose(tab, "#region", "us-east-1")
        tab.click("#details-form button[type=submit]")
        tab.until_shown("#search")
        fits(tab, "choose")
        tab.click("#all")
        tab.click("#to-names")
        tab.until_shown("#write")
        fits(tab, "names")
        tab.click("#write")
        tab.until_shown("#try")
        fits(tab, "done")


def fits(tab: Tab, step: str) -> None:
    """Nothing is wider than the window, every field has a name, and words stand out in light and in dark."""
    assert tab.run("document.documentElement.scrollWidth <= innerWidth"), step
    assert tab.run(
        "[...document.querySelectorAll('input, select')]"
        ".every((field) => field.labels.length && field.labels[0].textContent)"
    )
    assert tab.run("document.activeElement.tagName") == "H2", "a screen reader begins at the new step"
    for dark in (False, True):
        tab.scheme(dark=dark)
        assert tab.run(LEAST_CONTRAST) >= 4.5, (step, dark)  # WCAG 2.2, 1.4.3
