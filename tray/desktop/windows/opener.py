"""Opens links and files on Windows."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections.abc import Sequence
from ctypes import wintypes
from pathlib import Path

from tray.desktop.detached_process import start

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_ASSOCF_INIT_IGNOREUNKNOWN = 0x400
"""Without it the answer for an unknown kind is the dialog that asks."""

_ASSOCSTR_EXECUTABLE = 2
_LONGEST = 1024

_log = logging.getLogger(__name__)


def open_link(url: str, _seconds: float, _token: str = "") -> bool:
    """Open a link in the person's browser."""
    return _start_file(url)


def open_text_file(path: Path, _token: str = "") -> bool:
    """
    Open a text file in the person's editor, or in Notepad where nothing is kept for such files.

    Asked to open a file of a kind that it does not know, Windows asks the person for a program, and says that it did.
    """
    return (_has_program(path.suffix) and _start_file(str(path))) or start(["notepad.exe", str(path)])


def _has_program(kind: str) -> bool:
    """Tell whether a program opens files of a kind, such as ``.toml``, by itself."""
    program, size = ctypes.create_unicode_buffer(_LONGEST), wintypes.DWORD(_LONGEST)
    flags, what = _ASSOCF_INIT_IGNOREUNKNOWN, _ASSOCSTR_EXECUTABLE
    answer = ctypes.WinDLL("shlwapi").AssocQueryStringW(flags, what, kind, None, program, ctypes.byref(size))
    return answer == 0 and bool(program.value) and Path(program.value).name.lower() != "openwith.exe"


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


def can_come_back(chosen: Sequence[str]) -> bool:
    """Tell whether a browser comes back to a page of this machine: one that the person chose, or can see."""
    return bool(chosen) or has_display()


def for_program(_program: str, url: str) -> str:
    """Write a link in the form in which a program takes it for nothing else: as it is."""
    return url
