"""Another user of the machine reads the sign-in's address in the browser's arguments, and gets nothing for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from end_to_end.desktop import Desktop, token_file
from end_to_end.logins import login, logouts, sign_in
from support.another_user import SOMEBODY, send_as
from support.desk import until
from support.needs import linux, superuser

from tray.demo.browser import visit

pytestmark = [superuser, linux]


def ask_as_somebody(url: str) -> bytes:
    parts = urlsplit(url)
    request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    return send_as(SOMEBODY, parts.port or 0, request.encode())


def test_nothing_ends_for_a_stranger_and_the_person_is_told_and_goes_on(desktop: Desktop) -> None:
    token = sign_in(desktop)
    [session] = desktop.center.sessions
    desktop.browser.decide("ignore")
    with login(desktop, "--new") as new:
        url = new.told("open-url")["url"]
        until(lambda: desktop.browser.opened[-1] == url)

        assert ask_as_somebody(url) == b""
        assert ask_as_somebody(url) == b""

        warned = new.told("warned")
        assert warned["title"].startswith("Another user of this computer tried to use this sign-in")
        assert desktop.center.sessions == (session,)
        assert logouts(desktop) == 0
        assert token_file(desktop) == token
        visit(url, "allow", jar=desktop.browser.jar)
        assert new.ended() == 0, new.errors
        assert [event["event"] for event in new.events].count("warned") == 1
    assert session not in desktop.center.sessions


def test_the_tray_tells_of_a_stranger_too(desktop: Desktop) -> None:
    desktop.browser.decide("ignore")
    desktop.start()
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    assert ask_as_somebody(desktop.browser.opened[0]) == b""
    desktop.notices.wait_for_notice("Another user of this computer")
    desktop.browser.decide("allow")
    desktop.icon.click("Open sign-in page")
    desktop.shows("signed in")
