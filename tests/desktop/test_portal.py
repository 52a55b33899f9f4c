"""The desktop portal opens a page where this process knows no display, or no opener finds a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

if os.name != "posix":
    pytest.skip("there is a message bus on free desktops only", allow_module_level=True)

from support import linux  # noqa: F401
from support.executables import make_program
from support.portal import CLOSED, FAILED, OpenUriPortal
from support.session_bus import SessionBus, session_bus

from tray.desktop import browser
from tray.desktop.linux import portal

URL = "https://d-1234567890.awsapps.com/start/#/console?account_id=1&role_name=A%20B"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SessionBus]:
    """Give the test a session whose display it is not told of, as a service of the user is not."""
    with session_bus() as session:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.address)
        monkeypatch.setenv("PATH", str(tmp_path))
        for name in ("SSH_CONNECTION", "XDG_SESSION_TYPE"):
            monkeypatch.delenv(name, raising=False)
        yield session


@pytest.fixture
def desktop(session: SessionBus) -> Iterator[OpenUriPortal]:
    with OpenUriPortal(session.address) as portal:
        yield portal


@pytest.mark.parametrize("answers_after", [0.0, 0.3])
def test_where_no_display_is_known_the_portal_opens_the_page(desktop: OpenUriPortal, answers_after: float) -> None:
    desktop.answers_after = answers_after

    assert browser.open_url(URL)

    assert desktop.opened == [URL]
    assert len(desktop.options[0]["handle_token"]) > 20, "a token that can be guessed could be taken by others"


def test_where_the_openers_fail_the_portal_opens_the_page(
    desktop: OpenUriPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", "elsewhere:0")
    for name in ("xdg-open", "gio"):
        make_program(tmp_path / name, "#!/bin/sh\nexit 3\n")

    assert browser.open_url(URL)

    assert desktop.opened == [URL]


def test_the_leave_to_raise_a_window_is_handed_to_the_portal(desktop: OpenUriPortal) -> None:
    assert browser.open_url(URL, "", "of a click")
    assert browser.open_url(URL, "", "")

    assert [options.get("activation_token") for options in desktop.options] == ["of a click", None]


def test_a_browser_that_was_chosen_is_not_replaced(desktop: OpenUriPortal) -> None:
    assert not browser.open_url(URL, "missing %s")

    assert desktop.opened == []


@pytest.mark.parametrize("response", [CLOSED, FAILED])
def test_a_page_that_the_desktop_did_not_open_is_no_success(desktop: OpenUriPortal, response: int) -> None:
    desktop.response = response

    assert not browser.open_url(URL)


def test_a_question_that_nobody_answers_is_waited_for_only_so_long(desktop: OpenUriPortal) -> None:
    desktop.response = None

    assert not portal.open_page(URL, seconds=0.3)


def test_a_portal_that_refuses_is_no_success(desktop: OpenUriPortal) -> None:
    desktop.refuses_the_call = True

    assert not browser.open_url(URL)


def test_without_a_portal_or_a_session_there_is_no_success(session: SessionBus) -> None:
    assert not browser.open_url(URL)
    assert not browser.can_open_link()
    session.kill()
    assert not browser.open_url(URL)
    assert not browser.can_open_link()
    assert not browser.comes_back()


def test_a_browser_comes_back_where_the_portal_shows_it(desktop: OpenUriPortal) -> None:
    assert browser.comes_back()
    assert browser.has_display()
    assert browser.can_open_link()
    assert desktop.opened == []


@pytest.mark.parametrize(("name", "value"), [("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"), ("XDG_SESSION_TYPE", "tty")])
def test_nothing_is_opened_on_the_screen_of_another_session_of_the_same_user(
    desktop: OpenUriPortal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert not browser.open_url(URL)
    assert not browser.comes_back()

    assert desktop.opened == []
