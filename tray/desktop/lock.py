"""The lock that only one resident program can hold."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if sys.platform == "win32":
    from tray.desktop.lock_windows import try_lock
else:
    from tray.desktop.lock_posix import try_lock

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """A held lock. The system lets go of it when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go of the lock; harmless when done before. The file stays: removing it would let two programs in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def acquire(path: Path) -> Lock | None:
    """
    Take the lock at once, or not at all.

    The file (0600; its folder 0700 where it has to be made) says which process holds it, for people who look.

    Args:
        path: The lock file. A symbolic link is refused.

    Returns:
        The held lock, or None where another process (or another part of this one) holds it.

    Raises:
        OSError: The file cannot be made or locked here.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if not try_lock(descriptor):
            os.close(descriptor)
            return None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except BaseException:
        os.close(descriptor)
        raise
    return Lock(descriptor)
