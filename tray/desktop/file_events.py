"""File events of the operating system, for a set of folders that changes."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if sys.platform == "linux":
    from tray.desktop.linux.inotify import FolderEvents
else:
    from tray.desktop.watchdog_events import FolderEvents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPENS_PARENTS = sys.platform != "darwin"
"""macOS tells of a folder only together with all below it, which for a home directory would never be silent."""

IGNORES_CASE = sys.platform != "linux"
"""Whether names that differ in case name one file; to macOS it does not matter either how an accent is written."""

_log = logging.getLogger(__name__)


def comparable(path: str | Path) -> str:
    """Give what two names of one file have in common."""
    if not IGNORES_CASE:
        return str(path)
    import unicodedata  # noqa: PLC0415 - a megabyte that Linux has no use for

    return unicodedata.normalize("NFC", os.path.normcase(path)).casefold()


class _Watch(NamedTuple):
    handle: Any
    """What `FolderEvents.add` gave."""

    contents: bool
    identity: tuple[int, int]


class NativeEvents:
    """
    The events of a changing set of folders.

    Args:
        on_event: Called with each path that changed, on a thread of its own, as is the other: both must return at once.
        on_stir: Called when there may be new folders, which no other event tells of.

    Raises:
        OSError: The system has no events left to give.
    """

    def __init__(self, on_event: Callable[[str], None], on_stir: Callable[[], None]) -> None:
        self._watches: dict[str, _Watch] = {}
        self._gone: set[str] = set()
        self._refused: set[str] = set()
        self._events = FolderEvents(on_event, self._on_gone, on_stir)

    def watch(self, folders: Mapping[str, bool]) -> bool:
        """
        Watch these folders, and no others. Not to be called by two threads at once.

        Args:
            folders: By real path, whether what is written into their files matters, or only comings and goings.
                One that was replaced by another folder of that name is watched anew.

        Returns:
            Whether a watch was added.
        """
        for folder, watch in list(self._watches.items()):
            gone = folder in self._gone
            if gone or folders.get(folder) != watch.contents or _identity(folder) != watch.identity:
                self._gone.discard(folder)
                del self._watches[folder]
                self._events.remove(watch.handle)
        added = [self._add(folder, folders[folder]) for folder in folders.keys() - self._watches.keys()]
        return any(added)

    def close(self) -> None:
        """Stop all watches; afterwards no thread is left."""
        self._events.close()

    def _on_gone(self, gone: str) -> None:
        self._gone |= {folder for folder in list(self._watches) if comparable(folder) == comparable(gone)}

    def _add(self, folder: str, contents: bool) -> bool:
        identity = _identity(folder)
        if not identity:
            return False
        try:
            handle = self._events.add(folder, contents=contents)
        except OSError as error:
            if folder not in self._refused:
                self._refused.add(folder)
                _log.warning("changes in %s are noticed late: %s", folder, error)
            return False
        self._refused.discard(folder)
        self._watches[folder] = _Watch(handle, contents, identity)
        return True


def _identity(folder: str) -> tuple[int, int] | None:
    """Tell a folder from another of the same name."""
    try:
        found = Path(folder).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
