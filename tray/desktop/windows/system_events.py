"""
Waking, the look of the taskbar, and the end of the console on Windows.

Run under Wine 8, waking with the system's call faked; not on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
import winreg
from collections.abc import Callable
from ctypes import wintypes
from typing import TYPE_CHECKING

from tray.core.settings import Theme

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

log = logging.getLogger(__name__)

_kept: list[object] = []
"""Windows knows only the address of a callback: the object must live as long as it may be called."""

_DEVICE_NOTIFY_CALLBACK = 2
_PBT_APMRESUMEAUTOMATIC = 0x12
"""Sent at every resume, whether a person is there or not."""

_PowerCallback = ctypes.WINFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)


class _Subscription(ctypes.Structure):
    """``DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS``."""

    _fields_ = (("callback", _PowerCallback), ("context", ctypes.c_void_p))


def follow_wake(on_wake: Callable[[], None]) -> Callable[[], object] | None:
    """
    Have the power manager call, on a thread of its own; None where it does not take us.

    Written from Microsoft's documentation of ``PowerRegisterSuspendResumeNotification`` (Windows 8 and later), which
    needs no window.
    """

    def heard(_context: int | None, event: int, _setting: int | None) -> int:
        if event == _PBT_APMRESUMEAUTOMATIC:
            on_wake()
        return 0

    subscription, handle = _Subscription(_PowerCallback(heard), None), ctypes.c_void_p()
    _kept.append(subscription)
    failure: object
    try:
        power = ctypes.WinDLL("powrprof")
        failure = power.PowerRegisterSuspendResumeNotification(
            _DEVICE_NOTIFY_CALLBACK, ctypes.byref(subscription), ctypes.byref(handle)
        )
    except (OSError, AttributeError) as error:
        failure = type(error).__name__
    if failure:
        log.info("Windows does not tell of waking from sleep: %s", failure)
        return None
    return lambda: power.PowerUnregisterSuspendResumeNotification(handle)


def session_name(_bus: Bus | None) -> str:
    """Name the session by its number: on a server one person can have several (``ProcessIdToSessionId``)."""
    number = wintypes.DWORD()
    kernel = ctypes.WinDLL("kernel32")
    if not kernel.ProcessIdToSessionId(kernel.GetCurrentProcessId(), ctypes.byref(number)):
        return ""
    return f"windows-{number.value}"


_THEME_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_CONTRAST_KEY = r"Control Panel\Accessibility\HighContrast"
_REG_NOTIFY_CHANGE_LAST_SET = 4


def follow_panel(_bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], Theme]:
    """Look the settings up whenever it is wanted; threads of their own sleep until the system tells of a change."""
    for key in (_THEME_KEY, _CONTRAST_KEY):
        threading.Thread(target=watch, args=(key, on_change), name="theme", daemon=True).start()
    return theme


def watch(key_path: str, on_change: Callable[[], None]) -> None:
    """
    Tell of each change of a key of the person's registry, for ever; return where there is no such key.

    Args:
        key_path: Below ``HKEY_CURRENT_USER``.
        on_change: Called after each change.
    """
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key_path, access=winreg.KEY_NOTIFY) as key:
            wait = ctypes.WinDLL("advapi32").RegNotifyChangeKeyValue
            handle = ctypes.c_void_p(int(key))
            while wait(handle, False, _REG_NOTIFY_CHANGE_LAST_SET, None, False) == 0:
                on_change()
    except OSError as error:
        log.info("Windows does not tell when its theme changes: %s", error)


def theme() -> Theme:
    """
    Tell the look of the taskbar, which has a setting of its own beside that for programs.

    A contrast theme counts more: with one the taskbar has its background.
    """
    from tray.desktop.windows.shell import contrast_theme_is_light  # noqa: PLC0415 - windows of others are no matter

    light_contrast = contrast_theme_is_light()
    if light_contrast is not None:
        return Theme.LIGHT if light_contrast else Theme.DARK
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _THEME_KEY) as key:
            light, _type = winreg.QueryValueEx(key, "SystemUsesLightTheme")
    except OSError:
        return Theme.DARK  # Windows before that setting had a dark taskbar
    return Theme.LIGHT if light else Theme.DARK


_CTRL_C = 0
_CTRL_BREAK = 1
_LAST_WORDS_SECONDS = 5.0
"""Windows ends the process when the handler of a closed console returns, or after five seconds."""

_ConsoleHandler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)


def follow_ending(on_end: Callable[[], None]) -> None:
    """
    Handle Ctrl-C, Ctrl-Break, and the end of the console or of the session, on a thread of the system's.

    A handler of Python's would have to wait until the message loop returns to Python. The end of the session, and a
    request to close, reach the window of the icon instead.
    """

    def heard(event: int) -> bool:
        on_end()
        if event not in {_CTRL_C, _CTRL_BREAK}:
            threading.Event().wait(_LAST_WORDS_SECONDS)
        return True

    handler = _ConsoleHandler(heard)
    _kept.append(handler)
    ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(handler, True)
