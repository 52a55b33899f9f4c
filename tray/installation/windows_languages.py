"""
Which languages the person has chosen for what Windows says.

Written from Microsoft's documentation of the function; not run on Windows.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_MUI_LANGUAGE_NAME = 0x8
_SEPARATOR = "\0"

_ask = ctypes.WinDLL("kernel32").GetUserPreferredUILanguages
_ask.restype = wintypes.BOOL
_ask.argtypes = (
    wintypes.DWORD,
    ctypes.POINTER(wintypes.ULONG),
    ctypes.c_wchar_p,
    ctypes.POINTER(wintypes.ULONG),
)


def preferred() -> list[str]:
    """Name them as in ``de-DE``, the best first; none where Windows does not say."""
    count, size = wintypes.ULONG(), wintypes.ULONG()
    if not _ask(_MUI_LANGUAGE_NAME, ctypes.byref(count), None, ctypes.byref(size)):
        return []
    names = ctypes.create_unicode_buffer(size.value)
    if not _ask(_MUI_LANGUAGE_NAME, ctypes.byref(count), names, ctypes.byref(size)):
        return []
    return [name for name in ctypes.wstring_at(names, size.value).split(_SEPARATOR) if name]
