"""
Lock files of ours: one holder at a time, of all our processes and of all parts of each.

The system lets go of a lock when the process that holds it ends, however it ends. So a lock file that lies there tells
nothing, and is seldom removed.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tray.core.errors import Busy
from tray.core.words import files as files_words
from tray.disk import native
from tray.disk.plain import NO_LINK, open_plain
from tray.disk.refusals import told_to_people
from tray.disk.staging import insist, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PAUSE = 0.05
"""Seconds between two tries."""

_PATIENCE_SECONDS = 10.0


class Lock:
    """A held lock; made by `acquire`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def name_holder(self) -> None:
        """
        Write into the file which process holds it, for people who look.

        Raises:
            OSError: The disk failed.
        """
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let go of the lock; harmless when done before."""
        if self._descriptor is not None:
            with suppress(OSError):  # it is closed all the same
                os.close(self._descriptor)
            self._descriptor = None


def acquire(path: Path) -> Lock | None:
    """
    Take a lock at once; None where it is held already.

    The lock file is made 0600 where it is missing, its folder 0700. A symbolic link, a pipe or a device is refused.

    Raises:
        OSError: The file cannot be made or locked here.
    """
    make_folder(path.parent)
    while True:
        descriptor = open_plain(path, os.O_RDWR | os.O_CREAT | NO_LINK)
        taken = found = False
        try:
            taken = native.try_lock(descriptor)
            found = taken and _is_there(path, descriptor)
        finally:
            if not found:
                os.close(descriptor)
        if found or not taken:
            return Lock(descriptor) if found else None


def _is_there(path: Path, descriptor: int) -> bool:
    """Tell whether the open file is still the one of that name: a lock on a file that was removed excludes nobody."""
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False


def is_held(path: Path) -> bool:
    """Tell whether a lock is held now, without making its file; one that cannot be looked at is not."""
    try:
        descriptor = open_plain(path, os.O_RDWR | NO_LINK)
    except OSError:
        return False
    try:
        return not native.try_lock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(
    path: Path, *, seconds: float = _PATIENCE_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """
    Hold a lock (see `acquire`), once it is free.

    Raises:
        ConfigProblem: The lock file cannot be made or locked.
        Busy: It was not let go of in time.
    """
    for _ in range(round(seconds / _PAUSE)):
        with told_to_people(path):
            lock = insist(lambda: acquire(path), sleep, path)
        if lock is not None:
            break
        sleep(_PAUSE)
    else:
        raise Busy(files_words.LOCK_IS_HELD(file=path))
    try:
        yield
    finally:
        lock.release()
