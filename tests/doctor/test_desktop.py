"""What this desktop can show, and whether the icon comes back after a login."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.executables import make_program
from support.needs import posix

from tray.core.autostart import Autostart, Standing, judge
from tray.core.settings import Settings
from tray.core.words import autostart as autostart_words
from tray.core.words import terminal as terminal_words
from tray.desktop.capabilities import Capabilities
from tray.doctor.desktop import Browsers, autostart_rule, browser_rule, desktop_rule, find_browsers
from tray.doctor.finding import Level


@pytest.mark.parametrize(
    ("browsers", "level", "title", "hint"),
    [
        (
            Browsers(missing=(("BROWSER", "gone"),)),
            Level.PROBLEM,
            "BROWSER names the browser “gone”, which cannot be started",
            "Correct it: a program on the PATH, or its full path, then its options; %s stands for the address.",
        ),
        (
            Browsers(text_only=(("BROWSER", "lynx"),)),
            Level.WARNING,
            "BROWSER names the text browser “lynx”, which does not count",
            "It would have no terminal, and AWS's pages need scripts. Name another browser, or none.",
        ),
        (
            Browsers(found=False),
            Level.WARNING,
            "No browser was found to sign in with",
            "Set BROWSER, or browser.command in the settings; or log in with a code: sso-tray login --device-code",
        ),
        (
            Browsers(found=False, display=False),
            Level.WARNING,
            "There is no display here to show a browser on",
            "Log in with a code that you enter on another device: sso-tray login --device-code",
        ),
    ],
)
def test_what_keeps_a_browser_from_opening_is_told(browsers: Browsers, level: Level, title: str, hint: str) -> None:
    (finding,) = browser_rule(browsers)

    assert (finding.level, finding.name, finding.fix) == (level, "browser", None)
    assert (finding.message.title, finding.message.hint) == (title, hint)


@posix
def test_a_text_browser_is_found_and_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    make_program(tmp_path / "w3m")

    found = find_browsers(Settings(browser_command="w3m %s"), {"BROWSER": "w3m"})

    assert found.text_only == (("browser.command", "w3m %s"), ("BROWSER", "w3m"))
    assert found.missing == ()


def test_a_browser_that_was_found_is_not_worth_a_line() -> None:
    assert list(browser_rule(Browsers())) == []


@pytest.mark.parametrize(
    ("desktop", "expected"),
    [
        (
            Capabilities(session=False, tray=False, notifications=False),
            [(Level.WARNING, "session", "There is no D-Bus session here", "from your desktop session")],
        ),
        (
            Capabilities(session=True, tray=False, notifications=False),
            [
                (Level.WARNING, "tray", terminal_words.NO_TRAY().title, terminal_words.NO_TRAY().hint),
                (Level.WARNING, "notifications", "This desktop shows no notifications.", "notification daemon"),
            ],
        ),
        (
            Capabilities(session=True, tray=True, notifications=True),
            [
                (Level.FINE, "tray", "This desktop shows tray icons.", ""),
                (Level.FINE, "notifications", "This desktop shows notifications.", ""),
            ],
        ),
        (
            Capabilities(session=True, tray=True, notifications=True, notices_from="Script Editor"),
            [
                (Level.FINE, "tray", "This desktop shows tray icons.", ""),
                (
                    Level.FINE,
                    "notifications",
                    "Notices come from “Script Editor”, if you allow it to show them.",
                    "System Settings, Notifications, Script Editor",
                ),
            ],
        ),
    ],
)
def test_what_the_desktop_can_show_is_told(desktop: Capabilities, expected: list[tuple[Level, str, str, str]]) -> None:
    found = list(desktop_rule(desktop))

    assert [(finding.level, finding.name) for finding in found] == [(level, name) for level, name, _, _ in expected]
    for finding, (_, _, title, hint) in zip(found, expected, strict=True):
        assert title in finding.message.title
        assert hint in finding.message.hint
        assert bool(finding.message.hint) == bool(hint)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Autostart(Standing.ON, "place"), [(Level.FINE, "SSO Tray starts at login (place).", None)]),
        (Autostart(Standing.OFF), [(Level.FINE, "SSO Tray does not start at login.", None)]),
        (
            Autostart(Standing.OFF, "place", note=autostart_words.NEEDS_APPROVAL()),
            [(Level.FINE, "SSO Tray does not start at login: it is switched off in the settings of macOS", None)],
        ),
        (
            judge(Autostart(Standing.ON, "place", ("/gone/sso-tray", "run")), there=False, own=False),
            [
                (
                    Level.WARNING,
                    "SSO Tray will not start at login: /gone/sso-tray is not there any more",
                    "autostart",
                )
            ],
        ),
    ],
)
def test_the_start_at_login_is_told_and_what_is_broken_has_a_fix(
    state: Autostart, expected: list[tuple[Level, str, str | None]]
) -> None:
    found = [
        (finding.level, finding.message.title, finding.fix and finding.fix.name)
        for finding in autostart_rule(state)
        if finding.name == "autostart"
    ]

    assert found == expected
