"""Waking by logind's signal ``PrepareForSleep``, and the panel's look by what the desktop portal says of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from tray.core.settings import Theme
from tray.desktop.linux.bus import Body, Bus, BusUnavailable, Reply

log = logging.getLogger(__name__)

_LOGIND = "org.freedesktop.login1"
_LOGIND_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_RECONNECT_AFTER = (5.0, 30.0, 300.0)

_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_NAMESPACE = "org.freedesktop.appearance"
_KEY = "color-scheme"

_THEMES = {1: Theme.DARK, 2: Theme.LIGHT}
"""0 is no preference: also what GNOME answers for its light style, under a dark bar (docs/facts: Panel theme)."""


def follow_wake(on_wake: Callable[[], None]) -> Callable[[], None] | None:
    """Listen to logind (systemd's, or elogind) on a thread of its own; None without a system bus, as in a container."""
    try:
        bus = Bus.connect(system=True)
    except BusUnavailable as error:
        log.info("No system bus tells of waking from sleep: %s", error)
        return None

    def on_signal(body: Body, _sender: str) -> None:
        going_to_sleep = bool(body[0])
        if not going_to_sleep:
            on_wake()

    bus.subscribe(sender=_LOGIND, path=_LOGIND_PATH, interface=_MANAGER, member="PrepareForSleep", handler=on_signal)
    thread = threading.Thread(target=bus.run, kwargs={"reconnect_after": _RECONNECT_AFTER}, name="wake", daemon=True)
    thread.start()

    def stop() -> None:
        bus.stop()
        thread.join()

    return stop


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
