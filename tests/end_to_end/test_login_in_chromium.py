"""A sign-in's own pages in a real Chromium: the question, AWS's page, and a last page that holds no code."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from end_to_end.desktop import SESSION, Desktop
from end_to_end.logins import TerminalLogin, login, logouts
from support.chromium import Chromium, Tab, chromium
from support.needs import needs

BEGIN, KEEP = "nav a.main", "nav a:not(.main)"


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    needs("chromium")


def approve(tab: Tab) -> None:
    tab.click("button[value=allow]")


def first_login(desktop: Desktop, browser: Chromium) -> Tab:
    """Sign in with the browser, so that it holds a session."""
    desktop.browser.decide("ignore")
    with login(desktop) as first:
        tab = browser.open_tab(first.told("open-url")["url"])
        approve(tab)
        assert first.ended() == 0, first.errors
        tab.until("location.pathname === '/done'")
    return tab


def asks(new: TerminalLogin, browser: Chromium, **look: object) -> Tab:
    tab = browser.open_tab(new.told("open-url")["url"], **look)  # type: ignore[arg-type]
    tab.until_shown("nav")
    return tab


def test_from_the_question_over_aws_to_a_last_page_without_a_code(desktop: Desktop, tmp_path: Path) -> None:
    with chromium(tmp_path / "chromium") as browser:
        last = first_login(desktop, browser)
        assert f"Signed in to {SESSION}" in last.text
        [old] = desktop.center.sessions
        with login(desktop, "--new", "--ask") as new:
            tab = asks(new, browser)
            assert f"You are signed in to {SESSION}" in tab.text
            assert logouts(desktop) == 0
            tab.click(BEGIN)
            approve(tab)
            assert new.ended() == 0, new.errors
            assert new.how == "new"
        tab.until("location.pathname === '/done'")
        assert parse_qs(urlsplit(tab.address).query).keys() == {"key"}
        assert f"Signed in to {SESSION}" in tab.text
        assert "go on where you were" in tab.text
        assert "code=" not in tab.run("document.referrer + location.href")
        assert old not in desktop.center.sessions
        assert browser.complaints == []


def test_keep_this_one_ends_nothing_and_a_reload_of_the_question_does_not_either(
    desktop: Desktop, tmp_path: Path
) -> None:
    with chromium(tmp_path / "chromium") as browser:
        first_login(desktop, browser)
        [session] = desktop.center.sessions
        with login(desktop, "--new", "--ask") as new:
            tab = asks(new, browser, width=390, height=740, dark=True)
            tab.go(tab.address)
            tab.until_shown("nav")
            assert tab.run("document.documentElement.scrollWidth <= innerWidth"), "it fits on a phone"
            tab.click(KEEP)
            assert new.ended() == 5
            assert new.told("failed")["title"] == "The session was kept. You are still signed in."
            tab.until("document.body.innerText.includes('You are still signed in')")
        assert desktop.center.sessions == (session,)
        assert logouts(desktop) == 0
        assert browser.complaints == []


def test_after_a_refusal_the_last_page_says_so(desktop: Desktop, tmp_path: Path) -> None:
    desktop.browser.decide("ignore")
    with chromium(tmp_path / "chromium") as browser, login(desktop) as refused:
        tab = browser.open_tab(refused.told("open-url")["url"])
        tab.until_shown("button[value=deny]")
        tab.click("button[value=deny]")
        assert refused.ended() == 5
        tab.until("document.body.innerText.includes('Not signed in')")
        assert "The sign-in was refused" in tab.text
