"""Who may read a file, on the systems where its mode says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_private(path: Path) -> bool:
    """
    Tell whether a file or folder is for its owner alone.

    On Windows that is up to the access list that it has from its folder, which for a home lets nobody else in; a mode
    says only whether a file is read-only there.
    """
    wanted = 0o700 if path.is_dir() else 0o600
    return os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == wanted
