"""Keeps the resident program's memory in ``state.json``."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from tray.aws.cache import write_document
from tray.core.errors import TrayError
from tray.core.memory import Memory, from_document, to_document

log = logging.getLogger(__name__)


def load(path: Path) -> Memory:
    """Read the memory; one that is missing, broken, or of another version is an empty one."""
    try:
        return from_document(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError) as error:
        log.warning("Starting with an empty memory: %s (%s)", path.name, type(error).__name__)
        return Memory()


def save(path: Path, memory: Memory) -> None:
    """Write the memory, atomically; a folder that cannot be written costs the memory, never the program."""
    try:
        write_document(path, to_document(memory))
    except TrayError as error:
        log.warning("The memory could not be saved: %s", error.title)
