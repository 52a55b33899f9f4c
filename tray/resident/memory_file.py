"""Keeps the resident program's memory in ``state.json``."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

from tray.aws.cache.files import write_document
from tray.core.errors import TrayError
from tray.core.session.documents import SCHEMA, from_document, to_document
from tray.core.session.memory import Memory
from tray.disk.plain import read_plain
from tray.disk.staging import insist

_LARGEST = 32 << 20
"""Bytes; of a thousand sign-ins it holds half a million."""

_NO_VERSION = 1_000_000
"""A schema with such a number is none, and would not fit into a file's name."""


def load(path: Path) -> Memory:
    """Read the memory; one that is missing, broken, or of a newer version is an empty one, without a word."""
    try:
        return _read(path)
    except (OSError, ValueError, RecursionError):
        return Memory()


def take_over(path: Path) -> Memory:
    """
    Read the memory, which will be written from now on.

    One that this version cannot read is kept beside it: another version may, and go on with it.
    """
    try:
        return insist(lambda: _read(path), time.sleep)  # It is written anew soon, with what was read of it now.
    except OSError:
        return Memory()
    except (ValueError, RecursionError):
        kept = path.with_name(f"{path.stem}-{_version(path)}{path.suffix}")
    with contextlib.suppress(OSError):
        path.replace(kept)
        _warn("Starting with an empty memory: %s cannot be read, and is kept as %s", path.name, kept.name)
    return Memory()


def save(path: Path, memory: Memory) -> None:
    """Write the memory, atomically; a folder that cannot be written costs the memory, never the program."""
    try:
        write_document(path, to_document(memory))
    except TrayError as error:
        _warn("The memory could not be saved: %s", error.title)


def _read(path: Path) -> Memory:
    return from_document(_document(path))


def _document(path: Path) -> object:
    return json.loads(read_plain(path, _LARGEST).decode())


def _version(path: Path) -> str:
    """Name the version of a memory that cannot be read, for its file's name."""
    try:
        document = _document(path)
    except (OSError, ValueError, RecursionError):
        document = None
    schema = document.get("schema") if isinstance(document, dict) else None
    return f"version-{schema}" if isinstance(schema, int) and SCHEMA < schema < _NO_VERSION else "unreadable"


def _warn(message: str, *details: str) -> None:
    import logging  # noqa: PLC0415 - a shell prompt waits for what imports this module

    logging.getLogger(__name__).warning(message, *details)
