"""Opens a link or a file with the program that the system keeps for it."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.desktop.windows.opener import can_open_link, has_display, open_link, open_text_file
elif sys.platform == "darwin":
    from tray.desktop.macos.opener import can_open_link, has_display, open_link, open_text_file
else:
    from tray.desktop.linux.opener import can_open_link, has_display, open_link, open_text_file

__all__ = ["can_open_link", "has_display", "open_link", "open_text_file"]
