"""An address reaches the clipboard of Windows, and stays out of its history."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes import wintypes

from tray.desktop import clipboard

ADDRESS = "http://127.0.0.1:41234/start?key=Zm9vYmFy&x=%20"

user32 = ctypes.WinDLL("user32", use_last_error=True)
kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
user32.GetClipboardData.restype = wintypes.HANDLE
kernel32.GlobalLock.restype = wintypes.LPVOID
kernel32.GlobalLock.argtypes = (wintypes.HGLOBAL,)
kernel32.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)


def pasted() -> str:
    assert user32.OpenClipboard(None)
    try:
        memory = user32.GetClipboardData(13)
        place = kernel32.GlobalLock(memory)
        try:
            return ctypes.wstring_at(place)
        finally:
            kernel32.GlobalUnlock(memory)
    finally:
        user32.CloseClipboard()


def test_what_is_copied_is_pasted_and_asks_to_be_kept_out_of_the_history() -> None:
    assert clipboard.copy("before")
    assert clipboard.copy(ADDRESS)

    assert pasted() == ADDRESS
    kept_out = user32.RegisterClipboardFormatW("ExcludeClipboardContentFromMonitorProcessing")
    assert user32.IsClipboardFormatAvailable(kept_out)


_HOLDS = """
import ctypes, sys
ctypes.WinDLL("user32").OpenClipboard(None)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_clipboard_that_another_program_keeps_open_is_not_claimed() -> None:
    command = [sys.executable, "-c", _HOLDS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert not clipboard.copy(ADDRESS)
        other.communicate("")

    assert clipboard.copy(ADDRESS)
