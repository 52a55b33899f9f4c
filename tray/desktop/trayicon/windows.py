"""
pystray's Windows backend, made safe for a program whose icon changes while the person uses it.

What it mends (DESKTOP-FACTS sections 1, 8 and 9): changes made on other threads destroy what the message loop uses; a
change destroys a menu that is open; a tooltip of more than 127 units raises; the icon is loaded at 32 pixels and scaled
down; an ampersand in a label becomes a shortcut; and Windows is told not to end the session.

Written from pystray's source and Microsoft's documentation; the type checker is all that has run it so far.
"""

from __future__ import annotations

import functools
import logging
import queue
from collections.abc import Callable
from typing import Any

from tray.core.command import Command
from tray.core.model import Status
from tray.desktop import icons
from tray.desktop.trayicon.adapter import PystrayIcon, load_backend

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
TOOLTIP_UNITS = 127
"""NOTIFYICONDATAW.szTip holds 128 UTF-16 units, the closing NUL among them."""

_SM_CXSMICON = 49
_WM_QUERYENDSESSION = 0x11
_WM_ENDSESSION = 0x16

_native = load_backend("win32")
_win32 = _native.win32
_WM_CALL = _win32.WM_USER + 20


class Icon(_native.Icon):  # type: ignore[misc, name-defined]
    """An icon that may be changed through `schedule` while its menu is open."""

    _icon_handle: Any

    def __init__(self, name: str, *, on_host: Callable[[bool], None]) -> None:
        super().__init__(name)
        self._on_host = on_host
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._menu_open = False
        self._menu_changed = False
        self._stopped = False
        self._message_handlers |= {
            _WM_CALL: self._on_call,
            _WM_QUERYENDSESSION: lambda _wparam, _lparam: 1,
            _WM_ENDSESSION: self._on_end_session,
        }

    def schedule(self, call: Callable[[], None]) -> None:
        """Have a function run by the message loop. From any thread, once the loop is ready."""
        self._calls.put(call)
        _win32.PostMessage(self._hwnd, _WM_CALL, 0, 0)

    def end(self) -> None:
        """End the message loop, or prevent its start."""
        self._stopped = True
        if self._hwnd:
            self._stop()

    def _mark_ready(self) -> None:
        super()._mark_ready()
        self._on_host(True)
        if self._stopped:
            self._stop()

    def _on_call(self, _wparam: int, _lparam: int) -> None:
        call = self._calls.get_nowait()
        try:
            call()
        except Exception:
            log.exception("a change of the icon failed")

    def _on_end_session(self, wparam: int, _lparam: int) -> None:
        if wparam:
            self.end()

    def _on_notify(self, wparam: int, lparam: int) -> None:
        # While the menu is open the loop runs inside this call, and comes here again for further clicks.
        outermost = not self._menu_open
        self._menu_open = self._menu_open or lparam == _win32.WM_RBUTTONUP
        try:
            super()._on_notify(wparam, lparam)
        finally:
            if outermost:
                self._menu_open = False
                if self._menu_changed:
                    self._update_menu()

    def _update_menu(self) -> None:
        self._menu_changed = self._menu_open
        if not self._menu_open:
            super()._update_menu()

    def _create_menu_item(self, descriptor: Any, callbacks: list[Any]) -> Any:
        item = super()._create_menu_item(descriptor, callbacks)
        if item.dwTypeData:
            item.dwTypeData = item.dwTypeData.replace("&", "&&")
        return item

    def _assert_icon_handle(self) -> None:
        if not self._icon_handle:
            size = small_icon_size()
            with _native.serialized_image(self.icon, "ICO") as path:
                self._icon_handle = _win32.LoadImage(None, path, _win32.IMAGE_ICON, size, size, _win32.LR_LOADFROMFILE)

    @property
    def title(self) -> str:
        """The tooltip, as much of it as fits."""
        return cut(super().title, TOOLTIP_UNITS)

    @title.setter
    def title(self, value: str) -> None:
        _native.Icon.title.fset(self, value)


def cut(text: str, units: int) -> str:
    """Cut a text to that many UTF-16 units, never in the middle of a character."""
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore")


def small_icon_size() -> int:
    """Tell how many pixels wide the tray's icons are, at the scale of the screen."""
    size: int = _native.ctypes.windll.user32.GetSystemMetrics(_SM_CXSMICON)
    return size


def create(
    on_command: Callable[[Command], None],
    *,
    on_host: Callable[[bool], None],
) -> PystrayIcon:
    """Make the icon of this program; the arguments are those of `tray.desktop.trayicon.create`."""

    @functools.cache
    def picture(status: Status, theme: str) -> Any:
        return icons.draw(status, small_icon_size(), theme)

    icon = Icon(APPLICATION, on_host=on_host)
    return PystrayIcon(icon, on_command=on_command, picture=picture, schedule=icon.schedule, stop=icon.end)
