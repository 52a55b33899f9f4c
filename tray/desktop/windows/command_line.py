"""
Command lines as Windows reads them, and where it finds the program that one names.

Run under Wine 8, not on Windows.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
import winreg
from contextlib import suppress
from ctypes import wintypes
from pathlib import Path

from tray.disk.looking import is_file

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_APP_PATHS = r"Software\Microsoft\Windows\CurrentVersion\App Paths"

_shell32 = ctypes.WinDLL("shell32")
_shell32.CommandLineToArgvW.argtypes = (wintypes.LPCWSTR, ctypes.POINTER(ctypes.c_int))
_shell32.CommandLineToArgvW.restype = ctypes.POINTER(wintypes.LPWSTR)
_kernel32 = ctypes.WinDLL("kernel32")
_kernel32.LocalFree.argtypes = (ctypes.c_void_p,)


def split(line: str) -> list[str]:
    r"""
    Split a command line as every Windows program has its own split: ``--profile-directory="Profile 1"`` is one word.

    A backslash is nothing special but before a quote, and a single quote never is.
    """
    if not line.strip():
        return []
    count = ctypes.c_int()
    words = _shell32.CommandLineToArgvW(line.strip(), ctypes.byref(count))
    try:
        return [words[index] or "" for index in range(count.value)]
    finally:
        _kernel32.LocalFree(words)


def find_program(name: str) -> str | None:
    """
    Find a program by its path, on ``PATH``, or among the programs that the registry names, as Windows' own *Run* does.

    Browsers are in the registry alone (Microsoft: "Application Registration", App Paths).
    """
    if (found := shutil.which(name)) is not None or Path(name).name != name:
        return found
    name = name if name.lower().endswith(".exe") else f"{name}.exe"
    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        with suppress(OSError), winreg.OpenKey(root, f"{_APP_PATHS}\\{name}") as key:
            path = winreg.ExpandEnvironmentStrings(str(winreg.QueryValueEx(key, "")[0])).strip('" ')
            if is_file(Path(path)):
                return path
    return None
