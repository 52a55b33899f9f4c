"""Entries that are files: read with care, written whole, and what goes wrong told in words."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tray.core import text_autostart
from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem
from tray.disk.files import replace_file

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 64 * 1024
"""Bytes; an entry of ours has some hundred."""


def read_file(path: Path) -> bytes | Entry | None:
    """Read an entry's file: its contents, None where there is none, or an entry that says why it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # To read from a pipe would be to wait for ever.
            return Entry(str(path), complaint=text_autostart.NOT_A_FILE)
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Entry(str(path), complaint=error.strerror or type(error).__name__)
    return content if len(content) <= _LARGEST else Entry(str(path), complaint=text_autostart.TOO_LARGE)


def write_file(path: Path, content: bytes) -> None:
    """
    Replace an entry's file. A symbolic link, as into a collection of dot files, stays one.

    Raises:
        AutostartProblem: It cannot be written; it is as it was.
    """
    with told_to_people(str(path)):
        if path.is_symlink() and not path.exists():
            path.unlink()  # What it led to has gone, and it is not ours to make it anew.
        replace_file(path, content)


def remove_file(path: Path) -> None:
    """
    Remove an entry's file, or the symbolic link to it.

    Raises:
        AutostartProblem: It cannot be removed.
    """
    with told_to_people(str(path)):
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return  # Where a file stands in place of the folder there is no entry.


@contextmanager
def told_to_people(place: str) -> Iterator[None]:
    """Turn what the system refuses into words."""
    try:
        yield
    except FileExistsError as error:
        raise AutostartProblem(
            *text_autostart.cannot_change(str(error.filename or place), text_autostart.IN_THE_WAY)
        ) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise AutostartProblem(*text_autostart.cannot_change(str(error.filename or place), why)) from error
