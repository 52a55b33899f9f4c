"""Changes files so that no reader ever meets half of one, and no change of another program is lost."""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.digest import sha1_hex
from tray.aws.refusals import told_to_people
from tray.aws.swap import replace_unchanged
from tray.aws.system import HELD_UP_SECONDS, keep_owner, replace, sync_folder, try_lock
from tray.core import text_files
from tray.core.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    _Result = TypeVar("_Result")

_ATTEMPTS = 10
_PAUSE = 0.05
"""Seconds between two tries."""

_SHORT_PAUSE = 0.01

_LOCK_SECONDS = 10.0
_BACKUPS_KEPT = 20
STAGED = ".sso-tray-"
"""In the names of our unfinished files."""


def update_file(
    path: Path,
    change: Callable[[bytes], bytes],
    *,
    lock: Path,
    backups: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """
    Change a file's contents, atomically, keeping its mode and its owner.

    Args:
        path: The file; a symbolic link is followed. A new file is made 0600, a missing folder 0700.
        change: From the contents as they are (empty for a missing file) to those wanted. Called again when
            another program has changed the file meanwhile.
        lock: Our own lock file, which keeps our processes out of each other's way.
        backups: Folder in which the replaced contents are kept (0600, the last 20 of each file); None keeps none.
        sleep: Takes seconds.

    Returns:
        Whether the file was written: False where the contents are as wanted already.

    Raises:
        ConfigProblem: The file, its folder or its link forbids the change.
        ServiceProblem: The disk failed, or other programs keep changing the file. The file is as it was.
    """
    with locked(lock, sleep=sleep), told_to_people(path):
        for _ in range(_ATTEMPTS):
            target = follow(path)
            before = _contents(target)
            try:
                after = change(before or b"")
            except ConfigProblem:
                sleep(_PAUSE)
                if _contents(target) == before:
                    raise
                continue  # It was another program's half-written file.
            if after == (before or b""):
                return False
            if before is not None:
                _remove_leftovers(target.parent, target.name)
                if backups is not None:
                    save_backup(backups, path, before)
            with _staged(target, after) as staged:
                if before is not None:
                    _make_alike(staged, target)
                if insist(lambda: replace_unchanged(staged, target, before), sleep):  # noqa: B023 - called at once
                    sync_folder(target.parent)
                    return True
            sleep(_PAUSE)
    raise text_files.file_is_busy(str(path))


def write_private(path: Path, data: bytes, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """
    Write a file that holds secrets, atomically: 0600, or less where an existing file allows its owner less.

    Args:
        path: The file; a symbolic link is followed. A missing folder is made 0700.
        data: The whole contents.
        sleep: Takes seconds.

    Raises:
        ConfigProblem: The folder or the link forbids it.
        ServiceProblem: The disk failed. The file is as it was.
    """
    with told_to_people(path):
        target = follow(path)
        with _staged(target, data) as staged:
            if target.exists():
                staged.chmod(stat.S_IMODE(target.stat().st_mode) & 0o600)
            _move(staged, target, sleep)


def remove_file(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """
    Remove a file, or the one that a symbolic link leads to, if it is there.

    Raises:
        ConfigProblem: The folder or the link forbids it.
        ServiceProblem: The disk failed.
    """
    with told_to_people(path):
        target = follow(path)
        if target.exists():
            insist(lambda: target.unlink(missing_ok=True), sleep)
            sync_folder(target.parent)


@contextmanager
def locked(
    path: Path, *, seconds: float = _LOCK_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """
    Hold a lock file of ours, which the system releases when this process ends, however it ends.

    Args:
        path: The lock file; made where it is missing, and never removed.
        seconds: How long to wait for another of our processes.
        sleep: Takes seconds.

    Raises:
        ConfigProblem: The lock file cannot be made or locked.
        ServiceProblem: Another process did not let go in time.
    """
    with told_to_people(path):
        make_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with told_to_people(path):
            for _ in range(round(seconds / _PAUSE)):
                if try_lock(descriptor):
                    break
                sleep(_PAUSE)
            else:
                raise text_files.lock_is_held(str(path))
        yield
    finally:
        with suppress(OSError):  # it is closed all the same
            os.close(descriptor)


def save_backup(folder: Path, path: Path, data: bytes) -> Path:
    """
    Keep an earlier version of a file, and forget all but the last 20.

    Args:
        folder: Made 0700 where it is missing.
        path: The file that the contents come from; the backup is named after it.
        data: The contents.

    Returns:
        The backup: ``NAME-DIGEST.NUMBER``, where a later one has a higher number; files of one name in different
        folders differ in the digest.
    """
    make_folder(folder)
    _remove_leftovers(folder, _backup_stem(path))
    kept = list_backups(folder, path)
    number = int(kept[-1].suffix[1:]) + 1 if kept else 1
    backup = folder / f"{_backup_stem(path)}.{number:06}"
    with _staged(backup, data) as staged:
        staged.replace(backup)
    for outdated in kept[: max(0, len(kept) + 1 - _BACKUPS_KEPT)]:
        outdated.unlink(missing_ok=True)
    return backup


def list_backups(folder: Path, path: Path) -> list[Path]:
    """List the backups of a file, oldest first."""
    stem = _backup_stem(path)
    found = [entry for entry in folder.glob("*") if entry.stem == stem and entry.suffix[1:].isdecimal()]
    return sorted(found, key=lambda entry: int(entry.suffix[1:]))


def _backup_stem(path: Path) -> str:
    return f"{path.name}-{sha1_hex(str(path.absolute()))[:8]}"


def follow(path: Path) -> Path:
    """
    Find the file behind symbolic links.

    Raises:
        ConfigProblem: The links lead back to themselves, or to a file of another user than the link's own.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise text_files.link_loop(str(path))
    if path.is_symlink() and target.exists() and path.lstat().st_uid != target.stat().st_uid:
        raise text_files.foreign_link(str(path), str(target))
    return target


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, 0700; leave alone those that are there."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _remove_leftovers(folder: Path, name: str) -> None:
    """Remove what a process of ours left behind when it was killed while it held the lock of a file of that name."""
    for entry in folder.iterdir():
        if entry.name.startswith(f".{name}.") and STAGED in entry.name:
            entry.unlink(missing_ok=True)


def _contents(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


@contextmanager
def _staged(target: Path, data: bytes) -> Iterator[Path]:
    """Write a finished file (0600) beside the target; it is gone in the end unless it was moved."""
    from tempfile import mkstemp  # noqa: PLC0415 - reading, which is far more frequent, needs no part of it

    make_folder(target.parent)
    descriptor, name = mkstemp(prefix=f".{target.name}{STAGED}", suffix=".tmp", dir=target.parent)
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        yield staged
    finally:
        with suppress(OSError):  # What then stays behind is removed before the next write.
            staged.unlink()


def _make_alike(staged: Path, target: Path) -> None:
    like = target.stat()
    if not like.st_mode & stat.S_IWUSR:
        raise text_files.cannot_write(str(target), "it is read-only")
    keep_owner(staged, like)
    staged.chmod(stat.S_IMODE(like.st_mode))


def _move(staged: Path, target: Path, sleep: Callable[[float], None]) -> None:
    """Put the finished file in place; on Windows a reader can hold that up for a moment (AWS-SSO-FACTS section 8)."""
    insist(lambda: replace(staged, target), sleep)
    sync_folder(target.parent)


def insist(act: Callable[[], _Result], sleep: Callable[[float], None]) -> _Result:
    """Try again for a while what another program holds up; often, for readers may leave only short gaps."""
    for _ in range(round(HELD_UP_SECONDS / _SHORT_PAUSE)):
        try:
            return act()
        except PermissionError:
            sleep(_SHORT_PAUSE)
    return act()
