"""
pystray's Windows backend, made safe for a program whose icon changes while the person uses it.

What it changes (docs/facts: Threads of pystray, Windows tray): changes made on other threads destroy what the message
loop uses; a change destroys a menu that is open; the keyboard reaches neither icon nor menu; an icon that Explorer
refuses while it starts never appears; a tooltip of more than 127 units raises; the icon is drawn for another scale than
the screen's; an ampersand in a label becomes a shortcut; and Windows is told not to end the session.

Run under Wine 8 (its desktop, mouse and messages); not on Windows itself, so neither with its keyboard, nor with two
screens of different scale, nor with a real restart of Explorer.
"""

from __future__ import annotations

import ctypes
import logging
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pystray._win32 as _native

from tray.core.command import Command, Do
from tray.core.model import Status
from tray.core.words import notices as notices_words
from tray.desktop import icons
from tray.desktop.pystray_icon import PystrayIcon
from tray.desktop.windows import overflow, shell
from tray.disk.looking import is_there
from tray.paths import find_paths

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
TOOLTIP_UNITS = 127
"""NOTIFYICONDATAW.szTip holds 128 UTF-16 units, the closing NUL among them."""

Picture = Callable[[int], Any]
"""Draws an image of so many pixels."""

_win32 = _native.win32

_WM_CALL = _win32.WM_USER + 20
_TRIES = 24
_SECONDS_BETWEEN_TRIES = 5.0
_LAST_WORDS_SECONDS = 3.0
"""How long the end of the session may wait for the program to save what it has; Windows allows about five."""

_WEEK_MILLISECONDS = 7 * 24 * 3600 * 1000
_ENTER_TWICE_MILLISECONDS = 300
"""Explorer tells of one press of Enter twice."""


class _MenuWindow:
    """
    Stands for the icon where Windows sends messages to the window of the menu, which is a top-level one too.

    It answers to a few, and to all others as a window does by itself. pystray would let a request to close destroy it:
    then no menu opens any more, and the end of the program fails.
    """

    def __init__(self, window: int, handlers: Mapping[int, Callable[[int, int], int | None]]) -> None:
        self._window, self._handlers = window, handlers
        self._message_handlers, self._log = self, log

    def get(self, message: int, _otherwise: object) -> Callable[[int, int], int | None]:
        """Find the handler of a message."""
        return self._handlers.get(message) or partial(_win32.DefWindowProc, self._window, message)


