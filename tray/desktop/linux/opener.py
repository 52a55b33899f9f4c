"""
Opens links and files on Linux.

Run with Debian's ``xdg-open`` 1.1.3, and against stand-ins for the openers and the portal; ``wslview`` is as its manual
says.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tray.desktop.detached_process import start
from tray.desktop.linux import display
from tray.desktop.text_browsers import is_text_browser

_OPENERS = (("xdg-open",), ("gio", "open"))
_BROWSERS = (("x-www-browser",), ("sensible-browser",))
_WINDOWS_OPENER = "wslview"
"""Opens the browser of Windows from inside WSL (package wslu); needs no display."""

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
    return (
        _by_display(url, seconds, token)
        or (_is_wsl() and start([_WINDOWS_OPENER, url], seconds=seconds))
        or _by_portal(url, token)
    )


def open_text_file(path: Path, token: str = "") -> bool:
    """Open a text file in the person's editor; False where there is none, or no display to show it on."""
    return display.is_there() and any(start([*opener, str(path)], token=token) for opener in _OPENERS)


def can_open_link() -> bool:
    """Tell whether there is something to open a link with; whether it finds a browser, only trying it tells."""
    if display.is_there() and any(shutil.which(opener[0]) is not None for opener in (*_OPENERS, *_BROWSERS)):
        return True
    if _is_wsl() and shutil.which(_WINDOWS_OPENER) is not None:
        return True
    from tray.desktop.linux import portal  # noqa: PLC0415 - few desktops leave no other way

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


def _is_wsl() -> bool:
    return "WSL_DISTRO_NAME" in os.environ


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
