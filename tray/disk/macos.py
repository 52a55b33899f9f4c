"""What macOS alone does with files. Type-checked, and never run on a Mac."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

assert sys.platform == "darwin"  # noqa: S101 - tells the type checker where this module belongs

_COPYFILE_ACL, _COPYFILE_XATTR = 1 << 0, 1 << 2
"""From ``copyfile.h``."""

_MINE, _SYSTEMS = stat.UF_IMMUTABLE | stat.UF_APPEND, stat.SF_IMMUTABLE | stat.SF_APPEND


def exchange(staged: Path, target: Path, _before: bytes | None) -> bool:
    """Put a finished file in place of another one; nothing here keeps another program from writing just before."""
    staged.replace(target)
    return True


def keep_attributes(path: Path, like: Path) -> None:
    """
    Give a file the access list and the extended attributes of another (``copyfile(3)``).

    Raises:
        OSError: They could not be given.
    """
    import ctypes  # noqa: PLC0415 - few processes write

    library = ctypes.CDLL(None, use_errno=True)
    if library.copyfile(os.fsencode(like), os.fsencode(path), None, _COPYFILE_ACL | _COPYFILE_XATTR) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(path))


def unmarking(path: Path) -> str | None:
    """
    Name the command that takes off a mark which forbids every change, also by the owner (``chflags uchg``).

    Returns:
        None where the file or folder bears none, or it is not told.
    """
    try:
        flags = path.stat().st_flags
    except OSError:
        return None
    if flags & _SYSTEMS:
        return "sudo chflags noschg,nosappnd"
    return "chflags nouchg,nouappnd" if flags & _MINE else None
