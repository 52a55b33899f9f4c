"""What every page does in a real browser: many tabs, a config that changes, a night, the end, and no JavaScript."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.center import plant_token
from support.chromium import Chromium, Tab
from support.desk import until
from support.pages import pages_program, served, serving_pages

from tray.core.page_names import PAGE_NAMES
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL

SESSION = "[sso-session {name}]\nsso_start_url = https://d-9876543210.awsapps.com/start\nsso_region = us-east-1\n"
BEYOND_CONNECTIONS = 8
"""A browser has six connections to one address."""


@pytest.fixture
def config(home: Path) -> Path:
    path = home / ".aws" / "config"
    path.parent.mkdir()
    path.write_text(SESSION.format(name="one"))
    return path


def read_aloud(tab: Tab) -> list[str]:
    """What a screen reader is told of a page."""
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    return [node.get("name", {}).get("value", "") for node in nodes]


def says_alone(tab: Tab, sentence: str) -> bool:
    """Tell whether a page says this, and has nothing that somebody would try to use."""
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in nodes if not node["ignored"]}
    return sentence in read_aloud(tab) and not roles & {"button", "textbox", "combobox", "code"}


def add(config: Path, name: str) -> None:
    config.write_text(config.read_text() + SESSION.format(name=name))


def test_a_change_reaches_every_tab_within_a_second_however_many_there_are(browser: Chromium, config: Path) -> None:
    with pages_program() as served:
        tabs = [browser.open_tab(served.link)]
        tabs[0].until_shown("#known")
        for _ in range(BEYOND_CONNECTIONS - 1):
            tabs.append(browser.open_tab(served.another_link()))
            tabs[-1].until_shown("#known")
        add(config, "two")
        begun = time.monotonic()
        tabs[-1].until("document.body.innerText.includes('two')")
        assert time.monotonic() - begun < 2.0, "a second, and what a busy machine adds"

        tabs[0].close()  # It was the one that follows the changes.
        tabs[-1].front()
        add(config, "three")
        tabs[-1].until("document.body.innerText.includes('three')")
        for tab in tabs[1:]:
            tab.front()
            tab.until("document.body.innerText.includes('three')")
        served.program.terminate()
        tabs[-1].until_shown("#problem")
        assert "The set-up has ended" in tabs[-1].text
        assert "sso-tray open setup" in tabs[-1].text
        tabs[1].front()
        tabs[1].until_shown("#problem")


def test_what_was_typed_and_chosen_stays_when_the_config_changes(
    center: IdentityCenter, browser: Chromium, config: Path
) -> None:
    plant_token("corp", center.issue_token())
    with pages_program() as served:
        tab = browser.open_tab(served.link)
        tab.click("#known-list label:last-child")
        tab.fill("#session", "corp")
        tab.fill("#start_url", START_URL)
        add(config, "two")
        tab.until("document.body.innerText.includes('two')")
        assert tab.run("document.querySelector('#session').value") == "corp"
        assert tab.run("document.querySelector('input[name=known]:checked').value") == ""
        tab.run("document.querySelector('#region').value = 'us-east-1'")
        tab.run("document.querySelector('#start_url').focus()")
        tab.press("Enter", 13, "\r")
        tab.until_shown("#search")
        tab.fill("#search", "acme-prod")
        tab.click("#accounts .account:not([hidden]) input")
        chosen = tab.run("document.querySelector('#count').textContent")
        role = "sso_account_id = 111122223333\nsso_role_name = Developer\n"
        begun = config.read_text() + "[sso-session corp]\n" + f"sso_start_url = {START_URL}\nsso_region = us-east-1\n"
        config.write_text(f"{begun}[profile mine]\nsso_session = corp\n{role}")
        tab.until("document.querySelector('#count').textContent.includes('1 there already')")
        assert "1 chosen" in chosen
        assert "1 chosen" in tab.run("document.querySelector('#count').textContent")
        assert tab.run("document.querySelector('#search').value") == "acme-prod"
        assert tab.run("document.activeElement.type") == "checkbox", "the focus is where it was"

        config.write_text("junk\n")
        tab.until_shown("#problem")
        config.write_text(begun)
        tab.until("document.querySelector('#problem').hidden")


def test_a_tab_keeps_the_pages_over_night_and_they_end_after_it(browser: Chromium, config: Path) -> None:
    with serving_pages() as served:
        tab = browser.open_tab(served.link)
        tab.until_shown("#known")
        served.idle_seconds = 0.2
        assert not served.ended.wait(2.0), "so long after the last use it would have ended"
        add(config, "two")
        tab.until("document.body.innerText.includes('two')")
        tab.close()
        assert served.ended.wait(10)


def test_without_scripts_a_sentence_and_the_command_are_shown_and_nothing_that_does_nothing(
    browser: Chromium, config: Path
) -> None:
    with served() as server:
        tab = browser.open_tab("about:blank", width=360, height=640)
        tab.send("Emulation.setScriptExecutionDisabled", value=True)
        tab.send("Accessibility.enable")
        commands = {
            "setup": "setup",
            "profiles": "use",
            "sign-ins": "status",
            "settings": "settings",
            "doctor": "doctor",
        }
        assert set(commands) == set(PAGE_NAMES)
        for name, command in commands.items():
            tab.send("Page.navigate", url=server.link(name))
            # No expression is evaluated on such a page.
            sentence = f"This page needs JavaScript. In a terminal, “sso-tray {command}” does the same."
            until(partial(says_alone, tab, sentence), 30)
        tab.close()
