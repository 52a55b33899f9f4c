"""
The panel's look on Windows: the setting for the taskbar, which is another than that for programs.

Run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
import winreg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.linux.bus import Bus

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

log = logging.getLogger(__name__)

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_REG_NOTIFY_CHANGE_LAST_SET = 4


def follow_panel(_bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], str]:
    """Look the setting up whenever it is wanted; a thread of its own sleeps until the system tells of a change."""
    threading.Thread(target=watch, args=(_KEY, on_change), name="theme", daemon=True).start()
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


def theme() -> str:
    """Tell the look of the taskbar."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
            light, _type = winreg.QueryValueEx(key, "SystemUsesLightTheme")
    except OSError:
        return "dark"  # Windows before that setting had a dark taskbar
    return "light" if light else "dark"
