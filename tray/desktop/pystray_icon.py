"""The icon by a backend of pystray, on Windows and macOS: our view in pystray's terms."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pystray import Menu, MenuItem

from tray.core.command import Command, Do
from tray.core.model import Status
from tray.core.view import values
from tray.core.view.values import View
from tray.paths import from_home

if TYPE_CHECKING:
    from tray.desktop.plain_notices import Balloon

log = logging.getLogger(__name__)


class ViewMenu(Menu):  # type: ignore[misc]
    """The whole menu of a view. A click on the icon itself does not run the default item, it asks to `Activate`."""

    def __init__(self, items: tuple[values.MenuItem, ...], on_command: Callable[[Command], None]) -> None:
        super().__init__(*_items(items, on_command))
        self._on_command = on_command

    def __call__(self, _icon: object) -> None:
        """Act on a click on the icon itself."""
        self._on_command(Do.ACTIVATE)


def _items(items: tuple[values.MenuItem, ...], on_command: Callable[[Command], None]) -> list[Any]:
    return [Menu.SEPARATOR if item.separator else _item(item, on_command) for item in items]


def _item(item: values.MenuItem, on_command: Callable[[Command], None]) -> Any:
    command, checked = item.command, item.checked
    action: Any = None if command is None else lambda: on_command(command)
    return MenuItem(
        from_home(item.label),
        Menu(*_items(item.children, on_command)) if item.children else action,
        checked=None if checked is None else lambda _item: checked,
        radio=item.radio,
        default=item.default,
        enabled=item.enabled,
    )


class PystrayIcon:
    """
    A `TrayIcon` made of an icon of pystray.

    Args:
        icon: The icon, of any backend. Beside pystray's methods it has ``schedule(function)``, which runs a function
            where this backend may be changed (maybe at once), and ``end()``, which ends its loop or prevents its start.
        on_command: Takes what the person asked for.
        picture: Gives what the backend takes as the image of a status in a theme.
        balloon: The backend's own way to show a text, where it serves.
    """

    def __init__(
        self,
        icon: Any,
        *,
        on_command: Callable[[Command], None],
        picture: Callable[[Status, str], Any],
        balloon: Balloon | None = None,
    ) -> None:
        self.balloon = balloon
        self._icon = icon
        self._on_command = on_command
        self._picture = picture
        self._lock = threading.RLock()
        self._ready = False
        self._wanted: View | None = None
        self._shown: View | None = None

    def apply(self, view: View) -> None:
        """Show this, if it is not what is shown."""
        with self._lock:
            if view == self._wanted:
                return
            self._wanted = view
            if not self._ready:
                return
        self._icon.schedule(self._push)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve the icon until `stop`."""

        def setup(_icon: object) -> None:
            with self._lock:
                self._ready = True
            self._icon.schedule(self._push)
            on_ready()

        self._icon.run(setup)

    def stop(self) -> None:
        """Make `run` return."""
        self._icon.end()

    def _push(self) -> None:
        """Show what is wanted. A backend that fails keeps its old face; the program goes on, with notices at least."""
        try:
            self._show_wanted()
        except Exception:
            log.exception("the icon could not be changed")

    def _show_wanted(self) -> None:
        """Bring the icon from what is shown to what is wanted; several wishes in a row become one change."""
        with self._lock:
            view, shown = self._wanted, self._shown
            if view is None or view == shown:
                return
            if shown is None or (view.icon, view.theme) != (shown.icon, shown.theme):
                self._icon.icon = self._picture(view.icon, view.theme)
            if shown is None or view.tooltip != shown.tooltip:
                self._icon.title = from_home(view.tooltip)
            if shown is None or view.menu != shown.menu:
                self._icon.menu = ViewMenu(view.menu, self._on_command)
            self._shown = view
            self._icon.visible = True
