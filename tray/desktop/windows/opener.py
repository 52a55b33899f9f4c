"""Opens links and files on Windows."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from tray.desktop.detached_process import start

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_log = logging.getLogger(__name__)


def open_link(url: str, _seconds: float, _token: str = "") -> bool:
    """Open a link in the person's browser."""
    return _start_file(url)


def open_text_file(path: Path, _token: str = "") -> bool:
    """Open a text file in the person's editor, or in Notepad where nothing is kept for such files."""
    return _start_file(str(path)) or start(["notepad.exe", str(path)])


def _start_file(target: str) -> bool:
    try:
        os.startfile(target)  # noqa: S606 - no shell: the system's own table says which program opens it
    except OSError as error:
        _log.info("Windows has no program to open it with: %s", error)
        return False
    return True


def can_open_link() -> bool:
    """Tell that it can: the system itself opens links, and does not say beforehand with which browser."""
    return True


def has_display() -> bool:
    """Tell whether the person sits at this machine: links open on its screen, also for who came by SSH."""
    return "SSH_CONNECTION" not in os.environ
