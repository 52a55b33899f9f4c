"""
Files that are replaced whole, locks, and child processes: for our own files and for ``~/.aws`` alike.

What the systems do differently with files is in `native`, which is a module of its own for each of them.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.disk import windows as native
else:
    from tray.disk import posix as native

__all__ = ["native"]
