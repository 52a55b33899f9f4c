"""The icon where there is nothing to show it: it only waits, so that the program goes on with notices alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from tray.core.surface import View


class AbsentIcon:
    """
    A tray icon that nobody sees.

    Args:
        on_host: Told, once, that there is no place for the icon.
    """

    balloon = None

    def __init__(self, on_host: Callable[[bool], None]) -> None:
        self._on_host = on_host
        # A lock and not an event: releasing one is safe in a signal handler that interrupts the waiting thread.
        self._running = threading.Lock()
        self._running.acquire()

    def apply(self, view: View) -> None:
        """Show nothing."""

    def run(self, on_ready: Callable[[], None]) -> None:
        """Wait for `stop`."""
        threading.Thread(target=on_ready, name="tray-ready").start()
        self._on_host(False)
        self._running.acquire()

    def stop(self) -> None:
        """Make `run` return."""
        with suppress(RuntimeError):  # It was stopped before.
            self._running.release()
