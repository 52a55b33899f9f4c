"""Agents and scripts log in unattended and in parallel: one page for all of them, and one result."""

from __future__ import annotations

import pytest
from end_to_end.desktop import Desktop
from end_to_end.logins import TerminalLogin, login, logins, logouts, sign_in
from support.desk import until

from tray.demo.browser import visit

pytestmark = pytest.mark.long


def all_wait(started: list[TerminalLogin]) -> TerminalLogin:
    """Wait until one has a page open and all others wait for it; gives that one."""
    first = {each: each.told("open-url", "waiting")["event"] for each in started}
    [leader] = [each for each, event in first.items() if event == "open-url"]
    return leader


def test_five_logins_open_one_page_and_all_are_signed_in_by_it(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    with logins(desktop, 5) as started:
        leader = all_wait(started)
        [url] = desktop.browser.opened
        assert {each.told("open-url", "waiting")["url"] for each in started} == {url}
        visit(url, "allow", jar=desktop.browser.jar)
        assert [each.ended() for each in started] == [0] * 5
        assert [each.how for each in started if each is not leader] == ["already"] * 4
        assert leader.how == "signed-in"
    assert len(desktop.browser.opened) == len(desktop.center.sessions) == 1


def test_a_refusal_counts_for_all_that_wait_for_the_page(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    with logins(desktop, 4) as started:
        all_wait(started)
        [url] = desktop.browser.opened
        visit(url, "deny", jar=desktop.browser.jar)
        assert [each.ended() for each in started] == [5] * 4
        assert {each.told("failed")["title"] for each in started} == {"The sign-in was refused"}
    assert len(desktop.browser.opened) == 1


def test_cancel_in_the_trays_menu_ends_those_of_terminals_too(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.shows("signed out")
    with logins(desktop, 3) as started:
        all_wait(started)
        desktop.shows("signing in")
        desktop.icon.click("Cancel sign-in")
        assert [each.ended() for each in started] == [5] * 3
    desktop.shows("signed out")
    assert desktop.center.sessions == ()
    desktop.browser.decide("allow")
    desktop.icon.click("Log in")
    desktop.shows("signed in")


def test_one_that_dies_is_followed_by_the_next_which_opens_its_own_page(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    with logins(desktop, 3) as started:
        leader = all_wait(started)
        desktop.browser.decide("allow")
        leader.kill()
        others = [each for each in started if each is not leader]
        assert [each.ended() for each in others] == [0, 0]
        assert sorted(each.how for each in others) == ["already", "signed-in"]
    dead, alive = desktop.browser.opened
    assert dead != alive
    assert len(desktop.center.sessions) == 1


def test_each_has_a_limit_of_its_own(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    with login(desktop, "--timeout", "15") as leader:
        leader.told("open-url")
        with login(desktop, "--timeout", "600") as patient, login(desktop, "--timeout", "1") as hasty:
            patient.told("waiting")
            assert hasty.ended() == 5
            desktop.browser.decide("allow")
            assert leader.ended() == 5
            assert patient.ended() == 0
            assert patient.how == "signed-in"
    assert len(desktop.browser.opened) == 2
    assert len(desktop.center.sessions) == 1


def test_two_that_want_a_new_session_are_content_with_one(desktop: Desktop) -> None:
    sign_in(desktop)
    [old] = desktop.center.sessions
    desktop.browser.decide("ignore")
    with logins(desktop, 2, "--new") as started:
        all_wait(started)
        url = desktop.browser.opened[-1]
        visit(url, "allow", jar=desktop.browser.jar)
        assert [each.ended() for each in started] == [0, 0]
        assert [each.how for each in started] == ["new", "new"]
    assert logouts(desktop) == 1
    assert len(desktop.browser.opened) == 2
    [new] = desktop.center.sessions
    assert new is not old


def test_a_click_in_the_tray_waits_for_the_page_of_a_terminal_and_can_open_it_again(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.shows("signed out")
    with login(desktop) as leader:
        leader.told("open-url")
        desktop.host.wait_for(lambda: "Open sign-in page" in desktop.icon.menu().labels(), "the page's menu item")
        desktop.browser.decide("allow")
        desktop.icon.click("Open sign-in page")
        assert leader.ended() == 0
    desktop.shows("signed in")
    until(lambda: len(desktop.browser.opened) == 2)
    first, second = desktop.browser.opened
    assert first == second
