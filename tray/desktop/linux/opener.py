"""
Opens links and files on Linux.

Run with Debian's ``xdg-open`` 1.1.3, and against stand-ins for the openers and the portal.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tray.desktop.detached_process import start
from tray.desktop.linux import display
from tray.desktop.text_browsers import is_text_browser
from tray.desktop.windows_reach import Reach
from tray.installation.programs import which

_OPENERS = (("xdg-open",), ("gio", "open"))
_BROWSERS = (("x-www-browser",), ("sensible-browser",))
_WSLVIEW = "wslview"
_WINDOWED = (
    "x-www-browser:firefox:firefox-esr:chromium:chromium-browser:google-chrome:google-chrome-stable"
    ":brave-browser:microsoft-edge:vivaldi:epiphany:konqueror:falkon"
)
"""
What ``xdg-open`` tries by itself where the desktop names no browser, without the text browsers at the list's end: those
it would start without a terminal, and some of them call that a success.
"""


def open_link(url: str, seconds: float, token: str = "") -> bool:
    """
    Open a link in the person's browser, by the first way that does not fail; False where none is left.

    `token` is the leave to raise the browser's window, empty for none; Windows asks for none.
    """
    if _by_display(url, seconds, token):
        return True
    from tray.desktop.linux import windows_side  # noqa: PLC0415 - few live inside Windows

    return windows_side.open_link(url, seconds) or _by_portal(url, token)


def open_text_file(path: Path, token: str = "") -> bool:
    """Open a text file in the person's editor; False where there is none, or no display to show it on."""
    return display.is_there() and any(start([*opener, str(path)], token=token) for opener in _OPENERS)


def can_open_link() -> bool:
    """Tell whether there is something to open a link with; whether it finds a browser, only trying it tells."""
    if display.is_there() and any(which(opener[0]) is not None for opener in (*_OPENERS, *_BROWSERS)):
        return True
    from tray.desktop.linux import portal, windows_side  # noqa: PLC0415 - few desktops leave no other way

    if windows_side.can_open_link():
        return True
    return portal.can_open_page()


def has_display() -> bool:
    """
    Tell whether a page of this machine can be shown here: on a display of ours, or on the portal's.

    Without a display of ours ``xdg-open`` starts a text browser that nobody sees, and calls that a success.
    """
    if display.is_there():
        return True
    from tray.desktop.linux import portal  # noqa: PLC0415 - few desktops leave no other way

    return portal.can_open_page()


def can_come_back(chosen: Sequence[str]) -> bool:
    """
    Tell whether a browser that shows a page of this machine can come back to it: not one at the end of SSH.

    Inside WSL a browser of Windows is asked to come, where there is none of Linux that is shown (`windows_side.reach`).

    Args:
        chosen: The programs that the person chose, the first that is there counts; none for the system's browser.
    """
    from tray.desktop.linux import windows_side  # noqa: PLC0415 - few live inside Windows

    program = next((each for each in chosen if which(each) is not None), None)
    if not windows_side.is_here():
        return bool(chosen) or has_display()
    if program is not None and not _is_of_windows(program):
        return True
    if program is None and display.is_there() and _has_browser():
        return True
    return windows_side.reach() is Reach.COMES_BACK


def for_program(program: str, url: str) -> str:
    """Write a link in the form in which a program takes it for nothing else."""
    if not _is_of_windows(program):
        return url
    from tray.desktop.linux import windows_side  # noqa: PLC0415 - few live inside Windows

    return windows_side.harmless(url)


def _has_browser() -> bool:
    """Tell whether there is a browser of Linux; the package wslu puts its own program in the place of one."""
    names = ("x-www-browser", *_WINDOWED.split(":"))
    return any(which(name) is not None and not _is_of_windows(name) for name in names)


def _is_of_windows(program: str) -> bool:
    """Tell whether a command names a program that shows pages in Windows: one of its own, or that of wslu."""
    name = Path(os.path.realpath(which(program) or program)).name.lower()
    return name == _WSLVIEW or name.endswith(".exe")


def _by_display(url: str, seconds: float, token: str) -> bool:
    if not display.is_there():
        return False
    environ = {**os.environ, "BROWSER": _WINDOWED}
    if any(start([*opener, url], seconds=seconds, environ=environ, token=token) for opener in _OPENERS):
        return True
    # Debian's sensible-browser would take the list above for one name.
    environ.pop("BROWSER")
    browsers = (browser for browser in _BROWSERS if not is_text_browser(browser))
    return any(start([*browser, url], seconds=seconds, environ=environ, token=token) for browser in browsers)


def _by_portal(url: str, token: str) -> bool:
    from tray.desktop.linux import portal  # noqa: PLC0415 - few desktops leave no other way

    return portal.open_page(url, token)
