"""
Runs in a bundle on Linux before the program: an upgrade may replace the bundle's files while the program runs.

PyInstaller opens the program's file anew for each module that is imported later, and would then look for it at its old
place in a new file. The kernel keeps the file that this process was started from, and calls it ``/proc/self/exe``,
where ``/proc`` is there.
"""

import os
import sys

_RUNNING = "/proc/self/exe"


def keep_to_running_program() -> None:
    """Have modules loaded from the file that runs, not from the one that has its name."""
    sys.modules["pyimod02_importers"].pyz_archive._filename = _RUNNING


if getattr(sys, "frozen", False) and os.access(_RUNNING, os.R_OK):
    keep_to_running_program()
