"""Locks a file on Linux and macOS."""

from __future__ import annotations

import fcntl
import sys

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process; False where another holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
