"""
What Linux alone does with files.

Between a last look at a file and a rename over it another program can still write. Linux can close that gap: a lease
makes every program that opens the file for writing wait, and ``renameat2`` swaps two names in one step, so that what
turns out to be another program's file can be put back.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.disk.plain import Unfit, open_plain, read_plain

if TYPE_CHECKING:
    from pathlib import Path

assert sys.platform == "linux"  # noqa: S101 - tells the type checker where this module belongs

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCHANGE = 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
"""How a file system says that it cannot rename in this way."""

_GET_FLAGS = 0x80000000 | ord("f") << 8 | 1
"""``FS_IOC_GETFLAGS`` of most processors; elsewhere the system does not know the number, and nothing is told."""

_DECIDES = "system."
"""Begins the name of an extended attribute that decides who may read: an access list, of POSIX or of NFS."""

_IMMUTABLE, _APPEND_ONLY = 0x10, 0x20


def exchange(staged: Path, target: Path, before: bytes | None) -> bool:
    """
    Put a finished file in place of another one, unless another program writes that one at this very moment.

    Arguments, result and errors are those of `tray.disk.files.replace_unchanged`.
    """
    try:
        return _create(staged, target) if before is None else _swap(staged, target, before)
    except NotImplementedError:
        staged.replace(target)
        return True


def keep_attributes(path: Path, like: Path) -> None:
    """
    Give a file the access list and the extended attributes of another, and no access list that this one has not.

    A folder's default access list is on every file made there: with the mode of the other file it would let in those
    whom that one keeps out. Labels that only the system gives are left to it.

    Raises:
        OSError: One that this user may give could not be given.
    """
    try:
        wanted = {name: os.getxattr(like, name) for name in os.listxattr(like)}
        superfluous = [name for name in os.listxattr(path) if name.startswith(_DECIDES) and name not in wanted]
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # Such a file system has none.
            return
        raise
    for name in superfluous:
        os.removexattr(path, name)
    for name, value in wanted.items():
        try:
            os.setxattr(path, name, value)
        except OSError:
            if name.startswith((_DECIDES, "user.")):
                raise


def unmarking(path: Path) -> str | None:
    """
    Name the command that takes off a mark which forbids every change, also by the owner (``chattr +i``).

    Returns:
        None where the file or folder bears none, or it is not told.
    """
    from array import array  # noqa: PLC0415 - few processes write

    flags = array("l", [0])
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.ioctl(descriptor, _GET_FLAGS | flags.itemsize << 16, flags)
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return "sudo chattr -ia" if flags[0] & (_IMMUTABLE | _APPEND_ONLY) else None


def _create(staged: Path, target: Path) -> bool:
    try:
        _rename(staged, target, _RENAME_NOREPLACE)
    except FileExistsError:
        return False
    return True


def _swap(staged: Path, target: Path, before: bytes) -> bool:
    descriptor = open_plain(target, os.O_RDONLY)
    try:
        leased = _lease(descriptor)
        if leased is False or not _holds(target, before):
            return False
        was, ours = os.fstat(descriptor).st_ino, staged.stat().st_ino
        _rename(staged, target, _RENAME_EXCHANGE)
        try:
            found = staged.stat().st_ino
        except OSError:  # It is done; to say now that it failed would have it done twice.
            return True
        if found == was and not (leased and _is_awaited(descriptor)):
            return True
        # Put back what another program made; should it have made yet another one meanwhile, then that.
        taken_back = ours
        while True:
            _rename(staged, target, _RENAME_EXCHANGE)
            placed, found = found, staged.stat().st_ino
            if found == taken_back:
                return False
            taken_back = placed
    finally:
        with suppress(OSError):  # it was only looked at, and is closed all the same
            os.close(descriptor)


def _holds(target: Path, data: bytes) -> bool:
    try:
        return read_plain(target, len(data)) == data
    except Unfit:
        return False


def _lease(descriptor: int) -> bool | None:
    """Make writers wait until the file is closed; False if there is one already, None if the system cannot."""
    from signal import SIGURG  # noqa: PLC0415 - few processes write

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, SIGURG)  # A signal that does nothing by itself.
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_awaited(descriptor: int) -> bool:
    """Tell whether a writer waits for the end of the lease."""
    try:
        return fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_RDLCK
    except OSError:
        return True


def _rename(source: Path, target: Path, flags: int) -> None:
    import ctypes  # noqa: PLC0415 - few processes write

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        raise NotImplementedError
    if library.renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags):
        number = ctypes.get_errno()
        if number in _UNSUPPORTED:
            raise NotImplementedError
        raise OSError(number, os.strerror(number), str(source), None, str(target))
