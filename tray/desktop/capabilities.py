"""What this desktop can show, asked before anything is shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus

_DBUS = "org.freedesktop.DBus"
_DBUS_PATH = "/org/freedesktop/DBus"
_WATCHER = "org.kde.StatusNotifierWatcher"
_WATCHER_PATH = "/StatusNotifierWatcher"
_NOTIFICATIONS = "org.freedesktop.Notifications"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What there is on this desktop."""

    session: bool
    """Whether there is a session to show anything in (on Linux, a D-Bus session bus)."""

    tray: bool
    """Whether something shows tray icons."""

    notifications: bool
    """Whether something shows notifications, or can be started to."""


def find_capabilities() -> Capabilities:
    """Ask this desktop. On Windows and macOS the system itself has all of it; not checked there."""
    if sys.platform != "linux":
        return Capabilities(session=True, tray=True, notifications=True)
    from tray.desktop.linux.bus import Bus, BusUnavailable  # noqa: PLC0415 - spares the library

    try:
        bus = Bus.connect()
    except BusUnavailable:
        return Capabilities(session=False, tray=False, notifications=False)
    try:
        return _ask(bus)
    finally:
        bus.close()


def _ask(bus: Bus) -> Capabilities:
    def owned(name: str) -> bool:
        reply = bus.call_and_wait(_DBUS, _DBUS_PATH, _DBUS, "NameHasOwner", "s", (name,))
        return reply.error is None and bool(reply.body[0])

    def can_start(name: str) -> bool:
        reply = bus.call_and_wait(_DBUS, _DBUS_PATH, _DBUS, "ListActivatableNames")
        return reply.error is None and name in reply.body[0]

    return Capabilities(
        session=True,
        tray=owned(_WATCHER) and _has_host(bus),
        notifications=owned(_NOTIFICATIONS) or can_start(_NOTIFICATIONS),
    )


def _has_host(bus: Bus) -> bool:
    """Ask the watcher whether a panel shows what it collects (StatusNotifierItem specification)."""
    question = (_WATCHER, "IsStatusNotifierHostRegistered")
    reply = bus.call_and_wait(_WATCHER, _WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get", "ss", question)
    return reply.error is None and bool(reply.body[0][1])
