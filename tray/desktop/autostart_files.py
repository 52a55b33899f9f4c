"""Entries that are files. Each of these may raise an `OSError`."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from tray.disk.files import replace_file
from tray.disk.plain import read_plain

_LARGEST = 1 << 20
"""Bytes; an entry has a few hundred."""


def read_file(path: Path) -> bytes | None:
    """Read an entry's file; None where there is none."""
    found = _status(path)
    with suppress(FileNotFoundError, NotADirectoryError):
        if found is not None and stat.S_ISREG(found.st_mode):
            return read_plain(path, _LARGEST)
    return None


def write_file(path: Path, content: bytes) -> None:
    """Replace an entry's file. A symbolic link, as into a collection of dot files, stays one."""
    if path.is_symlink() and _status(path) is None:
        path.unlink()  # What it led to has gone, and it is not ours to make it anew.
    replace_file(path, content)


def remove_file(path: Path) -> None:
    """Remove an entry's file, or the symbolic link to it. Nothing to remove is no error."""
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()


def _status(path: Path) -> os.stat_result | None:
    """Look a file up; None where there is none, or a link that leads nowhere or to itself."""
    try:
        return path.stat()
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            return None
        raise
