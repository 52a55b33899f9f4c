"""The profiles page in a real browser: found by typing, chosen and used by keyboard alone, among thousands."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("this browser is driven through a POSIX pipe", allow_module_level=True)

from support.chromium import Chromium, Tab, chromium
from support.contrast import LEAST_CONTRAST
from support.needs import needs
from support.served_pages import served_pages

from tray.aws.config.use import use_profile
from tray.core.picking import begin, pressed, profile_choices
from tray.paths import find_paths
from tray.resident.reader import Reader

SIGN_IN = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
ALT, CONTROL, SHIFT = 1, 2, 8
KEYS = {"ArrowDown": 40, "ArrowUp": 38, "PageDown": 34, "PageUp": 33, "Home": 36, "End": 35, "Escape": 27, "Tab": 9}
ODD = (
    "x" * 10_000,
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "<b onclick=alert(1)>bold</b>",
    "\u202eevil",
    "a\x1b[2Jb",
)


def section(name: str, account: str = "111122223333", role: str = "Developer") -> str:
    keys = f"sso_session = corp\nsso_account_id = {account}\nsso_role_name = {role}\nregion = eu-west-1\n"
    return f"\n[profile {shlex.quote(name)}]\n{keys}"


def many(count: int) -> str:
    roles = ("AdministratorAccess", "Developer", "ReadOnly")
    return SIGN_IN + "".join(
        section(
            f"team-{number // 3}-{('dev', 'prod')[number % 2]}-{roles[number % 3]}",
            f"{number // 3:012}",
            roles[number % 3],
        )
        for number in range(count)
    )


@pytest.fixture
def config(home: Path) -> Path:
    path = home / ".aws" / "config"
    path.parent.mkdir()
    path.write_text(SIGN_IN + section("dev") + section("prod", "444455556666", "Admin") + section("prod-read"))
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text('[profiles]\nproduction = ["prod"]\n')
    return path


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    needs("chromium")
    with chromium(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


@pytest.fixture
def browser(one_browser: Chromium) -> Iterator[Chromium]:
    before = len(one_browser.complaints)
    yield one_browser
    assert one_browser.complaints[before:] == [], "nothing was refused by the page's own policy, and no script failed"


@contextmanager
def profiles(browser: Chromium, *, width: int = 1000, height: int = 800, **changes: Any) -> Iterator[Tab]:
    with served_pages(**changes) as server:
        tab = browser.open_tab(server.link("profiles"), width=width, height=height)
        tab.front()
        tab.until("document.querySelectorAll('.row').length > 0")
        yield tab
        tab.close()


def press(tab: Tab, key: str, modifiers: int = 0) -> None:
    code = KEYS.get(key, 13)
    text = "\r" if key == "Enter" else ""
    details = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
    tab.send("Input.dispatchKeyEvent", type="keyDown", **details, **({"text": text} if text else {}))
    tab.send("Input.dispatchKeyEvent", type="keyUp", **details)


def chosen(tab: Tab) -> str:
    """The profile that a screen reader is led to; it is the one that is seen as chosen, and told below the list."""
    name, below, selected, seen = tab.run(
        "(() => { const row = document.getElementById(document.activeElement.getAttribute('aria-activedescendant'));"
        "const [box, list] = [row, row.parentElement.parentElement].map((each) => each.getBoundingClientRect());"
        "return [row.querySelector('bdi').textContent, document.querySelector('#chosen-name').textContent,"
        "[...document.querySelectorAll('[aria-selected=true]')].map((each) => each.id).join() === row.id,"
        "box.top >= list.top - 1 && box.bottom <= list.bottom + 1]; })()"
    )
    assert name == below
    assert selected
    assert seen, "it has been scrolled to"
    return str(name)


def shown(tab: Tab) -> list[str]:
    return list(tab.run("[...document.querySelectorAll('.row .name bdi')].map((each) => each.textContent)"))


def said(tab: Tab) -> str:
    return str(tab.until("document.querySelector('#said').textContent"))


def test_a_profile_is_found_made_the_default_opened_and_copied_by_keyboard_alone(
    browser: Chromium, config: Path
) -> None:
    opened: list[tuple[str, str]] = []
    with profiles(browser, open_browser=lambda *asked: opened.append(asked) or True) as tab:
        assert tab.run("document.activeElement.id") == "search", "one can type at once"
        assert tab.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert chosen(tab) == "dev"
        tab.type("PROD")
        assert (chosen(tab), "2 of 3 profiles" in tab.text) == ("prod", True)

        press(tab, "Enter")
        tab.until("document.querySelector('#sure').open")
        assert "Switch to prod?" in tab.text
        press(tab, "Enter")  # a second press is no consent
        tab.until("!document.querySelector('#sure').open && !state.busy")
        assert "[default]" not in config.read_text()
        press(tab, "Enter")
        tab.until("document.querySelector('#sure').open")
        press(tab, "Tab")
        press(tab, "Enter")
        assert said(tab) == "Default profile: prod. Every terminal and SDK without AWS_PROFILE uses it from now on."
        assert "sso_account_id = 444455556666" in config.read_text().partition("[default]")[2]
        assert "Default profile: prod · production" in tab.text
        assert tab.run("document.activeElement.id") == "search"

        press(tab, "ArrowDown")
        assert chosen(tab) == "prod-read"
        press(tab, "Enter", CONTROL)
        assert said(tab) == "The console of prod-read opens in your browser."
        assert opened == [
            ("corp", "https://corp.awsapps.com/start/#/console?account_id=111122223333&role_name=Developer")
        ]

        may = ["clipboardReadWrite", "clipboardSanitizedWrite"]
        browser.send("Browser.grantPermissions", permissions=may, origin=tab.run("location.origin"))
        press(tab, "Enter", SHIFT)
        assert said(tab).startswith("Copied.")
        assert tab.run("navigator.clipboard.readText()") == "export AWS_PROFILE=prod-read"

        press(tab, "Escape")
        assert tab.run("document.querySelector('#search').value") == ""
        assert shown(tab) == ["prod", "dev", "prod-read"], "the one in force first"
        assert chosen(tab) == "prod"


def test_the_last_switch_is_undone_and_where_nothing_can_be_copied_the_command_is_selected(
    browser: Chromium, config: Path
) -> None:
    before = config.read_text()
    use_profile(find_paths(), "dev")
    with profiles(browser) as tab:
        tab.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        press(tab, "Enter", SHIFT)
        assert "does not let this page copy" in said(tab)
        assert tab.run("getSelection().toString()") == "export AWS_PROFILE=dev"
        tab.click("#undo")
        tab.until("document.querySelector('#default-is').textContent === 'No default profile'")
        assert said(tab).startswith("Default profile: default.")
        assert tab.run("document.querySelector('#undo').hidden")
        assert config.read_text() == before


def test_the_keys_of_the_list_go_to_its_ends_and_by_what_is_seen(browser: Chromium, config: Path) -> None:
    config.write_text(many(300))
    every = [choice.name for choice in offered()]
    with profiles(browser) as tab:
        at = 0
        page = tab.run("page()")
        assert page > 2
        for key, to in (
            ("End", 299),
            ("ArrowDown", 299),
            ("PageUp", 299 - page),
            ("Home", 0),
            ("ArrowUp", 0),
            ("PageDown", page),
            ("ArrowDown", page + 1),
        ):
            press(tab, key)
            at = to
            assert chosen(tab) == every[at], key
        row = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        assert tab.run(f"[{row}.ariaSetSize, {row}.ariaPosInSet]") == ["300", str(at + 1)]
        assert tab.run("document.querySelectorAll('.row').length") < 80, (
            "of many rows only those are drawn that are seen"
        )
        tab.run("document.querySelector('#found').scrollTop = 1e6")
        tab.until(f"[...document.querySelectorAll('.row')].some((row) => row.textContent.startsWith({every[-1]!r}))")
        assert tab.run(f"{row} !== null"), "a screen reader finds the chosen one, wherever somebody has scrolled"
        press(tab, "Home", SHIFT)
        press(tab, "Enter", ALT)
        assert chosen_name(tab) == every[at], "keys that are for the text, or for the browser, move nothing"


def chosen_name(tab: Tab) -> str:
    return str(tab.run("document.querySelector('#chosen-name').textContent"))


def offered() -> list[Any]:
    snapshot, settings = Reader(find_paths()).read()
    return profile_choices(snapshot, (), settings.is_production, str)


TYPED = [
    *(
        "",
        " ",
        "team-1",
        "TEAM-1-PROD",
        "prod read",
        "readonly",
        "0000042",
        "corp dev",
        "team-10-dev-developer",
        "eu-west",
    ),
    *("dev prod", "stra\u00dfe", "STRASSE", "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u03c3\u03b9\u03c3\u03c5"),
    *("\u0130stanbul", "i\u0307st", "\ufb01n", "no such", "a\u00a0b", "b a"),
]


def test_what_is_found_and_its_order_are_those_of_the_terminal(browser: Chromium, config: Path) -> None:
    names = (
        "Stra\u00dfe",
        "strasse-2",
        "\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3",
        "\u0130stanbul",
        "\ufb01nance",
        "a b",
        "team-1",
    )
    config.write_text(many(200) + "".join(map(section, names)))
    use_profile(find_paths(), "team-1")
    choices = offered()
    with profiles(browser) as tab:
        for typed in TYPED:
            found = [choice.name for choice in pressed(begin(choices), typed, 5).found]
            assert tab.run(f"narrowed(state.rows, {json.dumps(typed)}).map(({{ name }}) => name)") == found, typed
        letters = [letter for code in range(0x80, 0x30000) if (letter := chr(code)).isprintable()]
        folded = tab.run(f"{json.dumps(letters)}.map(fold)")
        other = [(one, two) for one, two in zip(letters, folded, strict=True) if one.casefold() != two]
        assert other == [], "letters that the page takes for others than the terminal does"


@pytest.mark.parametrize("count", [1_000, 5_000])
def test_among_thousands_no_key_is_waited_for(browser: Chromium, config: Path, count: int) -> None:
    config.write_text(many(count))
    with profiles(browser) as tab:
        took = tab.run(
            "(() => { const field = document.querySelector('#search'); const took = [];"
            "const timed = (act) => { const began = performance.now(); act(); document.body.getBoundingClientRect();"
            "  took.push(performance.now() - began); };"
            "for (const letters of ['team-1', 'prod adm', 'e', 'readonly 00004', 'no such']) {"
            "  for (let end = 0; end <= letters.length; end += 1) timed(() => { field.value = letters.slice(0, end);"
            "    field.dispatchEvent(new Event('input')); }); }"
            "timed(() => { field.value = ''; field.dispatchEvent(new Event('input')); });"
            "for (const key of ['End', 'PageUp', 'ArrowUp', 'Home', 'PageDown', 'ArrowDown'])"
            "  timed(() => field.dispatchEvent(new KeyboardEvent('keydown', {key})));"
            "return took; })()"
        )
        took.sort()
        assert took[len(took) * 9 // 10] < 100, (
            "milliseconds; of ten keys one may meet a machine that has much else to do"
        )
        assert took[-1] < 1000
        assert f"{count:,} profiles" in tab.text


def test_a_config_that_changes_is_shown_and_what_was_chosen_and_typed_stays(browser: Chromium, config: Path) -> None:
    config.write_text(many(60))
    with profiles(browser) as tab:
        tab.type("prod")
        for _ in range(4):
            press(tab, "ArrowDown")
        kept = chosen(tab)
        newer = config.read_text().replace(SIGN_IN, SIGN_IN + section("aaa-prod"))
        config.write_text(newer)
        tab.until("[...document.querySelectorAll('.row')].some((row) => row.textContent.startsWith('aaa-prod'))")
        assert chosen(tab) == kept
        assert tab.run("document.querySelector('#search').value") == "prod"

        config.write_text("sso_session = corp\n")  # somebody is still writing
        tab.until("document.querySelector('#problems').checkVisibility()")
        assert "line 1 comes before the first [section]" in tab.text
        config.write_text(newer)
        tab.until("!document.querySelector('#problems').checkVisibility()")
        assert chosen(tab) == kept

        config.write_text(newer.replace(f"[profile {kept}]", "[profile renamed]"))
        tab.until(f"document.querySelector('#chosen-name').textContent !== {kept!r}")
        assert chosen(tab) != kept, "its neighbour takes the place of one that is gone"
        press(tab, "Enter")
        said(tab)
        assert "[profile renamed]" in config.read_text(), "what others wrote stays"


def test_of_two_tabs_each_shows_what_the_other_did(browser: Chromium, config: Path) -> None:
    with served_pages() as server:
        one = browser.open_tab(server.link("profiles"))
        other = browser.open_tab(server.link("profiles"))
        other.until("document.querySelectorAll('.row').length === 3")
        other.front()
        press(other, "Enter")
        said(other)
        one.front()
        one.until("document.querySelector('#default-is').textContent === 'Default profile: dev'")
        config.with_name("config").write_text(SIGN_IN + section("only"))
        one.until("document.querySelectorAll('.row').length === 1")
        other.front()
        other.until("document.querySelectorAll('.row').length === 1")
        one.close()
        other.close()


def test_why_something_cannot_be_done_is_said_where_it_was_asked(browser: Chromium, config: Path) -> None:
    config.write_text(SIGN_IN + section("a\x1b[2Jb") + "[profile keys]\nregion = eu-west-1\n")
    with profiles(browser) as tab:
        press(tab, "Enter", SHIFT)
        tab.until_shown("#problem")
        assert "cannot be pasted into a terminal" in tab.text
        press(tab, "ArrowDown")
        assert chosen(tab) == "keys"
        assert tab.run("document.querySelector('#console').disabled")
        press(tab, "Enter", CONTROL)
        tab.until("document.body.innerText.includes('The profile keys has no account')")
        config.with_name("second").hardlink_to(config)
        press(tab, "Enter")
        tab.until("document.querySelector('#problem').textContent.includes('config')")
        assert "[default]" not in config.read_text()


def test_a_click_chooses_and_a_double_click_makes_the_default(browser: Chromium, config: Path) -> None:
    with profiles(browser) as tab:
        tab.click(".row:nth-child(3)")
        assert chosen(tab) == "prod-read"
        x, y = tab.run(
            "(() => { const box = document.querySelector('.row').getBoundingClientRect();"
            "return [box.x + 30, box.y + 9]; })()"
        )
        for clicks in (1, 2):
            for kind in ("mousePressed", "mouseReleased"):
                tab.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=clicks)
        assert said(tab).startswith("Default profile: dev.")


@pytest.mark.parametrize("size", [(1280, 900), (360, 740), (500, 400)])
def test_the_page_fits_the_window_and_can_be_read_whatever_profiles_are_called(
    browser: Chromium, config: Path, size: tuple[int, int]
) -> None:
    config.write_text(many(30) + "".join(map(section, ODD)))
    find_paths().settings_file.write_text('[profiles]\nproduction = ["x*"]\n')
    width, height = size
    with profiles(browser, width=width, height=height) as tab:
        press(tab, "End")
        for _ in ODD:
            assert len(chosen(tab)) <= 300
            assert tab.run("document.documentElement.scrollWidth <= innerWidth")
            heights = tab.run(
                "[...document.querySelectorAll('.row')].map((row) => row.scrollHeight > row.offsetHeight + 1)"
            )
            assert not any(heights), "a row has one height, whatever is in it"
            press(tab, "ArrowUp")
        assert tab.run("document.querySelectorAll('#found b, #found script').length") == 0
        for dark in (False, True):
            tab.scheme(dark=dark)
            assert tab.run(LEAST_CONTRAST) >= 4.5, (size, dark)  # WCAG 2.2, 1.4.3


def test_a_browser_that_knows_no_segments_of_text_shows_the_page_too(browser: Chromium, config: Path) -> None:
    """Firefox before 125."""
    config.write_text(SIGN_IN + section("x" * 10_000) + section("dev"))
    with served_pages() as server:
        tab = browser.open_tab("about:blank")
        tab.send("Page.enable")
        tab.send("Page.addScriptToEvaluateOnNewDocument", source="delete Intl.Segmenter")
        tab.go(server.link("profiles"))
        tab.until("document.querySelectorAll('.row').length === 2")
        assert tab.run("typeof Intl.Segmenter") == "undefined"
        assert max(map(len, shown(tab))) <= 300
        tab.close()
