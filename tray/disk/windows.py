"""What Windows does with files, where Linux and macOS do something else. Run under Wine 8, not on Windows."""

from __future__ import annotations

import errno
import msvcrt
import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

HELD_UP_SECONDS = 5.0
"""Nobody can replace a file that another program has open: one that reads it, a virus scanner, a backup."""

HAS_MODES = False
"""A file's access list says who may read it, which it has from its folder; its mode tells nothing of others."""

_OFFSET = 0x4000_0000
"""Far behind the text: Windows lets nobody else read a locked byte."""

_HELD = {errno.EACCES, errno.EDEADLK, 0}
"""How the C library says that another process holds it; that of Wine 8 says nothing."""


def try_lock(descriptor: int) -> bool:
    """
    Lock an open file for this process, without waiting; its end, or a close, releases it.

    Returns:
        False where another process, or another part of this one, holds it.

    Raises:
        OSError: The file system has no locks.
    """
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


def is_foreign(_status: os.stat_result) -> bool:
    """Tell nothing: an access list knows more than one owner."""
    return False


def keep_attributes(path: Path, like: Path) -> None:
    """Do nothing: what a file has of its own here is kept where it is replaced."""


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
        with suppress(FileNotFoundError):  # another program has just removed it
            if not target.stat().st_mode & stat.S_IWRITE:
                target.chmod(stat.S_IWRITE)
                staged.replace(target)
                return
        raise


def exchange(staged: Path, target: Path, _before: bytes | None) -> bool:
    """Put a finished file in place of another one; nothing here keeps another program from writing just before."""
    staged.replace(target)
    return True


def unmarking(_path: Path) -> str | None:
    """Name nothing: a read-only file may be replaced (see `replace`)."""
    return None


def sync_folder(folder: Path) -> None:
    """Do nothing: a rename needs no further step to last."""
