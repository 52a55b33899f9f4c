"""
The clipboard of Windows, without a window that anybody sees.

Written from Microsoft's documentation of the functions; run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import time
from ctypes import wintypes

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_log = logging.getLogger(__name__)

_CF_UNICODETEXT = 13
_GMEM_MOVEABLE = 2
_HWND_MESSAGE = -3
"""Parent of a window that only gets messages. Without any window the clipboard takes nothing (EmptyClipboard)."""

_NOT_KEPT = "ExcludeClipboardContentFromMonitorProcessing"
"""Keeps a text out of the clipboard's history, and from other machines ("Clipboard Formats", cloud clipboard)."""

_TRIES = 10
_PAUSE_SECONDS = 0.05
"""Another program has the clipboard open now and then, for a moment."""

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_user32.CreateWindowExW.restype = wintypes.HWND
_user32.CreateWindowExW.argtypes = (
    *(wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD),
    *(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int),
    *(wintypes.HWND, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID),
)
_user32.DestroyWindow.argtypes = (wintypes.HWND,)
_user32.OpenClipboard.argtypes = (wintypes.HWND,)
_user32.SetClipboardData.restype = wintypes.HANDLE
_user32.SetClipboardData.argtypes = (wintypes.UINT, wintypes.HANDLE)
_user32.RegisterClipboardFormatW.argtypes = (wintypes.LPCWSTR,)
_kernel32.GlobalAlloc.restype = wintypes.HGLOBAL
_kernel32.GlobalAlloc.argtypes = (wintypes.UINT, ctypes.c_size_t)
_kernel32.GlobalLock.restype = wintypes.LPVOID
_kernel32.GlobalLock.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalFree.argtypes = (wintypes.HGLOBAL,)


def copy(text: str) -> bool:
    """Put a text into the clipboard; tell whether it is there."""
    window = _user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, _HWND_MESSAGE, None, None, None)
    try:
        if not window or not _opened(window):
            _log.info("The clipboard could not be opened: %s", ctypes.FormatError(ctypes.get_last_error()))
            return False
        try:
            _user32.EmptyClipboard()
            _put(_user32.RegisterClipboardFormatW(_NOT_KEPT), bytes(4))
            return _put(_CF_UNICODETEXT, text.encode("utf-16-le") + bytes(2))
        finally:
            _user32.CloseClipboard()
    finally:
        if window:
            _user32.DestroyWindow(window)


def _opened(window: int) -> bool:
    for _ in range(_TRIES):
        if _user32.OpenClipboard(window):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _put(kind: int, data: bytes) -> bool:
    """Hand over a copy of some data, which is the system's from then on."""
    memory = _kernel32.GlobalAlloc(_GMEM_MOVEABLE, len(data))
    place = memory and _kernel32.GlobalLock(memory)
    if not place:
        return False
    ctypes.memmove(place, data, len(data))
    _kernel32.GlobalUnlock(memory)
    if _user32.SetClipboardData(kind, memory):
        return True
    _kernel32.GlobalFree(memory)
    return False