class Icon(_native.Icon):  # type: ignore[misc]
    """
    An icon that may be changed through `schedule` while its menu is open.

    Args:
        on_command: Takes what the person asked for, and `Quit` when Windows wants the program to end.
        on_host: Told whether the taskbar shows the icon.
    """

    icon: Picture
    _icon_handle: Any

    def __init__(self, name: str, *, on_command: Callable[[Command], None], on_host: Callable[[bool], None]) -> None:
        shell.follow_scale()
        super().__init__(name)
        self._on_command = on_command
        self._on_host = on_host
        self._shown: bool | None = None
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._menu_open = False
        self._menu_changed = False
        self._stopped = threading.Event()
        self._tries = 0
        self._size = 0
        self._balloon: tuple[str, str, Command | None] | None = None
        self._balloon_command: Command | None = None
        self._entered_at = 0
        self._selected_at = -_WEEK_MILLISECONDS
        self._is_new = not is_there(find_paths().memory_file)
        """Whether this person sees the icon for the first time."""

        self._endings: dict[int, Callable[[int, int], int | None]] = {
            shell.WM_CLOSE: lambda _wparam, _lparam: self._on_command(Do.QUIT),
            shell.WM_QUERYENDSESSION: lambda _wparam, _lparam: 1,
            shell.WM_ENDSESSION: self._on_end_session,
        }
        self._message_handlers |= {
            **self._endings,
            _WM_CALL: self._on_call,
            shell.WM_TIMER: lambda _wparam, _lparam: self._show(),
            **dict.fromkeys((shell.WM_DPICHANGED, shell.WM_SETTINGCHANGE), self._on_display_change),
        }

    def schedule(self, call: Callable[[], None]) -> None:
        """Have a function run by the message loop, as soon as there is one. From any thread."""
        self._calls.put(call)
        if self._hwnd:
            _win32.PostMessage(self._hwnd, _WM_CALL, 0, 0)

    def end(self) -> None:
        """End the message loop, or prevent its start."""
        self._stopped.set()
        if self._hwnd:
            self._stop()

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        """Show a text in a balloon (a toast, since Windows 10), as soon as the icon is there. From any thread."""
        self.schedule(partial(self._put_balloon, (title, body, command)))

    def hide_balloon(self) -> None:
        """Hide the text that is shown, if any is. From any thread."""
        self.schedule(partial(self._put_balloon, None))

    def _mark_ready(self) -> None:
        self._HWND_TO_ICON[self._menu_hwnd] = _MenuWindow(self._menu_hwnd, self._endings)
        super()._mark_ready()
        _win32.PostMessage(self._hwnd, _WM_CALL, 0, 0)
        if self._stopped.is_set():
            self._stop()

    def _on_stop(self, wparam: int, lparam: int) -> None:
        if self._menu_open:  # Its own loop would go on.
            shell.end_menu()
        super()._on_stop(wparam, lparam)

    def _mainloop(self) -> None:
        super()._mainloop()
        self._HWND_TO_ICON.pop(self._menu_hwnd, None)

    def _on_call(self, _wparam: int, _lparam: int) -> None:
        while not self._calls.empty():
            call = self._calls.get_nowait()
            try:
                call()
            except Exception:
                log.exception("a change of the icon failed")

    def _on_end_session(self, ends: int, _reason: int) -> None:
        """Windows ends this process when we return."""
        if ends:
            self._on_command(Do.QUIT)
            self._stopped.wait(_LAST_WORDS_SECONDS)

    # The icon

    def _show(self) -> None:
        """Put the icon into the taskbar; try again where Explorer is not ready, as when a session begins."""
        self._assert_icon_handle()
        words = {"uCallbackMessage": _win32.WM_NOTIFY, "hIcon": self._icon_handle, "szTip": self.title}
        flags = _win32.NIF_MESSAGE | _win32.NIF_ICON | _win32.NIF_TIP | _win32.NIF_SHOWTIP
        # Explorer may have taken what it was too busy to confirm; a second icon of that number it refuses.
        shown = self._message(_win32.NIM_ADD, flags, **words) or self._message(_win32.NIM_MODIFY, flags, **words)
        self._tries += 1
        if shown or self._tries >= _TRIES:
            shell.stop_timer(self._hwnd)
        else:
            shell.start_timer(self._hwnd, _SECONDS_BETWEEN_TRIES)
        if shown:
            self._tries = 0
            self._message(_win32.NIM_SETVERSION, 0, uVersion=shell.NOTIFYICON_VERSION_4)
        if shown != self._shown:
            self._shown = shown
            self._on_host(shown)
        if shown and self._is_new:
            self._is_new = False
            self.schedule(self._greet)
        if shown and self._balloon:
            self._put_balloon(self._balloon)

    def _on_taskbarcreated(self, wparam: int, lparam: int) -> None:
        self._tries = 0
        super()._on_taskbarcreated(wparam, lparam)

    def _on_display_change(self, _wparam: int, _lparam: int) -> None:
        """Draw the icon anew where the scale of the screen is another."""
        if self.visible and shell.small_icon_size() != self._size:
            self._update_icon()

    def _assert_icon_handle(self) -> None:
        if not self._icon_handle:
            self._size = shell.small_icon_size()
            self._icon_handle = shell.make_icon(self.icon(self._size))

    def _update_title(self) -> None:
        self._message(_win32.NIM_MODIFY, _win32.NIF_TIP | _win32.NIF_SHOWTIP, szTip=self.title)

    def _message(self, code: int, flags: int, **words: Any) -> bool:
        """Tell the taskbar; False where it did not listen."""
        size = ctypes.sizeof(_win32.NOTIFYICONDATAW)
        data = _win32.NOTIFYICONDATAW(cbSize=size, hWnd=self._hwnd, uFlags=flags, **words)
        return bool(_win32.Shell_NotifyIcon(code, data))

    @property
    def title(self) -> str:
        """The tooltip, as much of it as fits."""
        return cut(super().title, TOOLTIP_UNITS)

    @title.setter
    def title(self, value: str) -> None:
        _native.Icon.title.fset(self, value)

    # What the person does

    def _on_notify(self, where: int, event: int) -> None:
        """Take an event of the icon: its name in the lower half of the word, as version 4 tells it."""
        match event & 0xFFFF:
            case shell.NIN_SELECT:
                at = shell.message_time()
                # A double click is one wish: the second half would answer what the first has just begun.
                if not 0 <= at - self._selected_at <= shell.double_click_time():
                    self._menu(self)
                    self._selected_at = at
            case shell.NIN_KEYSELECT:
                at = shell.message_time()
                if at - self._entered_at > _ENTER_TWICE_MILLISECONDS:
                    self._menu(self)
                self._entered_at = at
            case shell.WM_CONTEXTMENU if not self._menu_open:
                self._open_menu(*shell.point(where))
            case shell.NIN_BALLOONUSERCLICK if self._balloon_command is not None:
                self._on_command(self._balloon_command)

    def _open_menu(self, x: int, y: int) -> None:
        """Show the menu until the person has chosen; the message loop runs inside this call."""
        if not self._menu_handle:
            return
        menu, items = self._menu_handle
        # Else the menu would stay when the person clicks elsewhere (TrackPopupMenu, remarks).
        _win32.SetForegroundWindow(self._hwnd)
        self._menu_open = True
        try:
            flags = _win32.TPM_RIGHTALIGN | _win32.TPM_BOTTOMALIGN | _win32.TPM_RETURNCMD
            chosen = _win32.TrackPopupMenuEx(menu, flags, x, y, self._menu_hwnd, None)
        finally:
            self._menu_open = False
            _win32.PostMessage(self._hwnd, shell.WM_NULL, 0, 0)
        if chosen > 0:
            items[chosen - 1](self)
        else:
            self._message(_win32.NIM_SETFOCUS, 0)
        if self._menu_changed:
            self._update_menu()

    def _update_menu(self) -> None:
        self._menu_changed = self._menu_open
        if not self._menu_open:
            super()._update_menu()

    def _handler(self, item: Any) -> Any:
        """Leave the menu alone after a click: it changes when the view does."""
        return item

    def _create_menu_item(self, descriptor: Any, callbacks: list[Any]) -> Any:
        item = super()._create_menu_item(descriptor, callbacks)
        if item.dwTypeData:
            item.dwTypeData = item.dwTypeData.replace("&", "&&")
        return item

    # The balloon

    def _greet(self) -> None:
        """Tell who sees the icon for the first time where it is, unless there is something else to say."""
        if self._balloon is None and self._balloon_command is None and overflow.hides_new_icons():
            where = notices_words.WHERE_THE_ICON_IS()
            self._put_balloon((where.title, where.hint, None))

    def _put_balloon(self, balloon: tuple[str, str, Command | None] | None) -> None:
        self._balloon = None
        self._balloon_command = balloon[2] if balloon else None
        title, body = balloon[:2] if balloon else ("", "")
        words = {"szInfo": body, "szInfoTitle": title, "dwInfoFlags": shell.NIIF_NONE}
        if not (self._shown and self._message(_win32.NIM_MODIFY, _win32.NIF_INFO, **words)):
            self._balloon = balloon


def cut(text: str, units: int) -> str:
    """Cut a text to that many UTF-16 units, never in the middle of a character."""
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore")


def create(
    on_command: Callable[[Command], None],
    *,
    on_host: Callable[[bool], None],
) -> PystrayIcon:
    """Make the icon of this program; the arguments are those of `tray.desktop.trayicon.create`."""

    def picture(status: Status, theme: str) -> Picture:
        return partial(icons.draw, status, theme=theme)

    icon = Icon(APPLICATION, on_command=on_command, on_host=on_host)
    return PystrayIcon(icon, on_command=on_command, picture=picture, balloon=icon)
