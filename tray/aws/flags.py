"""Marks that forbid every change of a file, also by its owner: of ``chattr +i`` and ``chflags uchg``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "linux":
    import array
    import fcntl
    import struct

    _GET_FLAGS = 0x80000000 | struct.calcsize("l") << 16 | ord("f") << 8 | 1
    """``FS_IOC_GETFLAGS`` of most processors; elsewhere the system does not know the number, and nothing is told."""

    _IMMUTABLE, _APPEND_ONLY = 0x10, 0x20

    def unmarking(path: Path) -> str | None:
        """Name the command that takes such a mark off a file or folder; None where there is none, or it is not told."""
        flags = array.array("l", [0])
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.ioctl(descriptor, _GET_FLAGS, flags)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        return "sudo chattr -ia" if flags[0] & (_IMMUTABLE | _APPEND_ONLY) else None

elif sys.platform == "darwin":
    import stat

    _MINE, _SYSTEMS = stat.UF_IMMUTABLE | stat.UF_APPEND, stat.SF_IMMUTABLE | stat.SF_APPEND

    def unmarking(path: Path) -> str | None:
        """Name the command that takes such a mark off a file or folder; None where there is none, or it is not told."""
        try:
            flags = path.stat().st_flags
        except OSError:
            return None
        if flags & _SYSTEMS:
            return "sudo chflags noschg,nosappnd"
        return "chflags nouchg,nouappnd" if flags & _MINE else None

else:

    def unmarking(_path: Path) -> str | None:
        """Name nothing: a read-only file may be replaced (see `tray.aws.system.replace`)."""
        return None
