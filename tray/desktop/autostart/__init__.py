"""
Starting at login: the system's own entry is the state.

A module for each system reads, writes and removes that entry; what is right about it is judged in one place.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tray.desktop.autostart.login_start import LoginStart
from tray.installation.finding import find_installation

if sys.platform == "win32":
    from tray.desktop.autostart.windows import open_entries
elif sys.platform == "darwin":
    from tray.desktop.autostart.macos import open_entries
else:
    from tray.desktop.autostart.freedesktop import open_entries

__all__ = ["LoginStart", "open_login_start"]


def open_login_start(state_folder: Path) -> LoginStart:
    """
    Open this system's start at login for the program that runs. Looks at nothing that is slow, and changes nothing.

    Args:
        state_folder: Our own; where a system cannot be asked, what it last answered is kept there.
    """
    installation = find_installation()
    return LoginStart(open_entries(installation, state_folder), installation)
