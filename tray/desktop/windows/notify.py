"""
Toasts on Windows 10 and later, through WinRT.

Windows shows a toast under the name and icon that the registry keeps for the sender's AppUserModelID. desktop-notifier
registers the id as the name too, and hands an icon over as a link where Windows wants a path; so both are said anew.

Checked with the library's backend faked, and under Wine, which has no toasts: there every notice falls to the balloon.
Not run on Windows.
"""

from __future__ import annotations

import sys
import winreg
from pathlib import Path
from typing import Any

from tray.desktop.toasts import APPLICATION

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

APPLICATION_ID = "SsoTray.SsoTray"
"""The AppUserModelID, which the shortcut in the Start menu carries as well."""

_KEY = rf"Software\Classes\AppUserModelId\{APPLICATION_ID}"


def open_centre() -> Any:
    """
    Open the way to the system's toasts.

    Raises:
        Exception: There is none: a Windows that is too old, or whose WinRT does not answer.
    """
    from desktop_notifier import DesktopNotifier  # noqa: PLC0415 - loaded with the first notice

    centre = DesktopNotifier(app_name=APPLICATION_ID, app_icon=None)
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _KEY) as key:
        winreg.SetValueEx(key, "DisplayName", 0, winreg.REG_SZ, APPLICATION)
        icon = _icon()
        if icon is not None:
            winreg.SetValueEx(key, "IconUri", 0, winreg.REG_SZ, str(icon))
    return centre


def _icon() -> Path | None:
    """Find our icon in the bundle, if this is one."""
    icon = Path(getattr(sys, "_MEIPASS", sys.prefix), "assets", "sso-tray.ico")
    return icon if icon.is_file() else None
