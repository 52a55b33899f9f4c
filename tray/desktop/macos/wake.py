"""
Waking on macOS: the workspace's notification ``NSWorkspaceDidWakeNotification``.

Written from Apple's documentation; checked with the system's calls faked; not run on macOS. The notification arrives on
the main thread's run loop, which the tray icon runs.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


class WorkspaceFollower:
    """An observer of the workspace's notifications."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        appkit = import_module("AppKit")
        self._centre = appkit.NSWorkspace.sharedWorkspace().notificationCenter()
        self._observer: Any = self._centre.addObserverForName_object_queue_usingBlock_(
            appkit.NSWorkspaceDidWakeNotification, None, None, lambda _notification: on_wake()
        )

    def close(self) -> None:
        """Observe no more."""
        self._centre.removeObserver_(self._observer)


def follow(on_wake: Callable[[], None]) -> WorkspaceFollower:
    """Observe the workspace."""
    return WorkspaceFollower(on_wake)
