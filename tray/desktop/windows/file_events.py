"""
Has watchdog hand over the events of Windows at once, and sleep until there are some.

By itself it waits until a folder was quiet for a while, so that a busy one is never reported, and it looks for events
several times a second (watchdog 7.1, ``DirectoryChangeReader.get_events``; docs/facts: File events).

Run under Wine 8, not on Windows.
"""

from __future__ import annotations

import queue
import sys
from typing import Any

from watchdog.observers import read_directory_changes
from watchdog.observers.winapi import DirectoryChangeReader

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

_NOTHING = (b"", False)
"""How watchdog says that a reader has begun: nothing to hand over."""


class PromptQueue(queue.Queue[Any]):
    """A queue whose reader, who asks again and again until it is empty, waits for the first thing and for no other."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = self._reading = False

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ARG002 - it is watchdog that asks
        """Take the next thing out, or raise `queue.Empty`; ``timeout`` (seconds) is only for the very first one."""
        try:
            found = super().get(block=not self._reading, timeout=None if self._begun else timeout)
        except queue.Empty:
            self._reading = False
            raise
        self._begun = self._reading = True
        return found


class PromptReader(DirectoryChangeReader):
    """Reads the changes of one folder."""

    def __init__(self, path: str, *, recursive: bool) -> None:
        super().__init__(path, recursive=recursive)
        self._buf_queue = PromptQueue()

    def stop(self) -> None:
        """Read no more, and wake who waits for something to be read."""
        super().stop()
        self._buf_queue.put(_NOTHING)


def install() -> None:
    """Have watchdog read this way from now on."""
    read_directory_changes.DirectoryChangeReader = PromptReader  # type: ignore[attr-defined]
