"""Opens links and files on Linux."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tray.desktop.detached_process import start

_OPENERS = (("xdg-open",), ("gio", "open"))
_BROWSERS = (("x-www-browser",), ("sensible-browser",))


def open_link(url: str, token: str = "") -> bool:
    """Open a link in the person's browser; False where there is none, or no display to show it on."""
    return has_display() and any(start([*opener, url], token) for opener in (*_OPENERS, *_BROWSERS))


def open_text_file(path: Path, token: str = "") -> bool:
    """Open a text file in the person's editor; False where there is none, or no display to show it on."""
    return has_display() and any(start([*opener, str(path)], token) for opener in _OPENERS)


def can_open_link() -> bool:
    """Tell whether there is a program to open a link with; whether it finds a browser, only trying it tells."""
    return has_display() and any(shutil.which(opener[0]) is not None for opener in (*_OPENERS, *_BROWSERS))


def has_display() -> bool:
    """
    Tell whether there is a display to open things on.

    Without one, ``xdg-open`` starts a text browser that nobody sees, and calls that a success. In a Flatpak it asks the
    portal instead, which has the display that the sandbox is not shown.
    """
    return any(os.environ.get(variable) for variable in ("DISPLAY", "WAYLAND_DISPLAY", "FLATPAK_ID"))
