"""Waking by logind's signal ``PrepareForSleep``, and the panel's look by what the desktop portal says of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from tray.core.settings import Theme
from tray.desktop.linux.bus import Body, Bus, BusUnavailable, Reply

log = logging.getLogger(__name__)

LOGIND = "org.freedesktop.login1"
LOGIND_PATH = "/org/freedesktop/login1"
MANAGER = "org.freedesktop.login1.Manager"
_RECONNECT_AFTER = (5.0, 30.0, 300.0)

_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_NAMESPACE = "org.freedesktop.appearance"
_KEY = "color-scheme"

_THEMES = {1: Theme.DARK, 2: Theme.LIGHT}
"""0 is no preference: also what GNOME answers for its light style, under a dark bar (docs/facts: Panel theme)."""


class SystemBus:
    """The one connection to the system bus, on a thread of its own, for as long as anybody listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bus: Bus | None = None
        self._thread: threading.Thread | None = None
        self._listeners = 0

    def join(self) -> Bus | None:
        """Have the connection, until `leave`; None without a system bus, as in a container."""
        with self._lock:
            if self._bus is None:
                try:
                    self._bus = bus = Bus.connect(system=True)
                except BusUnavailable as error:
                    log.info("No system bus tells of sleep and of locks: %s", error)
                    return None
                work = {"reconnect_after": _RECONNECT_AFTER}
                self._thread = threading.Thread(target=bus.run, kwargs=work, name="system-bus", daemon=True)
                self._thread.start()
            self._listeners += 1
            return self._bus

    def leave(self) -> None:
        """Need it no more."""
        with self._lock:
            self._listeners -= 1
            if not self._listeners and self._bus is not None and self._thread is not None:
                self._bus.stop()
                self._thread.join()
                self._bus = self._thread = None


SYSTEM_BUS = SystemBus()


def follow_wake(on_wake: Callable[[], None]) -> Callable[[], None] | None:
    """Listen to logind (systemd's, or elogind); None without a system bus."""
    bus = SYSTEM_BUS.join()
    if bus is None:
        return None

    def on_signal(body: Body, _sender: str) -> None:
        going_to_sleep = bool(body[0])
        if not going_to_sleep:
            on_wake()

    bus.subscribe(sender=LOGIND, path=LOGIND_PATH, interface=MANAGER, member="PrepareForSleep", handler=on_signal)
    return SYSTEM_BUS.leave


def session_name(bus: Bus | None) -> str:
    """Name the session by the id of its bus; empty where there is none."""
    return "" if bus is None else bus.identity()


def follow_panel(bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], Theme]:
    """
    Ask the portal, without waiting, and listen for changes; until it answers the panel is unknown.

    Asked again whenever the portal comes (back): what changed while it was away it does not tell by itself.
    """
    if bus is None:
        return lambda: Theme.COLOUR
    theme = Theme.COLOUR
    asked = False

    def take(value: Any) -> None:
        nonlocal theme
        found = _THEMES.get(_unwrapped(value), Theme.COLOUR)
        if found != theme:
            theme = found
            on_change()

    def on_reply(reply: Reply) -> None:
        if not reply.error:
            take(reply.body[0])

    def on_signal(body: Body, _sender: str) -> None:
        namespace, key, value = body
        if (namespace, key) == (_NAMESPACE, _KEY):
            take(value)

    def on_owner(owner: str) -> None:
        nonlocal asked
        # The first question starts it, where it does not run yet.
        if owner or not asked:
            asked = True
            bus.call(_PORTAL, _PORTAL_PATH, _SETTINGS, "Read", "ss", (_NAMESPACE, _KEY), on_reply=on_reply)

    bus.subscribe(
        sender=_PORTAL,
        path=_PORTAL_PATH,
        interface=_SETTINGS,
        member="SettingChanged",
        first_argument=_NAMESPACE,
        handler=on_signal,
    )
    bus.watch_name(_PORTAL, on_owner)
    return lambda: theme


def _unwrapped(value: Any) -> Any:
    """Give what is in a variant; `Read` wraps it twice."""
    while isinstance(value, tuple):
        value = value[1]
    return value
