"""Locks a file on Windows."""

from __future__ import annotations

import errno
import msvcrt
import os
import sys

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_OFFSET = 0x4000_0000
"""Far behind the text: Windows lets nobody else read a locked byte."""

_HELD = {errno.EACCES, errno.EDEADLK, 0}
"""How the C library says that another process holds it; that of Wine 8 says nothing."""


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process; False where another holds it."""
    os.lseek(descriptor, _OFFSET, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)
    return True
