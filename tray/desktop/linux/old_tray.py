"""
Where no program shows icons over D-Bus: an icon in a tray of the old kind, as i3bar, polybar, tint2 and trayer have.

It waits for such a tray, takes its place there, and leaves as soon as there is a better one. python-xlib is loaded when
none of the better kind has come for some seconds, pystray when there is an old one.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tray.core.command import Command, Do
from tray.core.view.values import View
from tray.desktop.linux import pixmaps

log = logging.getLogger(__name__)

GRACE_SECONDS = 5.0
"""How long a better tray may take to come, at a login or when a panel starts anew."""

_AGAIN_AFTER = (2.0, 300.0)
"""Seconds until a tray that did not take the icon in is asked again: at first, and at most."""


class OldTray:
    """
    The icon's second home.

    Args:
        name: Names the program.
        on_command: Takes what the person asked for.
        on_shown: Told whether the icon is shown here: once soon after `begin`, and at each change.
    """

    def __init__(self, name: str, on_command: Callable[[Command], None], on_shown: Callable[[bool], None]) -> None:
        self._name = name
        self._on_command = on_command
        self._on_shown = on_shown
        self._view: View | None = None
        self._stay: _Stay | None = None

    def apply(self, view: View) -> None:
        """Show this, now or later. From any thread."""
        self._view = view
        if (stay := self._stay) is not None:
            stay.apply(view)

    def begin(self) -> None:
        """Look for such a tray from now on."""
        if self._stay is None:
            self._stay = _Stay(self._name, self._on_command, self._on_shown, self._view)

    def leave(self) -> None:
        """Take the icon away, and look no more."""
        stay, self._stay = self._stay, None
        if stay is not None:
            stay.end()


class _Stay:
    """One stay in trays of the old kind, on a thread of its own: from when no better one is there until one is."""

    def __init__(
        self, name: str, on_command: Callable[[Command], None], on_shown: Callable[[bool], None], view: View | None
    ) -> None:
        self._name = name
        self._on_command = on_command
        self._on_shown = on_shown
        self._view = view
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._woken, self._waker = socket.socketpair()
        self._icon: Any = None
        self._told: bool | None = None
        self._pause = _AGAIN_AFTER[0]
        threading.Thread(target=self._run, name="old-tray", daemon=True).start()

    def apply(self, view: View) -> None:
        with self._lock:
            self._view = view
            if self._icon is not None:
                self._icon.apply(view)

    def end(self) -> None:
        with self._lock:
            self._ended.set()
            with suppress(OSError):  # The thread has ended by itself.
                self._waker.send(b"\0")
            if self._icon is not None:
                self._icon.stop()

    def _tell(self, shown: bool) -> None:
        with self._lock:
            if self._ended.is_set() or shown is self._told:
                return
            self._told = shown
            if shown:
                self._pause = _AGAIN_AFTER[0]
            self._on_shown(shown)  # Under the lock, so that nothing is told after the end.

    def _run(self) -> None:
        try:
            if not self._ended.wait(GRACE_SECONDS):
                self._stay()
        except ImportError as error:
            log.info("no icon for trays of the old kind: %s is not installed", error.name)
            self._tell(False)
        except Exception:
            # No X server, or none that lets us in; or it has ended, and with it all that could be shown.
            log.debug("no icon in a tray of the old kind", exc_info=True)
            self._tell(False)
        finally:
            self._woken.close()
            self._waker.close()

    def _stay(self) -> None:
        watch = TrayWatch()
        try:
            while not self._ended.is_set():
                if not watch.is_there():
                    self._tell(False)
                    watch.wait(self._woken)
                    continue
                self._show()
                # One that ended by itself went with its tray, or was not taken in.
                if not self._ended.is_set() and watch.is_there():
                    self._ended.wait(self._pause)
                    self._pause = min(3 * self._pause, _AGAIN_AFTER[1])
        finally:
            watch.close()

    def _show(self) -> None:
        """Show the icon until its tray ends, or this stay does."""
        from tray.desktop.linux.xembed import Icon  # noqa: PLC0415 - loads pystray, for this kind of tray alone
        from tray.desktop.pystray_icon import PystrayIcon  # noqa: PLC0415

        try:
            backend = Icon(
                self._name, on_offer=partial(self._on_command, Do.OFFER), on_docked=partial(self._tell, True)
            )
            icon = PystrayIcon(backend, on_command=self._on_command, picture=pixmaps.load)
            with self._lock:
                if self._ended.is_set():
                    icon.stop()
                self._icon = icon
                if self._view is not None:
                    icon.apply(self._view)
            icon.run(lambda: None)
        except Exception:
            # The tray went just then; what lasts, such as a server without the kind of pixels it wants, is tried anew.
            log.warning("the icon in the old tray has ended", exc_info=True)
        finally:
            with self._lock:
                self._icon = None


class TrayWatch:
    """
    Tells whether a tray of the old kind is there (System Tray Protocol: who owns the selection).

    Raises:
        Exception: There is no X server, or it has ended.
    """

    def __init__(self) -> None:
        from Xlib import X  # noqa: PLC0415 - loaded where there is no better tray
        from Xlib.display import Display  # noqa: PLC0415

        self._display = Display()
        number = self._display.get_default_screen()
        self._selection = self._display.intern_atom(f"_NET_SYSTEM_TRAY_S{number}")
        # A tray that comes says so there.
        self._display.screen().root.change_attributes(event_mask=X.StructureNotifyMask)

    def is_there(self) -> bool:
        """Tell whether one is there now."""
        return bool(self._display.get_selection_owner(self._selection))

    def wait(self, woken: socket.socket) -> None:
        """Wait until something happened that may be a tray that came, or until that socket is written to."""
        if not self._display.pending_events():
            select.select([self._display, woken], [], [])
        while self._display.pending_events():
            self._display.next_event()

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            self._display.close()


def is_there() -> bool:
    """Tell whether a tray of the old kind is there now; False where there is no X server either."""
    try:
        watch = TrayWatch()
    except Exception:
        log.debug("no X server tells of trays", exc_info=True)
        return False
    try:
        return watch.is_there()
    finally:
        watch.close()
