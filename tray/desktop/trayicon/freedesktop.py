"""
A backend of pystray for Linux desktops, without GTK and without a display: all it needs is the session bus.

pystray's own need GTK from the distribution, or have no menu at all (DESKTOP-FACTS section 1). This one speaks
StatusNotifierItem and dbusmenu itself, and is an icon of pystray in every other respect: run, stop, setup, notify,
texts and check marks given as functions.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable
from typing import Any

from tray.core.command import Command
from tray.desktop.bus import Bus, Reply
from tray.desktop.trayicon import drawn
from tray.desktop.trayicon.adapter import BaseIcon, Menu, PystrayIcon
from tray.desktop.trayicon.dbusmenu import DBusMenu, Line
from tray.desktop.trayicon.pixmap import scale_pixmaps
from tray.desktop.trayicon.status_notifier import MENU_PATH, StatusNotifierItem

APPLICATION = "sso-tray"

_RECONNECT_AFTER = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between attempts to find the session bus again."""

_NOTIFICATIONS = "org.freedesktop.Notifications"
_NOTIFICATIONS_PATH = "/org/freedesktop/Notifications"

_serials = itertools.count(1)


class Icon(BaseIcon):  # type: ignore[misc]
    """
    A system tray icon, used as pystray's documentation says.

    Args:
        name: Names the program to the tray.
        icon: A Pillow image, or the icon's pixmaps.
        title: The tooltip.
        menu: A `pystray.Menu`, or the items of one.
        bus: The session bus; connects to it by itself when None.
        on_host: Told on the bus thread whether anybody shows icons: once soon, and at each change.

    Raises:
        BusUnavailable: There is no session bus.
    """

    def __init__(
        self,
        name: str,
        icon: Any = None,
        title: str | None = None,
        menu: Any = None,
        *,
        bus: Bus | None = None,
        on_host: Callable[[bool], None] = lambda _present: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, icon, title, menu, **kwargs)
        self._bus = bus or Bus.connect()
        self._menu_lock = threading.RLock()
        self._dbusmenu = DBusMenu(self._bus, MENU_PATH)
        self._item = StatusNotifierItem(self._bus, name, on_activate=self, on_host=on_host)
        self._notification = 0

    def _show(self) -> None:
        self._item.set_title(self.title)
        self._item.show()

    def _hide(self) -> None:
        self._item.hide()

    def _update_icon(self) -> None:
        image = self.icon
        self._item.set_pixmaps(image if isinstance(image, tuple) else scale_pixmaps(image))
        self._icon_valid = True

    def _update_title(self) -> None:
        self._item.set_title(self.title)

    def _update_menu(self) -> None:
        # The menu is looked at under the lock, so that whoever comes last shows the newest.
        with self._menu_lock:
            self._dbusmenu.update(self._lines(self.menu))

    def _run(self) -> None:
        self._mark_ready()
        self._bus.run(reconnect_after=_RECONNECT_AFTER)

    def _run_detached(self) -> None:
        threading.Thread(target=self._run, name="tray-icon").start()

    def _stop(self) -> None:
        self._bus.stop()

    def _notify(self, message: str, title: str | None = None) -> None:
        def on_reply(reply: Reply) -> None:
            if not reply.error:
                self._notification = reply.body[0]

        actions: list[str] = []
        hints: dict[str, tuple[str, Any]] = {}
        body = (self.name, self._notification, "", title or self.title, message, actions, hints, -1)
        signature = "susssasa{sv}i"
        self._bus.call(
            _NOTIFICATIONS, _NOTIFICATIONS_PATH, _NOTIFICATIONS, "Notify", signature, body, on_reply=on_reply
        )

    def _remove_notification(self) -> None:
        if self._notification:
            body = (self._notification,)
            self._bus.call(_NOTIFICATIONS, _NOTIFICATIONS_PATH, _NOTIFICATIONS, "CloseNotification", "u", body)

    def _lines(self, menu: Any) -> tuple[Line, ...]:
        """Read a menu of pystray as it is now."""
        lines = []
        separators = 0
        for item in menu or ():
            if item is Menu.SEPARATOR:
                separators += 1
                lines.append(Line(f"\0separator {separators}", separator=True))
            else:
                lines.append(self._line(item))
        return tuple(lines)

    def _line(self, item: Any) -> Line:
        submenu = item.submenu
        return Line(
            key=_key(item),
            label=item.text,
            enabled=bool(item.enabled),
            checked=None if item.checked is None else bool(item.checked),
            radio=bool(item.radio),
            children=self._lines(submenu) if submenu else (),
            on_click=None if submenu else self._handler(item),
        )


def _key(item: Any) -> str | int:
    """Give the key of an item; one that our view did not name keeps the number it gets here as long as it lives."""
    if not hasattr(item, "key"):
        item.key = next(_serials)
    key: str | int = item.key
    return key


def create(
    on_command: Callable[[Command], None],
    *,
    on_host: Callable[[bool], None],
    bus: Bus,
) -> PystrayIcon:
    """Make the icon of this program; the arguments are those of `tray.desktop.trayicon.create`."""
    icon = Icon(APPLICATION, bus=bus, on_host=on_host)
    picture = functools.cache(drawn.load)
    return PystrayIcon(icon, on_command=on_command, picture=picture, schedule=lambda push: push(), stop=bus.stop)
