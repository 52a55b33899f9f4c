"""File events of the operating system, through watchdog; the one place that knows watchdog and its systems."""

from __future__ import annotations

import logging
import os
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from watchdog import events
from watchdog.observers import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watchdog.observers.api import ObservedWatch

if sys.platform == "linux":
    from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

    # It holds back the first half of a rename, and all that follows, until the second half comes or this time is over.
    InotifyMoveEventGrouper.delay = 0.0

if sys.platform == "win32":
    from tray.desktop.windows import file_events

    file_events.install()

OPENS_PARENTS = sys.platform != "darwin"
"""macOS tells of a folder only together with all below it, which for a home directory would never be silent."""

IGNORES_CASE = sys.platform != "linux"
"""Whether names that differ in case name one file; to macOS it does not matter either how an accent is written."""

_log = logging.getLogger(__name__)

_COMINGS_AND_GOINGS: list[type[events.FileSystemEvent]] = [
    events.DirCreatedEvent,
    events.DirDeletedEvent,
    events.DirMovedEvent,
    events.FileCreatedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
]
# On macOS, that a folder came into being is told of the folder it is in, as a modification (watchdog's fsevents.py).
_STIRS: list[type[events.FileSystemEvent]] = [] if OPENS_PARENTS else [events.DirModifiedEvent]
# Not among them: that a file was opened, read or closed unwritten, which we do ourselves. Linux then never tells of it.
_CHANGES = [*_COMINGS_AND_GOINGS, events.FileAttribEvent, events.FileClosedEvent, events.FileModifiedEvent]


def comparable(path: str | Path) -> str:
    """Give what two names of one file have in common."""
    return unicodedata.normalize("NFC", os.path.normcase(path)).casefold() if IGNORES_CASE else str(path)


class _Watch(NamedTuple):
    handle: ObservedWatch
    contents: bool
    identity: tuple[int, int]


class NativeEvents(events.FileSystemEventHandler):
    """
    The events of a changing set of folders.

    Args:
        on_event: Called with each path that changed, on watchdog's thread, as is the other: both must return at once.
        on_stir: Called when there may be new folders, which no other event tells of.

    Raises:
        OSError: The system has no events left to give.
    """

    def __init__(self, on_event: Callable[[str], None], on_stir: Callable[[], None]) -> None:
        self._on_event = on_event
        self._on_stir = on_stir
        self._watches: dict[str, _Watch] = {}
        self._gone: set[str] = set()
        self._refused: set[str] = set()
        self._observer = Observer()
        self._observer.start()

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
                self._observer.unschedule(watch.handle)
        added = [self._add(folder, folders[folder]) for folder in folders.keys() - self._watches.keys()]
        return any(added)

    def close(self) -> None:
        """Stop all watches; afterwards no thread is left."""
        self._observer.stop()
        self._observer.join()

    def dispatch(self, event: events.FileSystemEvent) -> None:
        """Take an event from watchdog."""
        if isinstance(event, events.DirModifiedEvent):
            self._on_stir()
            return
        source = os.fsdecode(event.src_path)
        if isinstance(event, events.DirDeletedEvent):
            self._gone |= {folder for folder in list(self._watches) if comparable(folder) == comparable(source)}
        self._on_event(source)
        if event.dest_path:
            self._on_event(os.fsdecode(event.dest_path))

    def _add(self, folder: str, contents: bool) -> bool:
        identity = _identity(folder)
        if not identity:
            return False
        wanted = [*(_CHANGES if contents else _COMINGS_AND_GOINGS), *_STIRS]
        try:
            handle = self._observer.schedule(self, folder, event_filter=wanted)
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
