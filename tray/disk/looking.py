"""
Looks at files and folders without a fault where a folder on the way to them keeps this account out.

The questions of `Path` raise PermissionError there, on Python 3.11 at least (docs/facts: Folders that keep out).
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path


def status_of(path: Path) -> os.stat_result | None:
    """Give what the system tells of a file or folder; None where there is none, or none that can be reached."""
    try:
        return path.stat()
    except (OSError, ValueError):  # A name may hold what none can.
        return None


def is_there(path: Path) -> bool:
    """Tell whether there is a file or folder of this name that can be reached; of a link, what it leads to."""
    return status_of(path) is not None


def is_file(path: Path) -> bool:
    """Tell whether there is a plain file of this name that can be reached."""
    found = status_of(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of this name that can be reached."""
    found = status_of(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def entries(folder: Path) -> list[Path]:
    """List what is in a folder, in no order; nothing where there is none, or none that can be listed."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []
