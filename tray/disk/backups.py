"""Earlier versions of files that we changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.disk.digest import sha1_hex
from tray.disk.staging import make_folder, remove_leftovers, staged

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = 20


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

    Raises:
        OSError: The folder forbids it, or the disk failed.
    """
    make_folder(folder)
    remove_leftovers(folder, _stem(path))
    kept = list_backups(folder, path)
    number = int(kept[-1].suffix[1:]) + 1 if kept else 1
    backup = folder / f"{_stem(path)}.{number:06}"
    with staged(backup, data) as file:
        file.replace(backup)
    for outdated in kept[: max(0, len(kept) + 1 - _KEPT)]:
        outdated.unlink(missing_ok=True)
    return backup


def list_backups(folder: Path, path: Path) -> list[Path]:
    """List the backups of a file, oldest first."""
    stem = _stem(path)
    found = [entry for entry in folder.glob("*") if entry.stem == stem and entry.suffix[1:].isdecimal()]
    return sorted(found, key=lambda entry: int(entry.suffix[1:]))


def _stem(path: Path) -> str:
    return f"{path.name}-{sha1_hex(str(path.absolute()))[:8]}"
