"""What the stand-ins for desktop services have in common: a bus connection on a thread, a name, and waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from support import linux  # noqa: F401
from tray.desktop.linux.bus import Bus

T = TypeVar("T")

DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
SECONDS = 30.0
"""How long to wait for what should happen at once, on a busy machine."""


class BusService:
    """
    A service that can appear on a bus, vanish and come back. A context manager: inside, it is there.

    Args:
        address: The bus.
        name: The name it owns there.
    """

    def __init__(self, address: str, name: str) -> None:
        self._address = address
        self._name = name
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self.bus: Bus | None = None
        """The connection; None while the service is not there."""

    def offer(self, bus: Bus) -> None:
        """Export what the service offers, before it takes its name. For subclasses."""

    def appear(self) -> None:
        """Be there: the name is owned when this returns."""
        bus = Bus.connect(self._address)
        self.offer(bus)
        self.bus = bus
        self._thread = threading.Thread(target=bus.run, name=self._name)
        self._thread.start()
        answer = bus.call_and_wait(*DAEMON, "RequestName", "su", (self._name, 4))
        assert answer.body == (1,), f"{self._name} is taken"

    def vanish(self) -> None:
        """Be gone, as after a crash."""
        if self.bus and self._thread:
            self.bus.stop()
            self._thread.join()
            self.bus = None

    def happened(self) -> None:
        """Tell those who wait that something happened. For subclasses."""
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, look: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
        """
        Wait until ``look`` gives something true, and return that.

        Raises:
            AssertionError: That did not happen in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            found = look()
            if found:
                return found
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            with self._changed:
                self._changed.wait(0.02)

    def __enter__(self) -> Self:
        self.appear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vanish()
