"""The pages of the doctor and of the sign-ins in a real browser: by keyboard, and as files change beneath them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.center import plant_token
from support.chromium import Chromium, Tab, chromium
from support.desk import until
from support.needs import needs
from support.pages import served

CONFIG = (
    "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\n"
    "sso_registration_scopes = sso:account:access\n[dev]\nsso_session = corp\nsso_account_id = 111122223333\n"
    "sso_role_name = Developer\n"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    needs("chromium")
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        running.send("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        yield running


@pytest.fixture
def browser(running: Chromium) -> Iterator[Chromium]:
    yield running
    assert not running.complaints, "nothing was refused by the page's own policy, and no script failed"


@pytest.fixture
def config(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))  # No `aws` of this machine is asked for its version.
    file = home / ".aws" / "config"
    file.parent.mkdir()
    file.write_text(CONFIG)
    return file


def walk_to(tab: Tab, words: str) -> None:
    """Go on by keyboard until a button or link with these words has the focus."""
    for _ in range(60):
        tab.press("Tab", 9)
        if tab.run("document.activeElement.textContent") == words:
            assert tab.run("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus can be seen"
            return
    raise AssertionError(f"no way to {words}")


def press_enter(tab: Tab) -> None:
    tab.press("Enter", 13, "\r")


def test_a_problem_is_fixed_and_the_report_copied_by_keyboard(browser: Chromium, config: Path) -> None:
    with served() as server:
        tab = browser.open_tab(server.link("doctor"))
        tab.until_shown("#levels h2")
        assert tab.run("document.querySelector('#levels h2').textContent").endswith("not work")
        walk_to(tab, "Copy report")
        press_enter(tab)
        tab.until_shown("#report")
        tab.until("document.querySelector('#done').textContent === 'Copied.'")
        assert "[sign-in 1]" in tab.run("navigator.clipboard.readText()")
        walk_to(tab, "Fix")
        assert "dev" in tab.run(
            "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent"
        ), "a screen reader says what is fixed"
        press_enter(tab)
        tab.until("![...document.querySelectorAll('#levels button')].length")
        assert "[profile dev]" in config.read_text()
        tab.until("document.activeElement.tagName === 'H2'")
        walk_to(tab, "Check again")
        press_enter(tab)
        tab.until("document.querySelector('#done').textContent === ''")


def test_what_changes_beneath_is_shown_within_a_second_unless_aws_has_spoken(browser: Chromium, config: Path) -> None:
    with served() as server:
        tab = browser.open_tab(server.link("doctor"))
        tab.until_shown("#levels button")
        config.write_text(CONFIG.replace("[dev]", "[profile dev]"))
        tab.until("!document.querySelector('#levels button')")
        tab.click("#online")
        tab.until("document.querySelector('#said').textContent.endsWith('AWS was asked.')")
        config.write_text(CONFIG)
        tab.until("document.querySelector('#said').textContent === 'Something has changed since: check again.'")
        assert not tab.run("document.querySelector('#levels button') !== null")
        tab.click("#again")
        tab.until_shown("#levels button")


def test_a_sign_in_s_card_follows_what_other_programs_do_and_keeps_the_focus(browser: Chromium, config: Path) -> None:
    opened: list[tuple[str, str]] = []
    with served(open_browser=lambda name, url: bool(opened.append((name, url)) or True)) as server:
        tab = browser.open_tab(server.link("sign-ins"))
        tab.until_shown(".sign-in")
        assert "signed out" in tab.text
        walk_to(tab, "Open access portal")
        press_enter(tab)
        until(lambda: opened == [("corp", "https://d-1234567890.awsapps.com/start")])
        ends = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        plant_token("corp", {"accessToken": "a", "expiresAt": ends})
        tab.until("document.querySelector('.status').textContent.startsWith('signed in until')")
        assert tab.run("document.activeElement.textContent") == "Open access portal", "the focus stays where it was"
        assert "The end is known" in tab.text
        config.unlink()
        tab.until("!document.querySelector('#none').hidden")
        assert tab.run("document.querySelectorAll('.sign-in').length") == 0


def test_a_name_with_markup_and_of_any_length_is_a_name(browser: Chromium, config: Path) -> None:
    name = "\u05d0<b/onclick=x>" + "w" * 10_000
    config.write_text(CONFIG.replace("corp", name))
    with served() as server:
        tab = browser.open_tab(server.link("sign-ins"), width=360)
        tab.until_shown(".sign-in")
        shown = tab.run("document.querySelector('.sign-in h2').textContent")
        assert (shown[:15], len(shown)) == (name[:15], 60)
        assert tab.run("document.documentElement.scrollWidth") <= 360
        assert tab.run("document.querySelectorAll('.sign-in b').length") == 0
        tab.go(server.link("doctor"))
        tab.until_shown("#levels h2")
        assert tab.run("document.documentElement.scrollWidth") <= 360
