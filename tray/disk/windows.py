"""What Windows does with files, where Linux and macOS do something else. Run under Wine 8, not on Windows."""

from __future__ import annotations

import codecs
import ctypes
import errno
import msvcrt
import os
import stat
import sys
from contextlib import suppress
from ctypes import wintypes
from typing import TYPE_CHECKING

from tray.disk.looking import is_folder

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

HELD_UP_SECONDS = 5.0
"""Nobody can replace a file that another program has open: one that reads it, a virus scanner, a backup."""

TEXT_MARK = codecs.BOM_UTF8
"""What a text for people begins with: without it Notepad guesses the encoding."""

HAS_MODES = False
"""A file's access list says who may read it, which it has from its folder; its mode tells nothing of others."""

_OFFSET = 0x4000_0000
"""Far behind the text: Windows lets nobody else read a locked byte."""

_HELD = {errno.EACCES, errno.EDEADLK, 0}
"""How the C library says that another process holds it; that of Wine 8 says nothing."""

_GENERIC_READ, _DELETE = 0x8000_0000, 0x0001_0000
_SHARE_ALL = 7
_WRITE_DATA, _APPEND_DATA, _DELETE_CHILD = 0x0002, 0x0004, 0x0040
_WRITE_DAC, _WRITE_OWNER = 0x0004_0000, 0x0008_0000
_OPEN_EXISTING = 3
_BACKUP_SEMANTICS = 0x0200_0000
"""Opens folders too."""

_INVALID_HANDLE = ctypes.c_void_p(-1).value
_IN_USE = {32, 33}
"""ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION."""

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.CreateFileW.restype = wintypes.HANDLE
_kernel.CreateFileW.argtypes = [
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.c_void_p,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.HANDLE,
]
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]


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


def is_open_elsewhere(path: Path) -> bool:
    """
    Tell whether another program has a file open in such a way that it cannot be read, or not be replaced.

    Windows says so in the same words as of missing rights; but it looks at rights first.
    """
    for access in (_GENERIC_READ, _DELETE):
        handle = _kernel.CreateFileW(str(path), access, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
        if handle == _INVALID_HANDLE:
            return ctypes.get_last_error() in _IN_USE
        _kernel.CloseHandle(handle)
    return False


def is_foreign(_status: os.stat_result) -> bool:
    """Tell nothing: an access list knows more than one owner."""
    return False


def keep_attributes(path: Path, like: Path) -> None:
    """Do nothing: what a file has of its own here is kept where it is replaced."""


def could_change(place: Path) -> bool:
    """
    Tell whether this account could change a file, or replace what is in a folder, or give itself the right to.

    Each right is asked for by itself, as the access list grants them; what is opened is closed at once.
    """
    rights = (_DELETE_CHILD,) if is_folder(place) else (_WRITE_DATA, _APPEND_DATA)
    for access in (*rights, _DELETE, _WRITE_DAC, _WRITE_OWNER):
        handle = _kernel.CreateFileW(str(place), access, _SHARE_ALL, None, _OPEN_EXISTING, _BACKUP_SEMANTICS, None)
        if handle != _INVALID_HANDLE:
            _kernel.CloseHandle(handle)
            return True
        if ctypes.get_last_error() in _IN_USE:  # It looks at rights first.
            return True
    return False


def is_on_read_only_disk(_path: Path) -> bool:
    """Tell of none: Windows says so only when something is written."""
    return False


def user_name(_number: int | None = None) -> str:
    """Name nobody: an access list tells who may do what, and a number that Python gives for an owner nothing."""
    return ""


def keep_owner(path: Path, like: os.stat_result) -> None:
    """Do nothing: a new file belongs to whom its folder says."""


def memory_of(_descriptor: int, _size: int) -> mmap | None:
    """Give nothing: what is mapped into memory could not be cut to its length."""
    return None


def replace(staged: Path, target: Path) -> None:
    """
    Put a finished file in place of another one, also of a read-only one: there that is a mark, and no right.

    It gets the rights, streams and marks of that one.
    """
    _keep_properties(staged, target)
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
    """
    Put a finished file in place of another one; nothing here keeps another program from writing just before.

    It gets the rights, streams and marks of that one.
    """
    _keep_properties(staged, target)
    staged.replace(target)
    return True


def _keep_properties(staged: Path, target: Path) -> None:
    from tray.disk.properties import keep_properties  # noqa: PLC0415 - few processes write

    with suppress(FileNotFoundError):  # another program has just removed it
        keep_properties(staged, target)


def make_folder(folder: Path) -> None:
    """
    Make a folder with the rights that it has from the one above, which in a home lets nobody else in.

    With a mode it would get rights of its own since Python 3.12.4, by which a folder that an elevated process makes
    keeps the person out, and with them the AWS CLI (docs/facts: Windows files).
    """
    folder.mkdir(exist_ok=True)


def unmarking(_path: Path) -> str | None:
    """Name nothing: a read-only file may be replaced (see `replace`)."""
    return None


def sync_folder(folder: Path) -> None:
    """Do nothing: a rename needs no further step to last."""
