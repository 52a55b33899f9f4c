"""Where a desktop shows nothing: an icon that only waits, and notices that are written to the log."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from tray.core.view.values import Notice, Slot, View

_log = logging.getLogger(__name__)


class AbsentIcon:
    """
    A tray icon that nobody sees.

    Args:
        on_host: Told, once, that there is no place for the icon.
    """

    balloon = None

    def __init__(self, on_host: Callable[[bool], None]) -> None:
        self._on_host = on_host
        self._stopped = False
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    def apply(self, view: View) -> None:
        """Show nothing."""

    def run(self, on_ready: Callable[[], None]) -> None:
        """Wait for `stop`. A signal is handled at once, also one that comes just before the wait."""
        if threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=on_ready, name="tray-ready").start()
        self._on_host(False)
        while not self._stopped:
            self._woken.recv(64)
        if threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(-1)

    def stop(self) -> None:
        """Make `run` return."""
        self._stopped = True
        with suppress(BlockingIOError):  # Enough is written to wake it.
            self._waker.send(b"\0")


class AbsentNotifier:
    """Writes notices to the log."""

    def show(self, notice: Notice) -> None:
        """Log a notice."""
        _log.info("notice: %s · %s", notice.title, notice.body)

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: the log is history."""

    def close(self) -> None:
        """Do nothing."""
