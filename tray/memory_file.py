"""Keeps the resident program's memory in ``state.json``."""

from __future__ import annotations

import json
from pathlib import Path

from tray.aws.cache import write_document
from tray.core.errors import TrayError
from tray.core.memory import Memory, from_document, to_document


def load(path: Path) -> Memory:
    """Read the memory; one that is missing, broken, or of another version is an empty one."""
    try:
        return from_document(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError) as error:
        _warn("Starting with an empty memory: %s (%s)", path.name, type(error).__name__)
        return Memory()


def save(path: Path, memory: Memory) -> None:
    """Write the memory, atomically; a folder that cannot be written costs the memory, never the program."""
    try:
        write_document(path, to_document(memory))
    except TrayError as error:
        _warn("The memory could not be saved: %s", error.title)


def _warn(message: str, *details: str) -> None:
    import logging  # noqa: PLC0415 - a shell prompt waits for what imports this module

    logging.getLogger(__name__).warning(message, *details)
