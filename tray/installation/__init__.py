"""
How this program was installed, and which command lines start it.

What the resident program needs before its icon is up is here; the rest is in `programs`, imported when it is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path


def own_command() -> list[str]:
    """
    Name the command line that starts this program again as a child, as a list of arguments.

    A frozen Windows program comes as two: the child is the one that may print, whichever this one is.
    """
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-P", "-m", "tray"]  # -P: nothing in the current folder may shadow a module.
    if sys.platform == "win32":
        return [str(Path(sys.executable).with_name("sso-tray.exe"))]
    return [sys.executable]
