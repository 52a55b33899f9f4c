"""Finished files on their way into the place of others: a file is written beside its place, then renamed into it."""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.disk import native
from tray.disk.looking import is_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    _Result = TypeVar("_Result")

STAGED = ".sso-tray-"
"""In the names of our unfinished files."""

_HEX_DIGITS = 16

_LONGEST_WRITE_SECONDS = 600.0

_PAUSE = 0.01
"""Seconds between two tries; short, for readers may leave only short gaps."""

_LOOKS, _LOOK_PAUSE = 5, 0.05
"""How often a reader tries, and the seconds in between."""


@contextmanager
def staged(target: Path, data: bytes) -> Iterator[Path]:
    """
    Write a finished file (0600) beside the target; it is gone in the end unless it was moved.

    Raises:
        OSError: The folder forbids it, or the disk failed.
    """
    make_folder(target.parent)
    # Not by tempfile, which loads half a megabyte that the tray needs for nothing else: random, hashes, compression.
    file = target.with_name(f".{target.name}{STAGED}{os.urandom(_HEX_DIGITS // 2).hex()}.tmp")
    try:
        with open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as writing:
            writing.write(data)
            writing.flush()
            os.fsync(writing.fileno())
        yield file
    finally:
        with suppress(OSError):  # What then stays behind is removed before the next write.
            file.unlink()


def move(file: Path, target: Path, rights: int, sleep: Callable[[float], None]) -> None:
    """
    Make a finished file the target, for good; of `rights` it has those of the target, or 0600 where there is none.

    Raises:
        FileNotFoundError: The finished file is gone.
        OSError: The system does not allow it; both are as they were.
    """
    with suppress(OSError):  # there is no target, or the file system knows no rights
        file.chmod(stat.S_IMODE(target.stat().st_mode) & rights)
    insist(lambda: native.replace(file, target), sleep)
    native.sync_folder(target.parent)


def remove_outdated(target: Path, finished: Path) -> None:
    """
    Remove what killed processes left beside a file, where no lock tells that all who wrote it are gone: what is so much
    older than the file that was finished just now. What keeps a token has another name (`tray.aws.cache.staging`).
    """
    beginning, written = f".{target.name}{STAGED}", finished.stat().st_mtime
    for entry in target.parent.iterdir():
        middle = entry.name.removeprefix(beginning).removesuffix(".tmp")
        if len(middle) == _HEX_DIGITS and entry.name == f"{beginning}{middle}.tmp":
            with suppress(OSError):
                if entry.stat().st_mtime < written - _LONGEST_WRITE_SECONDS:
                    entry.unlink()


def remove_leftovers(folder: Path, name: str) -> None:
    """Remove what a process of ours left behind when it was killed as it wrote a file of that name."""
    for entry in folder.iterdir():
        if entry.name.startswith(f".{name}.") and STAGED in entry.name:
            with suppress(PermissionError):  # A virus scanner looks at it: it goes before a later write.
                entry.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, 0700 where there are modes; leave alone those that are there."""
    if not is_folder(folder):
        make_folder(folder.parent)
        native.make_folder(folder)


def patiently(path: Path, act: Callable[[], _Result], sleep: Callable[[float], None] = time.sleep) -> _Result:
    """
    Read a file, and try again for 0.2 s what another program holds up; not what its mode, or a folder's, forbids.

    Raises:
        PermissionError: It still does, or is forbidden.
    """
    for _ in range(_LOOKS - 1):
        try:
            return act()
        except PermissionError:
            from tray.disk.kept_out import keeps_from_reading  # noqa: PLC0415 - few files keep anybody out

            if keeps_from_reading(path) is not None:
                raise
        sleep(_LOOK_PAUSE)
    return act()


def insist(act: Callable[[], _Result], sleep: Callable[[float], None], path: Path | None = None) -> _Result:
    """
    Try again for a while what another program holds up: on Windows, a reader (docs/facts: Windows files).

    Where it is told which file is to be made, it does not insist on what its folder forbids.

    Raises:
        PermissionError: It still does, or is forbidden.
    """
    for _ in range(round(native.HELD_UP_SECONDS / _PAUSE)):
        try:
            return act()
        except PermissionError:
            from tray.disk.kept_out import keeps_from_writing  # noqa: PLC0415 - few folders keep anybody out

            if path is not None and keeps_from_writing(path) is not None:
                raise
        sleep(_PAUSE)
    return act()
