"""The icon on a Linux desktop: StatusNotifierItem and dbusmenu, without GTK and without a display."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from tray.core.command import Command, Do
from tray.core.view.values import View
from tray.desktop.linux import pixmaps
from tray.desktop.linux.bus import Bus
from tray.desktop.linux.dbusmenu import DBusMenu
from tray.desktop.linux.status_notifier import StatusNotifierItem

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
MENU_PATH = "/MenuBar"

_RECONNECT_AFTER = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between attempts to find the session bus again."""


class FreedesktopIcon:
    """
    The icon, its tooltip and its menu on the session bus. It appears with the first view.

    Args:
        bus: The session bus. `run` runs it.
        on_command: Takes what the person asked for, on the bus thread.
        on_host: Told on the bus thread whether anybody shows icons: once soon, and at each change.
    """

    balloon = None

    def __init__(self, bus: Bus, on_command: Callable[[Command], None], on_host: Callable[[bool], None]) -> None:
        self._bus = bus
        self._menu = DBusMenu(bus, MENU_PATH, on_command)
        self._item = StatusNotifierItem(
            bus, APPLICATION, MENU_PATH, on_activate=lambda: on_command(Do.ACTIVATE), on_host=on_host
        )
        self._lock = threading.Lock()
        self._shown: View | None = None

    def apply(self, view: View) -> None:
        """Show this, if it is not what is shown. A view that cannot be shown leaves the old one."""
        with self._lock:
            try:
                self._show(view)
            except Exception:
                log.exception("the icon could not be changed")

    def _show(self, view: View) -> None:
        shown = self._shown
        if shown is None or view.menu != shown.menu:
            self._menu.show(view.menu)
        if shown is None or (view.icon, view.theme) != (shown.icon, shown.theme):
            self._item.set_pixmaps(pixmaps.load(view.icon, view.theme))
        if shown is None or view.tooltip != shown.tooltip:
            self._item.set_title(view.tooltip)
        if shown is None:
            self._item.show()
        self._shown = view

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve the bus, and with it the icon, until `stop`."""
        # Whoever begins now competes for the processor: the icon goes first.
        self._bus.hear()
        threading.Thread(target=on_ready, name="tray-ready").start()
        self._bus.run(reconnect_after=_RECONNECT_AFTER)

    def stop(self) -> None:
        """Make `run` return. The connection ends with it, and so does the icon."""
        self._bus.stop()
