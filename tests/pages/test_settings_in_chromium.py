"""The settings page in a real browser: by keyboard alone, with the file changing meanwhile, wide and narrow."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.chromium import Chromium, Tab
from support.desk import until
from support.languages import spoken_in
from support.pages import pages_context

from tray.core.message import Message
from tray.core.settings import Settings
from tray.pages.server import PageServer
from tray.pages.settings import settings_page
from tray.paths import find_paths

SETTINGS = '# mine\n[icon] # look\ntheme = "dark" # at night\n\n[profiles]\nproduction = ["prod-*"]\n'
CONFIG = (
    "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
    "[profile prod-<b>eu</b>]\nregion = us-east-1\n"
    "[profile \u05d7\u05d1\u05e8\u05d4]\n[profile dev]\nregion = us-east-1\n"
)
TAB, ENTER, ESCAPE, DOWN = ("Tab", 9), ("Enter", 13, "\r"), ("Escape", 27), ("ArrowDown", 40)
THEME, MINUTES, PRODUCTION = ["icon", "theme"], ["notify", "lead_minutes"], ["profiles", "production"]


@pytest.fixture
def own(home: Path) -> Path:
    paths = find_paths()
    for path, text in ((paths.settings_file, SETTINGS), (paths.aws_config, CONFIG)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return paths.settings_file


class Served:
    """The page on its server; what is shown as a notice stands in `notices`."""

    def __init__(self) -> None:
        self.notices: list[Message] = []
        context = pages_context(environ={}, show_notice=self.show)
        self.server = PageServer({"settings": lambda: settings_page(context)})

    def show(self, said: Message) -> bool:
        self.notices.append(said)
        return True

    def open(self, browser: Chromium, *, width: int = 1000, height: int = 800) -> Tab:
        tab = browser.open_tab(self.server.link("settings"), width=width, height=height)
        tab.until("document.querySelectorAll('.matches li').length")
        return tab


@pytest.fixture
def served(own: Path) -> Iterator[Served]:
    served = Served()
    yield served
    served.server.close()


def place(name: list[str]) -> str:
    return f"settings.get({json.dumps(json.dumps(name, separators=(',', ':')))}).place"


def text(tab: Tab, name: list[str], selector: str) -> str:
    return str(tab.run(f"{place(name)}.querySelector({selector!r}).textContent"))


def reach(tab: Tab, script: str) -> None:
    """Press Tab until what has the focus is meant."""
    for _ in range(120):
        tab.press(*TAB)
        if tab.run(f"document.activeElement === {script}"):
            return
    raise AssertionError(f"the keyboard does not lead to {script}")


def control(name: list[str]) -> str:
    return f"{place(name)}.querySelector('.control input, .control textarea')"


def test_a_setting_is_saved_undone_and_corrected_by_keyboard_alone(
    browser: Chromium, served: Served, own: Path
) -> None:
    tab = served.open(browser)
    before = own.read_bytes()

    reach(tab, control(MINUTES))
    tab.send("Input.dispatchKeyEvent", type="keyDown", commands=["selectAll"], key="a", code="KeyA", modifiers=2)
    tab.type("60, 0.5")
    tab.press(*ENTER)
    until(lambda: own.read_bytes() != before)
    assert own.read_text() == SETTINGS + "\n[notify]\nlead_minutes = [60, 0.5]\n"
    tab.until(f"{place(MINUTES)}.querySelector('.said').textContent === 'Saved. Now in force: 60, 0.5.'")
    assert text(tab, MINUTES, ".from") == "From your settings file."
    assert tab.run(f"document.activeElement === {control(MINUTES)}"), "the focus stays"

    reach(tab, f"{place(MINUTES)}.querySelector('.undo')")
    tab.press(*ENTER)
    until(lambda: own.read_bytes() == before)
    tab.until(f"{place(MINUTES)}.querySelector('.said').textContent.startsWith('Undone.')")
    assert tab.run(f"document.activeElement === {control(MINUTES)}"), "the button has gone, the focus has not"

    tab.send("Input.dispatchKeyEvent", type="keyDown", commands=["selectAll"], key="a", code="KeyA", modifiers=2)
    tab.type("0")
    tab.press(*ENTER)
    tab.until(f"!{place(MINUTES)}.querySelector('.error').hidden")
    said = "Setting notify.lead_minutes cannot be “0”. It should be a list of minutes, such as [15] or [60, 5]."
    assert text(tab, MINUTES, ".error") == said
    assert tab.run(f"{control(MINUTES)}.value") == "0"
    assert tab.run(f"{control(MINUTES)}.getAttribute('aria-invalid')") == "true"
    tab.press(*ESCAPE)
    assert tab.run(f"{control(MINUTES)}.value") == "15"
    assert own.read_bytes() == before

    reach(tab, f"{place(THEME)}.querySelector('input:checked')")
    tab.press(*DOWN)
    assert own.read_bytes() == before, "a choice that is only passed is not saved"
    tab.press(*ENTER)
    until(lambda: own.read_text() == SETTINGS.replace('"dark"', '"colour"'))
    tab.until(f"{place(THEME)}.querySelector('.said').textContent.startsWith('Saved')")

    reach(tab, "document.querySelector('#notice')")
    tab.press(*ENTER)
    tab.until("document.querySelector('#notice-said').textContent.startsWith('The test notice is on the screen')")
    assert [said.title for said in served.notices] == ["A test notice of SSO Tray"]


def test_what_changes_meanwhile_is_shown_and_what_was_typed_stays_and_overwrites_nothing(
    browser: Chromium, served: Served, own: Path
) -> None:
    tab = served.open(browser)
    assert tab.run(f"[...{place(PRODUCTION)}.querySelectorAll('.profile')].map((each) => each.textContent)") == [
        "prod-<b>eu</b>"
    ]
    tab.fill(f"#{tab.run(f'{control(PRODUCTION)}.id')}", "*eu*\nnone-*")
    tab.until(f"{place(PRODUCTION)}.querySelectorAll('.matches li').length === 2")
    assert "No profile matches now." in text(tab, PRODUCTION, ".matches li:last-child")

    other = '# mine\n[icon]\ntheme = "light"\n[profiles]\nproduction = ["live"]\n'
    own.write_text(other)
    tab.until(f"{place(THEME)}.querySelector('input:checked').value === 'light'")
    tab.until(f"{place(PRODUCTION)}.querySelector('.said').textContent.startsWith('Changed elsewhere meanwhile')")
    assert tab.run(f"{control(PRODUCTION)}.value") == "*eu*\nnone-*"

    row = place(PRODUCTION).removesuffix(".place") + ".row"
    stamp = tab.run(f"{row}.stamp")
    tab.run(f"{row}.stamp = 'that of a tab left open over night'")
    tab.run(f"{place(PRODUCTION)}.querySelector('.save').click()")
    tab.until(f"!{place(PRODUCTION)}.querySelector('.error').hidden")
    assert "nothing was overwritten" in text(tab, PRODUCTION, ".error")
    assert own.read_text() == other
    assert tab.run(f"{control(PRODUCTION)}.value") == "*eu*\nnone-*"
    assert tab.run(f"{row}.stamp") == stamp, "the new state is there"
    tab.run(f"{place(PRODUCTION)}.querySelector('.save').click()")
    until(lambda: '["*eu*", "none-*"]' in own.read_text())

    more = CONFIG.replace(
        "[profile dev]", "[sso-session more]\nsso_start_url = https://x\nsso_region = us-east-1\n[profile dev]"
    )
    find_paths().aws_config.write_text(more, "utf-8")
    tab.until("document.querySelectorAll('details.group').length === 2")
    find_paths().aws_config.write_text(CONFIG, "utf-8")
    tab.until("document.querySelectorAll('details.group').length === 1")
    tab.until_shown("#notice")

    own.write_text("# mine\n[icon\n")
    tab.until("!document.querySelector('#problems').hidden")
    assert "line 2" in str(tab.run("document.querySelector('#problems').textContent"))
    tab.fill(f"#{tab.run(f'{control(MINUTES)}.id')}", "7")
    tab.press(*ENTER)
    tab.until(f"!{place(MINUTES)}.querySelector('.error').hidden")
    assert own.read_text() == "# mine\n[icon\n"


def test_the_page_fits_wide_and_narrow_and_each_control_has_its_words(browser: Chromium, served: Served) -> None:
    tab = served.open(browser)
    assert tab.run(
        "[...document.querySelectorAll('.control input, .control textarea')].every((each) => each.labels[0])"
    )
    assert tab.run(
        "[...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].every((each) =>"
        "`${each.getAttribute('aria-describedby') ?? ''} ${each.getAttribute('aria-labelledby') ?? ''}`"
        ".trim().split(/\\s+/).every((id) => document.getElementById(id)))"
    )
    for width, height in ((1000, 800), (500, 400), (360, 760)):
        tab.look(width=width, height=height)
        assert tab.run("document.documentElement.scrollWidth <= innerWidth"), width


def test_a_change_of_language_is_seen_at_once_and_sentences_follow_each_other_as_it_has_them(
    own: Path, browser: Chromium
) -> None:
    own.write_text('[icon]\ntheme = "pink"\n')
    with ExitStack() as stack:

        def speak(settings: Settings) -> None:
            stack.close()
            if settings.language != "auto":
                stack.enter_context(spoken_in(settings.language))

        context = pages_context(environ={}, speak=speak)
        server = PageServer({"settings": lambda: settings_page(context)})
        tab = browser.open_tab(server.link("settings"))
        tab.until_shown("#problems li")
        assert "is not in force. It should be" in tab.run("document.querySelector('#problems li').textContent")
        own.write_text('language = "ja"\n[icon]\ntheme = "pink"\n')
        tab.until("document.documentElement?.lang === 'ja'")
        tab.until_shown("#problems li")
        assert tab.run("document.querySelector('h1').textContent") == "設定"
        assert '有効ではありません。"auto"' in tab.run("document.querySelector('#problems li').textContent")
        server.close()
