"""Replaces a small file of the person's so that no reader ever meets half of one."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """
    Write a file atomically; whoever could read the file before still can.

    Args:
        path: The file; a symbolic link stays one, and the file that it leads to is written. A new file is made 0600;
            missing folders are made.
        data: The whole contents.

    Raises:
        OSError: The folder or the file forbids it. The file is as it was.
    """
    from tempfile import mkstemp  # noqa: PLC0415 - reading, which is far more frequent, needs no part of it

    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
