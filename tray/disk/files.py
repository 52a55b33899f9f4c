"""Changes files so that no reader ever meets half of one, and no change of another program is lost."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.errors import Busy, ConfigProblem
from tray.core.words import files as files_words
from tray.disk import native
from tray.disk.digest import sha1_hex
from tray.disk.lock import locked
from tray.disk.looking import entries, is_there
from tray.disk.plain import read_plain
from tray.disk.refusals import told_to_people
from tray.disk.staging import insist, make_folder, move, remove_leftovers, remove_outdated, staged

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 10
_PAUSE = 0.05
"""Seconds between two tries."""

_LARGEST = 64 << 20
"""Bytes of a file that is changed; ten thousand profiles have two million."""

_BACKUPS = 20
"""Kept of each file."""

_PRIVATE, _ANY = 0o600, 0o777
"""The rights that a file may keep when it is replaced."""


def update_file(
    path: Path,
    change: Callable[[bytes], bytes],
    *,
    lock: Path | None,
    backups: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """
    Change a file's contents, atomically, keeping who may read it; tells whether anything was to be changed.

    Its mode, owner, access list and extended attributes stay. A symbolic link is followed; a file with several names
    (hard links) is left alone. A new file is made 0600, a missing folder 0700.

    Args:
        path: The file.
        change: From the contents as they are (empty for a missing file) to those wanted. Called again when
            another program has changed the file meanwhile.
        lock: Our own lock file, which keeps our processes out of each other's way; None for a file that they hardly
            ever write: then one that meets another starts over.
        backups: Folder in which the replaced contents are kept (0600, the last 20 of each file); None keeps none.
        sleep: Takes seconds.

    Raises:
        ConfigProblem: The file, its folder or its link forbids the change.
        ServiceProblem: The disk failed, or other programs keep changing the file. The file is as it was.
    """
    with nullcontext() if lock is None else locked(lock, sleep=sleep), told_to_people(path):
        for _ in range(_ATTEMPTS):
            target = follow(path)
            before = insist(partial(_contents, target), sleep)
            try:
                after = change(before or b"")
            except ConfigProblem:
                sleep(_PAUSE)
                if insist(partial(_contents, target), sleep) == before:
                    raise
                continue  # It was another program's half-written file.
            if after == (before or b""):
                return False
            if before is not None and lock is not None:  # else there may be one who is still at it
                remove_leftovers(target.parent, target.name)
            if before is not None and backups is not None:
                _save_backup(backups, path, before, sleep)
            with staged(target, after) as file:
                if lock is None:
                    remove_outdated(target, file)
                if before is not None:
                    _make_alike(file, target)
                if insist(lambda: replace_unchanged(file, target, before), sleep):  # noqa: B023 - called at once
                    native.sync_folder(target.parent)
                    return True
            sleep(_PAUSE)
    raise Busy(files_words.FILE_IS_BUSY(file=path))


def write_private(path: Path, data: bytes, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """
    Write a file that holds secrets, atomically: 0600, or less where an existing file allows its owner less.

    A symbolic link is followed; a missing folder is made 0700.

    Raises:
        ConfigProblem: The folder or the link forbids it.
        ServiceProblem: The disk failed. The file is as it was.
    """
    with told_to_people(path):
        _replace(path, data, _PRIVATE, sleep)


def replace_file(path: Path, data: bytes) -> None:
    """
    Write a file atomically; each user who could read the file before still can. For callers with words of their own.

    A symbolic link is followed. A new file is made 0600, a missing folder 0700.

    Raises:
        OSError: The folder, the file or the link forbids it. The file is as it was.
    """
    try:
        _replace(path, data, _ANY, time.sleep)
    except ConfigProblem as problem:
        raise OSError(errno.ELOOP, problem.title) from problem


def remove_file(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> Path | None:
    """
    Remove a file, if it is there.

    Of a symbolic link, the file that it leads to is removed where that is a plain one in the same folder: then the link
    stays, for two names may be wanted for one file. Else the link goes, and what it leads to is not ours to remove.

    Returns:
        What a link led to that is left alone; None where there is no such file.

    Raises:
        ConfigProblem: The folder forbids it.
        ServiceProblem: The disk failed.
    """
    with told_to_people(path):
        target, left = path, None
        if path.is_symlink():
            real = Path(os.path.realpath(path))
            if real.parent == Path(os.path.realpath(path.parent)) and _is_own_plain(real, path):
                target = real
            elif is_there(real):
                left = real
        with suppress(FileNotFoundError, NotADirectoryError):
            target.lstat()  # On a disk that is mounted read-only even nothing cannot be removed.
            insist(lambda: target.unlink(missing_ok=True), sleep)
            native.sync_folder(target.parent)
    return left


def _is_own_plain(target: Path, link: Path) -> bool:
    """Tell whether a link leads to a plain file of its own owner, or to none yet."""
    try:
        found = target.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISREG(found.st_mode) and found.st_uid == link.lstat().st_uid


def follow(path: Path) -> Path:
    """
    Find the file behind symbolic links.

    Raises:
        ConfigProblem: The links lead back to themselves, to a file of another user than the link's own, or to what is
            no plain file.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise ConfigProblem(files_words.LINK_LOOP(file=path))
    with suppress(FileNotFoundError):
        if path.is_symlink():
            there = target.stat()
            if path.lstat().st_uid != there.st_uid:
                raise ConfigProblem(files_words.FOREIGN_LINK(file=path, target=target))
            if not stat.S_ISREG(there.st_mode):
                raise ConfigProblem(files_words.LINK_TO_NO_FILE(file=path, target=target))
    return target


