"""
Whether anybody is there, by what Windows tells of the session: locked, unlocked, at the screen or away from it.

Written from Microsoft's documentation of ``WTSRegisterSessionNotification`` and ``WM_WTSSESSION_CHANGE``. Under Wine 8,
which takes the registration and never tells anything, the messages are sent by the test; not run on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from ctypes import wintypes
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus
    from tray.desktop.presence import Presence

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

log = logging.getLogger(__name__)

WINDOW_CLASS = "SsoTrayPresence"
WM_WTSSESSION_CHANGE = 0x02B1
_WM_CLOSE, _WM_DESTROY = 0x0010, 0x0002
_HWND_MESSAGE = -3
_NOTIFY_FOR_THIS_SESSION = 0

_MEANS = {
    0x1: ("console", False),  # WTS_CONSOLE_CONNECT
    0x2: ("console", True),  # WTS_CONSOLE_DISCONNECT: another person's session is at the screen
    0x3: ("console", False),  # WTS_REMOTE_CONNECT
    0x4: ("console", True),  # WTS_REMOTE_DISCONNECT
    0x7: ("lock", True),  # WTS_SESSION_LOCK
    0x8: ("lock", False),  # WTS_SESSION_UNLOCK
}
"""By what the message says, who knows something, and whether the person is away."""

_Procedure = ctypes.WINFUNCTYPE(ctypes.c_ssize_t, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_user32.DefWindowProcW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user32.DefWindowProcW.restype = ctypes.c_ssize_t
_user32.CreateWindowExW.restype = wintypes.HWND
_user32.CreateWindowExW.argtypes = (
    wintypes.DWORD,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    *4 * (ctypes.c_int,),
    wintypes.HWND,
    wintypes.HMENU,
    wintypes.HINSTANCE,
    wintypes.LPVOID,
)
_user32.PostMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user32.GetMessageW.argtypes = (wintypes.LPMSG, wintypes.HWND, wintypes.UINT, wintypes.UINT)
_user32.DispatchMessageW.argtypes = (wintypes.LPMSG,)
_user32.DestroyWindow.argtypes = (wintypes.HWND,)
_user32.UnregisterClassW.argtypes = (wintypes.LPCWSTR, wintypes.HINSTANCE)


class _WindowClass(ctypes.Structure):
    """``WNDCLASSW``."""

    _fields_ = (
        ("style", wintypes.UINT),
        ("procedure", _Procedure),
        ("class_extra", ctypes.c_int),
        ("window_extra", ctypes.c_int),
        ("instance", wintypes.HINSTANCE),
        ("icon", wintypes.HICON),
        ("cursor", wintypes.HANDLE),
        ("background", wintypes.HBRUSH),
        ("menu", wintypes.LPCWSTR),
        ("name", wintypes.LPCWSTR),
    )


def _heard(tell: Callable[[str, bool], None], window: int, message: int, word: int, long: int) -> int:
    """Answer a message to the window."""
    if message == WM_WTSSESSION_CHANGE and word in _MEANS:
        tell(*_MEANS[word])
    elif message == _WM_CLOSE:
        _user32.DestroyWindow(window)
    elif message == _WM_DESTROY:
        _user32.PostQuitMessage(0)
    else:
        default: int = _user32.DefWindowProcW(window, message, word, long)
        return default
    return 0


def follow_presence(presence: Presence, _bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], object] | None:
    """Listen with a window that nobody sees, on a thread of its own; None where Windows takes no such window."""
    ready = threading.Event()
    windows: list[int] = []

    def tell(why: str, away: bool) -> None:
        if presence.tell(why, away=away):
            on_change()

    def listen() -> None:
        procedure = _Procedure(partial(_heard, tell))  # As long as the window lives.
        try:
            window = _window(procedure)
            if window is not None:
                windows.append(window)
        finally:
            ready.set()
        if window is None:
            return
        message = wintypes.MSG()
        while _user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            _user32.DispatchMessageW(ctypes.byref(message))
        _user32.UnregisterClassW(WINDOW_CLASS, None)

    thread = threading.Thread(target=listen, name="presence", daemon=True)
    thread.start()
    ready.wait()
    if not windows:
        log.info("Windows does not tell of locks")
        return None

    def stop() -> None:
        _user32.PostMessageW(windows[0], _WM_CLOSE, 0, 0)
        thread.join()

    return stop


def _window(procedure: object) -> int | None:
    """Make the window, and have Windows tell it of the session; None where it does not."""
    kind = _WindowClass(procedure=procedure, name=WINDOW_CLASS)
    _user32.RegisterClassW(ctypes.byref(kind))
    window: int | None = _user32.CreateWindowExW(
        0, WINDOW_CLASS, None, 0, 0, 0, 0, 0, wintypes.HWND(_HWND_MESSAGE), None, None, None
    )
    if window is None:
        return None
    try:
        register = ctypes.WinDLL("wtsapi32").WTSRegisterSessionNotification
        register.argtypes = (wintypes.HWND, wintypes.DWORD)
        taken = register(window, _NOTIFY_FOR_THIS_SESSION)
    except (OSError, AttributeError):
        taken = False
    if not taken:
        _user32.DestroyWindow(window)
        return None
    return window
