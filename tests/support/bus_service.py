"""What the stand-ins for desktop services have in common: a bus connection on a thread, a name, and waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from support import linux  # noqa: F401
from support.desk import PATIENCE_SECONDS, until
from tray.desktop.linux.bus import Bus

T = TypeVar("T")

DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


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
        own(bus, self._name)

    def vanish(self) -> None:
        """Be gone, as after a crash."""
        if self.bus and self._thread:
            self.bus.stop()
            self._thread.join()
            self.bus = None

    def wait_for(self, look: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """Wait until something is so, as `until` does, and name it where it does not come about."""
        return until(look, seconds, lambda: f"waited {seconds} s for {what}")

    def __enter__(self) -> Self:
        self.appear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vanish()


def own(bus: Bus, name: str) -> None:
    """Take a bus name, which has to be free."""
    answer = bus.call_and_wait(*DAEMON, "RequestName", "su", (name, 4))
    assert answer.body == (1,), f"{name} is taken"