def replace_unchanged(finished: Path, target: Path, before: bytes | None) -> bool:
    """
    Put a finished file in place of another one, unless another program has changed that meanwhile.

    Args:
        finished: In the target's folder. Afterwards there may be a file of that name, or not.
        target: No symbolic link.
        before: What the target is known to hold; None if there was no such file.

    Returns:
        False where another program has written, or is just writing: then the target is what that one made it.

    Raises:
        OSError: The system does not allow it; the target is as it was.
    """
    if _contents(target) != before:
        return False
    try:
        return native.exchange(finished, target, before)
    except FileNotFoundError:
        return False


def list_backups(folder: Path, path: Path) -> list[Path]:
    """List the backups of a file, oldest first."""
    stem = _backup_stem(path)
    found = [entry for entry in entries(folder) if entry.stem == stem and entry.suffix[1:].isdecimal()]
    return sorted(found, key=lambda entry: int(entry.suffix[1:]))


def _save_backup(folder: Path, path: Path, data: bytes, sleep: Callable[[float], None]) -> None:
    """
    Keep what a file held as ``NAME-DIGEST.NUMBER``, where a later one has a higher number.

    Raises:
        OSError: The folder forbids it, or the disk failed.
    """
    make_folder(folder)
    remove_leftovers(folder, _backup_stem(path))
    kept = list_backups(folder, path)
    number = int(kept[-1].suffix[1:]) + 1 if kept else 1
    backup = folder / f"{_backup_stem(path)}.{number:06}"
    with staged(backup, data) as file:
        insist(lambda: file.replace(backup), sleep)
    for outdated in kept[: max(0, len(kept) + 1 - _BACKUPS)]:
        with suppress(PermissionError):  # A program that looks at it now keeps nobody from changing the file.
            outdated.unlink(missing_ok=True)


def _backup_stem(path: Path) -> str:
    """Name a file; those of one name in different folders differ in the digest."""
    return f"{path.name}-{sha1_hex(str(path.absolute()))[:8]}"


def _contents(target: Path) -> bytes | None:
    try:
        return read_plain(target, _LARGEST)
    except FileNotFoundError:
        return None


def _replace(path: Path, data: bytes, rights: int, sleep: Callable[[float], None]) -> None:
    target = follow(path)
    with staged(target, data) as file:
        remove_outdated(target, file)
        move(file, target, rights, sleep)


def _make_alike(file: Path, target: Path) -> None:
    with suppress(FileNotFoundError):  # then `replace_unchanged` finds that it has gone
        like = target.stat()
        if not like.st_mode & stat.S_IWUSR:
            raise ConfigProblem(files_words.IS_READ_ONLY(file=target))
        if like.st_nlink > 1:
            raise ConfigProblem(files_words.HAS_SEVERAL_NAMES(file=target))
        native.keep_owner(file, like)
        file.chmod(stat.S_IMODE(like.st_mode))
        native.keep_attributes(file, target)
