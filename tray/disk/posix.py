"""What Linux and macOS do with files, where Windows does something else."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

if sys.platform == "linux":
    from tray.disk.linux import exchange, keep_attributes, unmarking
else:
    from tray.disk.macos import exchange, keep_attributes, unmarking

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

__all__ = [
    "HAS_MODES",
    "HELD_UP_SECONDS",
    "TEXT_MARK",
    "could_change",
    "exchange",
    "is_foreign",
    "is_on_read_only_disk",
    "is_open_elsewhere",
    "keep_attributes",
    "keep_owner",
    "make_folder",
    "memory_of",
    "replace",
    "sync_folder",
    "try_lock",
    "unmarking",
    "user_name",
]

HELD_UP_SECONDS = 0.5
"""Only a network disk refuses for a moment what it allows afterwards."""

TEXT_MARK = b""
"""What a text for people begins with: it is UTF-8 without saying so."""

HAS_MODES = True
"""A file's mode says who may read it."""


def try_lock(descriptor: int) -> bool:
    """
    Lock an open file for this process, without waiting; its end, or a close, releases it.

    Returns:
        False where another process, or another part of this one, holds it.

    Raises:
        OSError: The file system has no locks.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_open_elsewhere(_path: Path) -> bool:
    """Tell that it is not: here no program keeps others from reading or replacing what it has open."""
    return False


def is_foreign(status: os.stat_result) -> bool:
    """Tell whether a file belongs to another user."""
    return status.st_uid != os.geteuid()


def could_change(place: Path) -> bool:
    """
    Tell whether this account could change a file, or what is in a folder, or give itself the right to.

    In a folder with the sticky bit only owners remove or rename, and they are looked at too. Root may change anything:
    for it only root's own counts, where nobody else may write.
    """
    try:
        found = place.stat()
    except OSError:
        return True  # as far as can be told
    user, shared = os.geteuid(), stat.S_ISDIR(found.st_mode) and bool(found.st_mode & stat.S_ISVTX)
    if user == 0:
        return found.st_uid != 0 or (bool(found.st_mode & 0o022) and not shared)
    return found.st_uid == user or (os.access(place, os.W_OK) and not shared)


def is_on_read_only_disk(path: Path) -> bool:
    """Tell whether nobody may write at present where a file or folder is; it must be there."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def user_name(number: int | None = None) -> str:
    """Name a user of this machine, by default the one who runs this; one that it does not know by the number."""
    import pwd  # noqa: PLC0415 - few files keep anybody out

    number = os.geteuid() if number is None else number
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


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
    Map an open file of so many bytes into memory; None where the file system does not do that.

    What is copied there is in the file, also when this process is killed right then.
    """
    from mmap import PAGESIZE, mmap  # noqa: PLC0415 - few processes write

    try:
        memory = mmap(descriptor, size)
    except OSError:
        return None
    pages = range(0, size, PAGESIZE)
    memory[::PAGESIZE] = bytes(memory[page] for page in pages)  # the disk has to grant each one now
    return memory


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone."""
    folder.mkdir(mode=0o700, exist_ok=True)


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
