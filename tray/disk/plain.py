"""
Opens plain files, and nothing else: a pipe, a device or a socket is never waited for, and no file is read without end.

Whoever waits for the other end of a pipe waits for ever, and often with a lock that others wait for in turn.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS: Final = sum(getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"))

NO_LINK: Final[int] = getattr(os, "O_NOFOLLOW", 0)
"""Opens no symbolic link: for files that are ours alone, which nobody has a reason to keep elsewhere."""


class Unfit(OSError):
    """Something is no plain file, or is larger than any file of its kind."""


def open_plain(path: Path | str, flags: int, mode: int = 0o600) -> int:
    """
    Open a plain file without waiting; gives its descriptor, which the caller closes.

    Args:
        path: The file.
        flags: As for `os.open`; with `NO_LINK` a symbolic link is refused.
        mode: Of a file that is made.

    Raises:
        Unfit: It is there, and is no plain file.
        PermissionError: This user may not; or another program holds it up, perhaps for a moment.
        OSError: The system cannot open it.
    """
    try:
        descriptor = os.open(path, flags | _FLAGS, mode)
    except BlockingIOError as error:  # a program has a lease on it, as Samba has (fcntl(2)), and is asked to let go
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from error
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(kind):
            raise Unfit(errno.EINVAL, "not a plain file", str(path))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def read_plain(path: Path | str, largest: int) -> bytes:
    """
    Read a whole plain file; a symbolic link is followed.

    Args:
        path: The file.
        largest: Bytes that a file of its kind may have.

    Raises:
        Unfit: It is no plain file, or larger.
        FileNotFoundError: It is not there.
        OSError: It cannot be opened (see `open_plain`) or read.
    """
    return read_with_time(path, largest)[0]


def read_with_time(path: Path | str, largest: int) -> tuple[bytes, float]:
    """Do as `read_plain`, and tell when the file was modified too, in seconds since the epoch."""
    descriptor = open_plain(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        parts, left = [], largest + 1
        while left > 0 and (part := os.read(descriptor, min(left, status.st_size + 1))):
            parts.append(part)
            left -= len(part)
        if left <= 0:
            raise Unfit(errno.EINVAL, "too large", str(path))
        return b"".join(parts), status.st_mtime
    finally:
        with suppress(OSError):  # what was read was read, and it is closed all the same
            os.close(descriptor)
