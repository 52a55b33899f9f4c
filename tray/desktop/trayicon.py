"""The icon in the system tray: one port, and one adapter for each kind of desktop."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from tray.core.command import Clicked, Command
from tray.core.view.values import View

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus
    from tray.desktop.plain_notices import Balloon


class TrayIcon(Protocol):
    """The icon, its tooltip and its menu."""

    def apply(self, view: View) -> None:
        """Show this. From any thread, also before `run`; what did not change reaches no screen and no wire."""

    def run(self, on_ready: Callable[[], None]) -> None:
        """
        Serve the icon until `stop`. Must be called on the main thread, once.

        Args:
            on_ready: Called once, on another thread, when the icon can be shown. It must return before the icon can
                end.
        """

    def stop(self) -> None:
        """Make `run` return, also one that is called later. From any thread, and from a signal handler."""


class IconWithBalloon(TrayIcon, Protocol):
    """An icon, and what it may lend to notices."""

    @property
    def balloon(self) -> Balloon | None:
        """Its own way to show a notice; None where the desktop has a better one."""


class AbsentIcon:
    """
    A tray icon where a desktop shows none: it only waits.

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


def create(
    on_command: Callable[[Command | Clicked], None], *, on_host: Callable[[bool], None], bus: Bus | None
) -> IconWithBalloon:
    """
    Make the icon for this system.

    Args:
        on_command: Takes what the person asked for, on the thread that serves the desktop; must return at once.
        on_host: Told whether there is a place that shows the icon: once soon after the start, and at each change.
        bus: The session bus, on Linux; None without one, and on other systems.
    """
    # Each exists for its system only.
    if sys.platform == "win32":
        from tray.desktop.windows import trayicon  # noqa: PLC0415

        return trayicon.create(on_command, on_host=on_host)
    if sys.platform == "darwin":
        from tray.desktop.macos import trayicon  # noqa: PLC0415

        return trayicon.create(on_command, on_host=on_host)
    if bus is None:
        return AbsentIcon(on_host)
    from tray.desktop.linux.trayicon import FreedesktopIcon  # noqa: PLC0415

    return FreedesktopIcon(bus, on_command, on_host)
