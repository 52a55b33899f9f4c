"""
A notice for trial: shown by what shows reminders, from a process that is not the icon's.

Run on Linux, against the stand-ins of `tests/support/notification_server.py`.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from tray.core.view.values import Delivery, Notice, Slot
from tray.desktop import notify

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.message import Message
    from tray.desktop.notify import Notifier, Said

_PATIENCE_SECONDS = 5.0


class TrialNotices:
    """
    Shows notices, and stays connected until it is closed: GNOME takes back what an application has shown that
    is gone from the bus.

    Args:
        seconds: How long what shows notices may take to answer.
    """

    def __init__(self, seconds: float = _PATIENCE_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._told = threading.Condition()
        self._taken: bool | None = None
        self._notifier: Notifier | None = None
        self._hang_up: Callable[[], None] = lambda: None
        self._is_lost: Callable[[], bool] = lambda: False

    def show(self, said: Message) -> bool | None:
        """
        Show a notice, in place of the one before.

        Returns:
            Whether somebody shows it; None where nobody has answered in time.
        """
        with self._lock:
            if self._is_lost():
                self._notifier = None
            if self._notifier is None and not self._open():
                return False
            assert self._notifier is not None  # noqa: S101 - just opened
            with self._told:
                self._taken = None
                if self._notifier.show(Notice(Slot.ANSWER, said.title, said.hint)):
                    return True
                self._told.wait_for(lambda: self._taken is not None, self._seconds)
                return self._taken

    def close(self) -> None:
        """Take back what is shown, and hang up."""
        with self._lock:
            if self._notifier is not None:
                self._notifier.close()
                self._hang_up()
                self._notifier = None

    def _open(self) -> bool:
        """Find what shows notices here; tells whether there is any."""
        if sys.platform != "linux":
            self._notifier = notify.create(self._hear, None)
            return True
        from tray.desktop.linux.bus import Bus, BusUnavailable  # noqa: PLC0415 - its library exists for this system only

        try:
            bus = Bus.connect()
        except BusUnavailable:
            return False
        self._notifier = notify.create(self._hear, bus)
        reading = threading.Thread(target=bus.run, name="trial-notices", daemon=True)
        reading.start()

        def hang_up() -> None:
            bus.stop()
            reading.join(_PATIENCE_SECONDS)

        self._hang_up, self._is_lost = hang_up, lambda: bus.lost
        return True

    def _hear(self, said: Said) -> None:
        if isinstance(said, Delivery):
            with self._told:
                self._taken = said.taken
                self._told.notify_all()
