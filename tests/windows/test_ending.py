"""Ctrl-C in the console ends the program, also while its main thread waits in the message loop."""

from __future__ import annotations

import subprocess
import sys

_WAITS = """
import ctypes, threading
from ctypes import wintypes
from tray.desktop.system_events import follow_ending
kernel32, user32 = ctypes.WinDLL("kernel32"), ctypes.WinDLL("user32")
main = kernel32.GetCurrentThreadId()
follow_ending(lambda: (print("told", flush=True), user32.PostThreadMessageW(main, 0x12, 0, 0)))
message = wintypes.MSG()
user32.PeekMessageW(ctypes.byref(message), None, 0, 0, 0)
threading.Timer(0.2, kernel32.GenerateConsoleCtrlEvent, (0, 0)).start()
while user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
    pass
print("ended", flush=True)
"""


def test_the_console_reaches_a_program_that_waits_for_messages() -> None:
    program = subprocess.run(
        [sys.executable, "-c", _WAITS],
        stdout=subprocess.PIPE,
        text=True,
        creationflags=subprocess.CREATE_NEW_CONSOLE,
        timeout=20,
        check=False,
    )

    assert program.stdout == "told\nended\n"
    assert program.returncode == 0
