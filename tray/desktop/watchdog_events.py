"""What happens in folders of Windows and macOS, through watchdog; the one place that knows it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from watchdog import events
from watchdog.observers import Observer

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.api import ObservedWatch

if sys.platform == "win32":
    from tray.desktop.windows import file_events

    file_events.install()

_COMINGS_AND_GOINGS: list[type[events.FileSystemEvent]] = [
    events.DirCreatedEvent,
    events.DirDeletedEvent,
    events.DirMovedEvent,
    events.FileCreatedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
]
# On macOS, that a folder came into being is told of the folder it is in, as a modification (watchdog's fsevents.py).
_STIRS: list[type[events.FileSystemEvent]] = [events.DirModifiedEvent] if sys.platform == "darwin" else []
# Not among them: that a file was opened, read or closed unwritten, which we do ourselves.
_CHANGES = [*_COMINGS_AND_GOINGS, events.FileAttribEvent, events.FileClosedEvent, events.FileModifiedEvent]


class FolderEvents(events.FileSystemEventHandler):
    """
    The events of a changing set of folders.

    Args:
        on_path: Called with each path that changed, on watchdog's thread, as are the others: all must return at once.
        on_gone: Called with a folder that was removed.
        on_stir: Called when there may be new folders, which no other event tells of.

    Raises:
        OSError: The system has no events left to give.
    """

    def __init__(
        self, on_path: Callable[[str], None], on_gone: Callable[[str], None], on_stir: Callable[[], None]
    ) -> None:
        self._on_path = on_path
        self._on_gone = on_gone
        self._on_stir = on_stir
        self._observer = Observer()
        self._observer.start()

    def add(self, folder: str, *, contents: bool) -> ObservedWatch:
        """
        Watch a folder.

        Args:
            folder: Its real path.
            contents: Whether what is written into its files matters, or only comings and goings.

        Returns:
            What `remove` takes.

        Raises:
            OSError: There is no such folder, or the system watches no more.
        """
        wanted = [*(_CHANGES if contents else _COMINGS_AND_GOINGS), *_STIRS]
        return self._observer.schedule(self, folder, event_filter=wanted)

    def remove(self, watch: ObservedWatch) -> None:
        """Watch a folder no longer."""
        self._observer.unschedule(watch)

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
            self._on_gone(source)
        self._on_path(source)
        if event.dest_path:
            self._on_path(os.fsdecode(event.dest_path))
