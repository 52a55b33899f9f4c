"""Waking on Linux: logind's signal ``PrepareForSleep``, on the system bus (systemd, or elogind)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from tray.desktop.linux.bus import Bus, BusUnavailable

log = logging.getLogger(__name__)

_LOGIND = "org.freedesktop.login1"
_LOGIND_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_RECONNECT_AFTER = (5.0, 30.0, 300.0)


class LogindFollower:
    """A connection to the system bus, with a thread that sleeps until logind speaks."""

    def __init__(self, bus: Bus, on_wake: Callable[[], None]) -> None:
        def heard(body: tuple[Any, ...], _sender: str) -> None:
            going_to_sleep = bool(body[0])
            if not going_to_sleep:
                on_wake()

        self._bus = bus
        bus.subscribe(sender=_LOGIND, path=_LOGIND_PATH, interface=_MANAGER, member="PrepareForSleep", handler=heard)
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._bus.run(reconnect_after=_RECONNECT_AFTER)

    def close(self) -> None:
        """Let go of the system bus."""
        self._bus.stop()
        self._thread.join()


def follow(on_wake: Callable[[], None]) -> LogindFollower | None:
    """Listen to logind; None without a system bus, as in a container."""
    try:
        bus = Bus.connect(system=True)
    except BusUnavailable as error:
        log.info("No system bus tells of waking from sleep: %s", error)
        return None
    return LogindFollower(bus, on_wake)
