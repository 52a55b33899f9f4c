"""What this desktop can show, asked before anything is shown."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

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

    notices_from: str | None = None
    """Under whose name the person allows them in the settings of macOS, which does not say here whether they did."""


def find_capabilities() -> Capabilities:
    """Ask this desktop. On Windows and macOS the system itself has all of it; not checked there."""
    if sys.platform == "darwin":
        from tray.desktop.macos.notify import sender  # noqa: PLC0415 - not elsewhere

        return Capabilities(session=True, tray=True, notifications=True, notices_from=sender())
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
    def ask(destination: str, path: str, interface: str, member: str, *arguments: str) -> Any:
        reply = bus.call_and_wait(destination, path, interface, member, "s" * len(arguments), arguments)
        return None if reply.error else reply.body[0]

    def owned(name: str) -> bool:
        return bool(ask(_DBUS, _DBUS_PATH, _DBUS, "NameHasOwner", name))

    def has_host() -> bool:
        """Ask the watcher whether a panel shows what it collects (StatusNotifierItem specification)."""
        properties, name = "org.freedesktop.DBus.Properties", "IsStatusNotifierHostRegistered"
        variant = ask(_WATCHER, _WATCHER_PATH, properties, "Get", _WATCHER, name)
        return variant is not None and bool(variant[1])

    can_start = ask(_DBUS, _DBUS_PATH, _DBUS, "ListActivatableNames") or ()
    return Capabilities(
        session=True,
        tray=(owned(_WATCHER) and has_host()) or _has_old_tray(),
        notifications=owned(_NOTIFICATIONS) or _NOTIFICATIONS in can_start,
    )


def _has_old_tray() -> bool:
    """Tell whether windows can be embedded somewhere instead; not so without a display, or one that lets us in."""
    if not os.environ.get("DISPLAY"):
        return False
    from tray.desktop.linux.old_tray import is_there  # noqa: PLC0415 - loads the library for X11

    return is_there()
