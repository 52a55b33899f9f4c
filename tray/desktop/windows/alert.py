"""
A message box on Windows, whose desktop programs have no standard error.

Seen under Wine 8, from the windowed program in a home whose state folder is a file; not on Windows.
"""

from __future__ import annotations

import ctypes
import sys

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_CAPTION = "SSO Tray"
_MB_ICONWARNING = 0x30
_MB_SETFOREGROUND = 0x1_0000


def alert(title: str, hint: str) -> None:
    """Show a message until the person has closed it."""
    ctypes.WinDLL("user32").MessageBoxW(None, f"{title}\n\n{hint}", _CAPTION, _MB_ICONWARNING | _MB_SETFOREGROUND)
