"""A new session wins the full length: the old one is ended for it, once the person's own browser has come."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from end_to_end.desktop import SESSION, Desktop, token_file
from end_to_end.logins import login, logouts, record, sign_in
from support.center import Page, fetch
from support.desk import until
from support.login import operations

from tray.demo.organisation import START_URL

pytestmark = pytest.mark.long


LENGTH = 20
"""Seconds that a session lasts."""

HOURS = 8 * 3600


def lasting(desktop: Desktop, seconds: float, *, lead: float = 1.0, names: tuple[str, ...] = (SESSION,)) -> None:
    """Let sessions that begin from now on last so long, and let the program know it."""
    desktop.center.knobs.session_seconds = seconds
    desktop.center.knobs.token_seconds = 3600 if seconds > 3600 else 6
    lengths = "".join(f'[sign_in."{name}"]\nlength_hours = {seconds / 3600}\n' for name in names)
    desktop.settings(f"[notify]\nlead_minutes = [{lead / 60}]\n{lengths}")


def told_by_status(desktop: Desktop, name: str = SESSION) -> dict[str, Any]:
    sign_ins = json.loads(desktop.run("status", "--json").stdout)["sign_ins"]
    return next(found for found in sign_ins if found["name"] == name)


def end_of(desktop: Desktop, name: str = SESSION) -> datetime:
    return datetime.fromisoformat(told_by_status(desktop, name)["ends_at"])


def titles(desktop: Desktop, word: str) -> list[str]:
    return [notice.title for notice in desktop.notices.notices if word in notice.title]


def question(desktop: Desktop) -> Page:
    """See the page that was opened last, as a browser that nobody has pressed anything in."""
    return fetch(desktop.browser.opened[-1])


def test_the_button_of_a_reminder_wins_the_full_length_and_nothing_ends_at_the_old_time(desktop: Desktop) -> None:
    lasting(desktop, LENGTH, lead=LENGTH / 2)
    desktop.start()
    desktop.icon.click("Log in")
    desktop.shows("signed in until about ")
    [first] = desktop.center.sessions
    old_end = time.monotonic() + first.ends_at - time.time()
    reminder = desktop.notices.wait_for_notice("ends about")

    desktop.notices.press(reminder.id, "Log in")

    until(lambda: [each for each in desktop.center.sessions if each is not first])
    desktop.shows("signed in until about ")
    [second] = desktop.center.sessions
    assert second.ends_at - first.ends_at == pytest.approx(second.began_at - first.began_at)
    ends_at = end_of(desktop)
    assert ends_at.timestamp() == pytest.approx(second.ends_at, abs=3)
    assert f"until about {ends_at:%H:%M}" in desktop.icon.tooltip
    assert len(desktop.browser.opened) == 2
    until(lambda: time.monotonic() > old_end + 1)
    assert not titles(desktop, "ended")
    assert desktop.run("status").returncode == 0
    assert len(titles(desktop, "ends about")) in {1, 2}, "each end is announced once"


def test_a_click_on_the_body_of_a_reminder_asks_first_and_the_session_can_be_kept(desktop: Desktop) -> None:
    lasting(desktop, HOURS, lead=HOURS - 60)
    token = sign_in(desktop)
    desktop.settings(f'[notify]\nlead_minutes = [{HOURS / 60}]\n[sign_in."{SESSION}"]\nlength_hours = 8\n')
    desktop.browser.decide("keep")
    desktop.start()
    reminder = desktop.notices.wait_for_notice("ends about")
    desktop.notices.press(reminder.id, "default")

    desktop.notices.wait_for_notice("You are still signed in")

    assert titles(desktop, "still signed in") == ["The session was kept. You are still signed in."]
    desktop.shows("ends about ")
    assert logouts(desktop) == 0
    assert token_file(desktop) == token


def test_the_menu_asks_while_much_is_left_and_begins_a_new_session_if_the_person_wants_one(desktop: Desktop) -> None:
    lasting(desktop, HOURS)
    sign_in(desktop)
    [first] = desktop.center.sessions
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.shows("signed in until about ")
    desktop.icon.click("Log in again")
    until(lambda: len(desktop.browser.opened) == 2)

    page = question(desktop)

    assert page.status == 200
    for words in ("Begin a new session", "Keep this one", f"You are signed in to {SESSION} until about"):
        assert words in page.text
    assert desktop.center.sessions == (first,)
    assert logouts(desktop) == 0
    desktop.browser.decide("allow")
    desktop.icon.click("Open sign-in page")
    until(lambda: desktop.center.sessions and first not in desktop.center.sessions)
    desktop.shows("signed in until about ")
    [second] = desktop.center.sessions
    assert end_of(desktop).timestamp() == pytest.approx(second.ends_at, abs=3)


def test_in_a_terminal_the_new_session_begins_without_a_question(desktop: Desktop) -> None:
    sign_in(desktop)
    [first] = desktop.center.sessions
    with login(desktop, "--new") as new:
        assert new.ended() == 0, new.errors
        assert new.how == "new"
    [second] = desktop.center.sessions
    assert second.began_at > first.began_at
    ordered = [name for name in operations(desktop.center) if name in {"Logout", "CreateToken/authorization_code"}]
    assert ordered == ["CreateToken/authorization_code", "Logout", "CreateToken/authorization_code"]


def test_a_stale_token_is_renewed_so_that_its_session_can_be_ended(desktop: Desktop) -> None:
    desktop.center.knobs.token_seconds = 1
    sign_in(desktop)
    [first] = desktop.center.sessions
    desktop.center.knobs.token_seconds = 3600
    until(lambda: time.time() > first.began_at + 2)
    with login(desktop, "--new") as new:
        assert new.ended() == 0, new.errors
        assert new.how == "new"
    assert first not in desktop.center.sessions
    assert len(desktop.center.sessions) == 1
    assert "CreateToken/refresh_token" in operations(desktop.center)


def test_another_sign_in_of_the_portal_is_told_at_once_and_its_own_login_joins_the_new_session(
    desktop: Desktop,
) -> None:
    with desktop.config.open("a") as config:
        config.write(
            f"\n[sso-session other]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
            "sso_registration_scopes = sso:account:access\n\n"
            "[profile other]\nsso_session = other\nsso_account_id = 111122223333\nsso_role_name = Developer\n"
        )
    lasting(desktop, HOURS, names=(SESSION, "other"))
    sign_in(desktop)
    assert desktop.run("login", "other").returncode == 0
    [shared] = desktop.center.sessions
    desktop.start()
    desktop.shows("signed in until about ")

    with login(desktop, "--new", SESSION) as new:
        assert new.ended() == 0, new.errors

    desktop.host.wait_for(
        lambda: any(label.startswith("other · expired") for label in desktop.icon.menu().labels()), "the other's end"
    )
    assert shared not in desktop.center.sessions
    assert desktop.run("login", "other").returncode == 0
    [joined] = desktop.center.sessions
    assert record(desktop).began_at == record(desktop, "other").began_at
    # Each is asked about once; beside much else a third question was seen, after the other's login.
    assert operations(desktop.center).count("CreateToken/refresh_token") <= 3, "nobody asks again and again"
    assert end_of(desktop, "other").timestamp() == pytest.approx(joined.ends_at, abs=6)


def browser_goes_on(desktop: Desktop) -> None:
    desktop.center.knobs.logout_ends_browser_session = False


def idp_caps(desktop: Desktop) -> None:
    desktop.center.knobs.idp_session_seconds = LENGTH
    desktop.center.knobs.session_seconds = HOURS


@pytest.mark.parametrize("cause", [browser_goes_on, idp_caps])
def test_where_a_new_session_ends_with_the_old_one_the_next_question_says_that_it_wins_no_time(
    desktop: Desktop, cause: Callable[[Desktop], None]
) -> None:
    lasting(desktop, LENGTH)
    cause(desktop)
    sign_in(desktop)
    [first] = desktop.center.sessions
    until(lambda: time.time() > first.ends_at - LENGTH / 4, seconds=LENGTH)
    with login(desktop, "--new") as new:
        assert new.ended() == 0, new.errors
        assert new.how == "new"
    until(lambda: time.time() > first.ends_at, seconds=LENGTH)

    assert desktop.run("renew", "--force").returncode == 1

    assert record(desktop).wins_nothing
    desktop.center.knobs.idp_session_seconds = None
    lasting(desktop, HOURS)
    sign_in(desktop)
    desktop.browser.decide("ignore")
    desktop.start()
    opened = len(desktop.browser.opened)
    desktop.shows("signed in until about ")
    desktop.icon.click("Log in again")
    until(lambda: len(desktop.browser.opened) > opened)
    assert "To win time, sign out in the access portal first." in question(desktop).text


def test_where_another_new_session_really_begins_that_is_not_taken_for_one_that_wins_nothing(desktop: Desktop) -> None:
    lasting(desktop, 12)
    sign_in(desktop)
    with login(desktop, "--new") as new:
        assert new.ended() == 0, new.errors
    desktop.start()
    desktop.shows("expired")
    assert not record(desktop).wins_nothing


def test_nothing_is_ended_for_whoever_only_looks_ahead_or_asks_with_another_key(desktop: Desktop) -> None:
    sign_in(desktop)
    [session] = desktop.center.sessions
    desktop.browser.decide("ignore")
    with login(desktop, "--new") as new:
        url = new.told("open-url")["url"]
        assert fetch(f"{url[:-1]}x").status == 404
        assert fetch(url.partition("?")[0]).status == 404
        assert logouts(desktop) == 0
        assert desktop.center.sessions == (session,)
