"""
Whether Windows puts a new icon behind the arrow of the taskbar, where nobody sees it.

From what others found in the registry; run under Wine 8, which hides none, with keys of its own, not on Windows.
"""

from __future__ import annotations

import sys
import winreg
from contextlib import suppress
from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_EXPLORER = r"Software\Microsoft\Windows\CurrentVersion\Explorer"
_ICONS = r"Control Panel\NotifyIconSettings"


def hides_new_icons() -> bool:
    """
    Tell whether our icon is behind the arrow: unless all are always shown, or the person has taken it out already.

    Windows 10 keeps for all icons whether they are shown (``EnableAutoTray``), Windows 11 for each (``IsPromoted``).
    """
    return _value(_EXPLORER, "EnableAutoTray") != 0 and not _is_promoted(Path(sys.executable))


def _is_promoted(program: Path) -> bool:
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, _ICONS) as icons:
        for number in range(winreg.QueryInfoKey(icons)[0]):
            icon = f"{_ICONS}\\{winreg.EnumKey(icons, number)}"
            # The path may begin with the number of a known folder in place of its name.
            path = str(_value(icon, "ExecutablePath") or "")
            if path.lower().endswith(f"\\{program.name}".lower()) and _value(icon, "IsPromoted") == 1:
                return True
    return False


def _value(path: str, name: str) -> object:
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
        value: object = winreg.QueryValueEx(key, name)[0]
        return value
    return None
