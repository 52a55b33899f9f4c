"""The tests' stand-in for a panel, with a stopwatch."""

from __future__ import annotations

import queue
import time

from support.tray_host import TrayHost


class TimingHost(TrayHost):
    """
    Notes when icons are registered and when they are repainted.

    Args:
        address: The session bus.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.registered: queue.Queue[float] = queue.Queue()
        """Moments (monotonic seconds)."""

        self.repainted: queue.Queue[float] = queue.Queue()
        """Moments (monotonic seconds)."""

        self._registrations = 0
        self._repaints = 0

    def happened(self) -> None:
        """Take the time on the bus thread."""
        now = time.monotonic()
        if self.registrations > self._registrations:
            self._registrations = self.registrations
            self.registered.put(now)
        repaints = self.count("NewIcon")
        if repaints > self._repaints:
            self._repaints = repaints
            self.repainted.put(now)
