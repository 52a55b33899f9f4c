"""The panel's look on Linux: what the desktop portal says of the person's preference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.linux.bus import Bus, Reply

_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_NAMESPACE = "org.freedesktop.appearance"
_KEY = "color-scheme"

_THEMES = {1: "dark", 2: "light"}
"""0 is no preference: also what GNOME answers for its light style, under a dark bar (docs/facts: Panel theme)."""


def follow_panel(bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], str]:
    """Ask the portal, without waiting, and listen for changes; until it answers the panel is unknown."""
    theme = "colour"

    def take(value: Any) -> None:
        nonlocal theme
        while isinstance(value, tuple):  # a variant; `Read` wraps it twice
            value = value[1]
        found = _THEMES.get(value, "colour")
        if found != theme:
            theme = found
            on_change()

    def on_reply(reply: Reply) -> None:
        if not reply.error:
            take(reply.body[0])

    def on_signal(body: tuple[Any, ...], _sender: str) -> None:
        namespace, key, value = body
        if (namespace, key) == (_NAMESPACE, _KEY):
            take(value)

    if bus is not None:
        bus.subscribe(
            sender=_PORTAL,
            path=_PATH,
            interface=_SETTINGS,
            member="SettingChanged",
            first_argument=_NAMESPACE,
            handler=on_signal,
        )
        bus.call(_PORTAL, _PATH, _SETTINGS, "Read", "ss", (_NAMESPACE, _KEY), on_reply=on_reply)
    return lambda: theme
