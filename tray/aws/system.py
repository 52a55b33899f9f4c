"""What POSIX and Windows do differently with files."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
    import stat

    HELD_UP_SECONDS = 5.0
    """Nobody can replace a file that another program has open: one that reads it, a virus scanner, a backup."""

    HAS_MODES = False
    """A file's access list says who may read it, which it has from its folder; its mode tells nothing of others."""

    def try_lock(descriptor: int) -> bool:
        """Take the lock of an open file for this process, without waiting; its end or a close releases it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def is_foreign(_status: os.stat_result) -> bool:
        """Tell nothing: an access list knows more than one owner."""
        return False

    def keep_owner(path: Path, like: os.stat_result) -> None:
        """Do nothing: a new file belongs to whom its folder says."""

    def memory_of(_descriptor: int, _size: int) -> mmap | None:
        """Give nothing: what is mapped into memory could not be cut to its length."""
        return None

    def replace(staged: Path, target: Path) -> None:
        """Put a finished file in place of another one, also of a read-only one: there that is a mark, and no right."""
        try:
            staged.replace(target)
        except PermissionError:
            if not target.exists() or target.stat().st_mode & stat.S_IWRITE:
                raise
            target.chmod(stat.S_IWRITE)
            staged.replace(target)

    def sync_folder(folder: Path) -> None:
        """Do nothing: a rename needs no further step to last."""

else:
    import fcntl
    from mmap import PAGESIZE, mmap

    HELD_UP_SECONDS = 0.5
    """Only a network disk refuses for a moment what it allows afterwards."""

    HAS_MODES = True
    """A file's mode says who may read it."""

    def try_lock(descriptor: int) -> bool:
        """Take the lock of an open file for this process, without waiting; its end or a close releases it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_foreign(status: os.stat_result) -> bool:
        """Tell whether a file belongs to another user."""
        return status.st_uid != os.geteuid()

    def keep_owner(path: Path, like: os.stat_result) -> None:
        """
        Give a file the owner and group of another.

        Raises:
            PermissionError: It has another owner, and this process may not give files away.
        """
        mine = path.stat()
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
            os.chown(path, like.st_uid, like.st_gid)

    def memory_of(descriptor: int, size: int) -> mmap | None:
        """
        Map an open file into memory: what is copied there is in the file, also when this process is killed right then.

        Args:
            descriptor: Of a file that has so many bytes.
            size: Its length in bytes.

        Returns:
            None where the file system does not do that.
        """
        try:
            memory = mmap(descriptor, size)
        except OSError:
            return None
        pages = range(0, size, PAGESIZE)
        memory[::PAGESIZE] = bytes(memory[page] for page in pages)  # the disk has to grant each one now
        return memory

    def replace(staged: Path, target: Path) -> None:
        """Put a finished file in place of another one."""
        staged.replace(target)

    def sync_folder(folder: Path) -> None:
        """Make a rename inside the folder last through a power cut, where the file system can promise that."""
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
