"""The panel's look on Windows: the setting for the taskbar, which is another than that for programs."""

from __future__ import annotations

import sys
import winreg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def follow_panel(_bus: Bus | None, _on_change: Callable[[], None]) -> Callable[[], str]:
    """Look the setting up whenever it is wanted."""
    return _theme


def _theme() -> str:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
            light, _type = winreg.QueryValueEx(key, "SystemUsesLightTheme")
    except OSError:
        return "dark"  # Windows before that setting had a dark taskbar
    return "light" if light else "dark"
