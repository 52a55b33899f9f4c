"""
Waking, the look of the menu bar, and signals on macOS.

The menu bar is dark or light as the wallpaper is, whatever the appearance. Only the icon's own place in it tells
(`tray.desktop.macos.look` listens there). Before that is known, the dark appearance has a dark menu bar, and the
light one has either.

Written from Apple's documentation; checked with the system's calls faked, signals on Linux with a wait in C that no
signal interrupts; not run on macOS.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from tray.core.settings import Theme

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus

log = logging.getLogger(__name__)


def follow_wake(on_wake: Callable[[], None]) -> Callable[[], object]:
    """Observe the workspace's ``NSWorkspaceDidWakeNotification``, which comes on the main thread's run loop."""
    appkit = import_module("AppKit")
    centre = appkit.NSWorkspace.sharedWorkspace().notificationCenter()

    def told(_notification: object) -> None:
        try:
            on_wake()
        except Exception:  # It must not reach AppKit's run loop, which it would end.
            log.exception("the end of a sleep was not heard of")

    observer = centre.addObserverForName_object_queue_usingBlock_(
        appkit.NSWorkspaceDidWakeNotification, None, None, told
    )
    return lambda: centre.removeObserver_(observer)


def session_name(_bus: Bus | None) -> str:
    """Name no session: a person has one."""
    return ""


class MenuBar:
    """What is known of the menu bar's look."""

    def __init__(self) -> None:
        self.theme: Theme | None = None
        self.on_change: Callable[[], None] = lambda: None

    def tell(self, theme: Theme | None) -> None:
        """Take what the icon's place says, or None where it cannot be told; called on the main thread."""
        if theme != self.theme:
            self.theme = theme
            self.on_change()


MENU_BAR = MenuBar()
"""There is but one."""


def follow_panel(_bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], Theme]:
    """Follow the menu bar; ``on_change`` is called on the main thread."""
    defaults = import_module("Foundation").NSUserDefaults.standardUserDefaults()
    MENU_BAR.on_change = on_change

    def theme() -> Theme:
        by_setting = Theme.DARK if defaults.stringForKey_("AppleInterfaceStyle") == "Dark" else Theme.COLOUR
        return MENU_BAR.theme or by_setting

    return theme


@contextmanager
def signals_heard(nudge: Callable[[], None]) -> Iterator[None]:
    """
    Call ``nudge``, on another thread, whenever there was a signal; it is to have the main thread execute some Python.

    A signal only makes Python note that its handler is due; the handler runs when the main thread next executes Python,
    and in AppKit's event loop that may be in an hour. But Python can also write a byte to a socket at once, which a
    thread can wait for. (PyObjC's MachSignals would take the signals away from those who handle them, and knows one
    mode of the run loop only.)

    On any thread but the main one, which alone can handle signals, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = socket.socketpair()
    writing.setblocking(False)

    def listen() -> None:
        while reading.recv(64):
            nudge()

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        listener.join()
        reading.close()
