"""
Runs in a bundle for Windows before the program: what it starts shall look for libraries in its own places, not in ours.

PyInstaller's start makes the bundle's folder the one in which this process looks for libraries, and Windows hands that
down to every child: a browser, an editor, the AWS CLI. The same for this process alone says Python's own call.

Run under Wine 8, which hands nothing down: the effect on children was not seen.
"""

import ctypes
import os
import sys

if sys.platform == "win32":
    os.add_dll_directory(sys._MEIPASS)
    ctypes.WinDLL("kernel32").SetDllDirectoryW(None)
