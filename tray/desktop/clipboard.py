"""
Puts a text into the clipboard, for a person who pastes it into another program.

``copy(text)`` tells whether the text is there. It may wait for some seconds, and the text is in no argument and no log.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.desktop.windows.clipboard import copy
elif sys.platform == "darwin":
    from tray.desktop.macos.clipboard import copy
else:
    from tray.desktop.linux.clipboard import copy

__all__ = ["copy"]
