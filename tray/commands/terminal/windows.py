"""
The person's own console on Windows: keys one by one, whatever standard input and output are.

Tried under Wine as far as it has no screen: the modes of a handle that is none. What a real console shows stands in
docs/one-hour-on-windows.md.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import sys
from collections.abc import Callable, Iterator
from ctypes import wintypes
from types import TracebackType
from typing import TextIO

from tray.commands.terminal.keys import CONTROLS
from tray.core.clusters import is_clean
from tray.core.picking import Key, Press

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_SCREEN = "CONOUT$"
_UNDERSTANDS_CODES = 0x0004
"""``ENABLE_VIRTUAL_TERMINAL_PROCESSING``: Windows 10 and later."""

_TWO_PARTS = "\x00\xe0"
"""What a key that types nothing begins with. The second one is also the letter ``à``, behind which nothing waits."""

_SECOND_PARTS = {
    "G": Key.FIRST,
    "H": Key.UP,
    "I": Key.PAGE_UP,
    "O": Key.LAST,
    "P": Key.DOWN,
    "Q": Key.PAGE_DOWN,
}


def understands_codes(file: int) -> bool:
    """Have a console understand control codes, as Windows Terminal does from the start; tells whether it does."""
    return _set_mode(file, lambda mode: mode | _UNDERSTANDS_CODES) is not None


class Console:
    """
    The console while keys come one by one; as a context manager it is as it was afterwards, however that ends.

    Raises:
        OSError: There is no console, or one that understands no control codes (on entering).
    """

    def __enter__(self) -> Console:
        self._screen: TextIO = open(_SCREEN, "r+", encoding="utf-8", newline="")  # noqa: PTH123 - no path
        mode = _set_mode(self._screen.fileno(), lambda mode: mode | _UNDERSTANDS_CODES)
        if mode is None:
            self._screen.close()
            raise OSError("a console without control codes")
        self._before = mode
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _set_mode(self._screen.fileno(), lambda _: self._before)
        self._screen.close()

    def size(self) -> tuple[int, int]:
        """Give rows and columns of the window."""
        columns, rows = os.get_terminal_size(self._screen.fileno())
        return rows, columns

    def write(self, text: str) -> None:
        """Print, control codes included."""
        self._screen.write(text.encode("utf-8", "replace").decode("utf-8"))
        self._screen.flush()

    def presses(self) -> Iterator[Press]:
        """Wait for a key; a new size is seen at the next one."""
        letter = msvcrt.getwch()
        if letter in _TWO_PARTS and (letter != "\xe0" or msvcrt.kbhit()):
            if (key := _SECOND_PARTS.get(msvcrt.getwch())) is not None:
                yield key
            return
        if "\ud800" <= letter <= "\udbff":  # The first half of a picture: the other one waits.
            letter = (letter + msvcrt.getwch()).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        if letter == "\x1b":
            yield Key.LEAVE
        elif (key := CONTROLS.get(letter)) is not None:
            yield key
        elif letter and is_clean(letter):
            yield letter


def _set_mode(file: int, change: Callable[[int], int]) -> int | None:
    """Change the mode of a console, and give what it was before; None where that is none, or does not take it."""
    kernel = ctypes.WinDLL("kernel32")
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(file))
    mode = wintypes.DWORD()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return None
    return mode.value if kernel.SetConsoleMode(handle, change(mode.value)) else None
