"""
Staged files: tokens beside their token file, on their way into it.

A staged file is a token document with blanks after it, so that ``aws sso logout`` ends what it holds like any other
token (docs/facts: Logout of the AWS CLI). Its name tells which file it is for, and which token it follows. A living
process holds a lock on its own.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tray.disk import native
from tray.disk.staging import STAGED, insist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BLANK: Final = b" "
NOTHING: Final = "none"
"""What the token of a first login follows."""

_LARGEST: Final = 1 << 20
_NO_RENAME: Final = (errno.EBUSY, errno.EXDEV)
"""How the system says that a file can only be written in place: it is mounted by itself, as into a container."""


def prefix(target: Path) -> str:
    """Give how the names of a token file's staged files begin; next comes the fingerprint of the token they follow."""
    return f".{target.name}{STAGED}"


def left_behind(target: Path) -> list[Path]:
    """List the staged files of a token file, also those of living processes."""
    try:
        return sorted(entry for entry in target.parent.iterdir() if entry.name.startswith(prefix(target)))
    except FileNotFoundError:
        return []


def followed_by(file: Path, target: Path) -> str:
    """Give the fingerprint of the token that a staged file follows, or `NOTHING`."""
    return file.name.removeprefix(prefix(target)).partition("-")[0]


@contextmanager
def taken(file: Path) -> Iterator[int | None]:
    """Open a staged file that nobody works on any more; None where it is gone, or of a living process."""
    try:
        descriptor = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        yield None
        return
    try:
        dead = True
        with suppress(OSError):
            dead = native.try_lock(descriptor)
        yield descriptor if dead else None
    finally:
        with suppress(OSError):  # it is closed all the same
            os.close(descriptor)


def document_in(descriptor: int) -> bytes | None:
    """Read a staged file; None where it holds no whole token document."""
    data = os.read(descriptor, _LARGEST).rstrip(BLANK)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(document, dict) and document.get("accessToken") else None


def finish(descriptor: int, size: int) -> None:
    """Cut off the blanks, which hurt nobody where that fails, and make the file last."""
    with suppress(OSError):
        os.ftruncate(descriptor, size)
    os.fsync(descriptor)


def place(file: Path, target: Path, data: bytes, sleep: Callable[[float], None]) -> None:
    """
    Make a staged file that lasts the token file.

    Raises:
        FileNotFoundError: The staged file is gone.
        OSError: It was not possible; the staged file is as it was.
    """
    if target.exists():
        with suppress(OSError):
            file.chmod(stat.S_IMODE(target.stat().st_mode) & 0o600)
    try:
        insist(lambda: native.replace(file, target), sleep)
    except OSError as error:
        if error.errno not in _NO_RENAME:
            raise
        _overwrite(target, data)
        file.unlink()
    native.sync_folder(target.parent)


def _overwrite(target: Path, data: bytes) -> None:
    """Write a file in place. It is emptied first: half of the new one and half of the old might pass for a whole."""
    descriptor = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.ftruncate(descriptor, 0)
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write to an open file, from its position on; raises `OSError`."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
