"""
The person's own console on Windows: keys one by one, whatever standard input and output are.

Tried under Wine 8 in a terminal of Linux: typing, arrows and pages, Esc, Ctrl-C, and the modes afterwards. What a real
console does stands in docs/one-hour-on-windows.md.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import sys
from collections.abc import Callable, Iterator
from ctypes import wintypes
from types import TracebackType

from tray.commands.terminal.keys import CONTROLS
from tray.core.clusters import is_clean
from tray.core.picking import Key, Press

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_SCREEN, _KEYBOARD = "CONOUT$", "CONIN$"
_UNDERSTANDS_CODES = 0x0004
"""``ENABLE_VIRTUAL_TERMINAL_PROCESSING`` of a screen: Windows 10 and later."""

_BY_LINE = 0x0001 | 0x0002 | 0x0004 | 0x0200
"""``ENABLE_PROCESSED_INPUT``, line by line, with an echo, and keys as sequences of codes."""

_TELLS_SIZE = 0x0008
"""``ENABLE_WINDOW_INPUT``."""

_KEY_EVENT = 0x0001
_AT_ONCE = 128
_WAIT = 200
"""Milliseconds."""

_TIMED_OUT = 0x0102
_ALT = 0x12
"""What is typed by its number while Alt is held comes when that key is let go."""

_KEYS = {
    0x1B: Key.LEAVE,  # From Windows it comes with its letter, from Wine without.
    0x21: Key.PAGE_UP,
    0x22: Key.PAGE_DOWN,
    0x23: Key.LAST,
    0x24: Key.FIRST,
    0x26: Key.UP,
    0x28: Key.DOWN,
}
"""By virtual-key code."""


class _Record(ctypes.Structure):
    """``INPUT_RECORD`` with a ``KEY_EVENT_RECORD`` in it, the longest of its kinds."""

    _fields_ = (
        ("kind", wintypes.WORD),
        ("down", wintypes.BOOL),
        ("repeated", wintypes.WORD),
        ("key", wintypes.WORD),
        ("scanned", wintypes.WORD),
        ("letter", wintypes.WORD),
        ("modifiers", wintypes.DWORD),
    )


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
        self._screen = open(_SCREEN, "w", encoding="utf-8", newline="")  # noqa: PTH123 - no path
        self._keyboard = open(_KEYBOARD, "rb", buffering=0)  # noqa: PTH123 - likewise
        self._half = ""
        before = _set_mode(self._screen.fileno(), lambda mode: mode | _UNDERSTANDS_CODES)
        keys_before = _set_mode(self._keyboard.fileno(), lambda mode: mode & ~_BY_LINE | _TELLS_SIZE)
        self._before = before, keys_before
        if before is None or keys_before is None:
            self._restore()
            raise OSError("a console without control codes")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def size(self) -> tuple[int, int]:
        """Give rows and columns of the window."""
        columns, rows = os.get_terminal_size(self._screen.fileno())
        return rows, columns

    def write(self, text: str) -> None:
        """Print, control codes included."""
        self._screen.write(text.encode("utf-8", "replace").decode("utf-8"))
        self._screen.flush()

    def presses(self) -> Iterator[Press]:
        """
        Wait for keys; give none where it was the size that changed.

        Raises:
            EOFError: The console is gone.
        """
        records, count = (_Record * _AT_ONCE)(), wintypes.DWORD()
        kernel = ctypes.WinDLL("kernel32")
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(self._keyboard.fileno()))
        while kernel.WaitForSingleObject(handle, _WAIT) == _TIMED_OUT:
            pass  # Python raises between two waits what a signal asked for; not within one.
        if not kernel.ReadConsoleInputW(handle, records, _AT_ONCE, ctypes.byref(count)):
            raise EOFError
        for record in records[: count.value]:
            if record.kind == _KEY_EVENT and (record.down or record.key == _ALT):
                for _ in range(max(record.repeated, 1)):
                    yield from self._press(record.key, chr(record.letter) if record.letter else "")

    def _press(self, key: int, letter: str) -> Iterator[Press]:
        if not letter:
            if (pressed := _KEYS.get(key)) is not None:
                yield pressed
        elif "\ud800" <= letter <= "\udbff":  # The first half of a picture.
            self._half = letter
        else:
            text = (self._half + letter).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
            self._half = ""
            if text == "\x1b":
                yield Key.LEAVE
            elif (pressed := CONTROLS.get(text)) is not None:
                yield pressed
            elif text and is_clean(text):
                yield text

    def _restore(self) -> None:
        for file, mode in zip((self._screen, self._keyboard), self._before, strict=True):
            if mode is not None:
                _set_mode(file.fileno(), _always(mode))
            file.close()


def _always(mode: int) -> Callable[[int], int]:
    return lambda _: mode


def _set_mode(file: int, change: Callable[[int], int]) -> int | None:
    """Change the mode of a console, and give what it was before; None where that is none, or does not take it."""
    kernel = ctypes.WinDLL("kernel32")
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(file))
    mode = wintypes.DWORD()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return None
    return mode.value if kernel.SetConsoleMode(handle, change(mode.value)) else None
