"""
Endings on Windows: what its console tells of, on a thread of the system's.

A handler of Python's would have to wait until the message loop returns to Python. The end of the session, and a
request to close, reach the window of the icon instead. Run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from ctypes import wintypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_CTRL_C = 0
_CTRL_BREAK = 1
_LAST_WORDS_SECONDS = 5.0
"""Windows ends the process when the handler of a closed console returns, or after five seconds."""

_Handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
_kept: list[object] = []
"""Windows knows only the address of a handler: the object must live as long as the program."""


def follow(on_end: Callable[[], None]) -> None:
    """Handle Ctrl-C, Ctrl-Break, and the end of the console or of the session."""

    def heard(event: int) -> bool:
        on_end()
        if event not in {_CTRL_C, _CTRL_BREAK}:
            threading.Event().wait(_LAST_WORDS_SECONDS)
        return True

    handler = _Handler(heard)
    _kept.append(handler)
    ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(handler, True)
