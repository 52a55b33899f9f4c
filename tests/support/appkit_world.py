"""
The Mac behind the stand-in for AppKit: its run loop, its menu bar, and what was done wrong there.

The rules are those of Apple's documentation and of PyObjC 13's metadata, and what other programs met (docs/facts: macOS
icon). What they leave open, this does not decide: nothing of it ran on a Mac, and it is no proof of how macOS behaves.
"""

from __future__ import annotations

import ctypes
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

DEFAULT, COMMON, TRACKING, MODAL = (
    "kCFRunLoopDefaultMode",
    "kCFRunLoopCommonModes",
    "NSEventTrackingRunLoopMode",
    "NSModalPanelRunLoopMode",
)
AQUA, DARK_AQUA, VIBRANT_DARK = "NSAppearanceNameAqua", "NSAppearanceNameDarkAqua", "NSAppearanceNameVibrantDark"
_STUCK_SECONDS = 30
_ACTION_SECONDS, _DISMISSAL_SECONDS = 0.02, 0.05
"""From the closing of a menu until its item acts, and until it is gone from the screen."""


class _Gate:
    """
    What a run loop sleeps on.

    On Linux the wait is one in C, which no signal interrupts: as on macOS, no signal handler of Python runs meanwhile.
    """

    def __init__(self) -> None:
        self._opened = threading.Semaphore(0)
        self._library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._mutex = ctypes.create_string_buffer(64)
        if self._library:
            self._library.pthread_mutex_lock(self._mutex)

    def open(self) -> None:
        if self._library:
            self._library.pthread_mutex_unlock(self._mutex)
        else:
            self._opened.release()

    def wait(self, seconds: float | None) -> None:
        """Wait until it is opened, or that long."""
        patience = _STUCK_SECONDS if seconds is None else seconds
        if self._library:
            whole, part = divmod(time.time() + patience, 1)
            until = (ctypes.c_long * 2)(int(whole), int(part * 1e9))
            opened = self._library.pthread_mutex_timedlock(self._mutex, until) == 0
        else:
            opened = self._opened.acquire(timeout=patience)
        assert opened or seconds is not None, "nothing happens any more"


class World:
    """The Mac: its run loop, its menu bar, and what was done wrong."""

    def __init__(self) -> None:
        self.wrongs: list[str] = []
        self.main: int | None = None
        """The thread that runs the application: the one that first asked for it."""

        self.background_only = False
        """Whether the bundle says ``LSBackgroundOnly``."""

        self.modes: list[str] = []
        self.items: list[Any] = []
        self.hidden_by_the_person: set[str] = set()
        """Autosave names of items that were dragged out of the menu bar: it remembers that between runs."""

        self.is_crowded = False
        """Whether there is no room left in the menu bar, so that the icon's window is not seen."""

        self.appearance = AQUA
        """How the menu bar looks where the icon is."""

        self.application_appearance = AQUA
        self.other_displays: tuple[str, ...] = ()
        """How the menu bars of further displays look, in each of which the icon is drawn too."""

        self.settling_seconds = 0.02
        """How long AppKit reports other appearances after the icon's image was assigned."""

        self.is_attached = False
        """Whether the icon is in the menu bar yet: not before the application runs, and until then it is Aqua."""

        self.tracks_elsewhere = False
        """Whether another process shows the menu, as on macOS 14 and later: then the run loop stays in its mode."""

        self.images_assigned = 0
        self.is_active = False
        self.replies: list[bool] = []
        self.policies: list[int] = []
        self.delegate: Callable[[], Any] = lambda: None
        """What gives the application's delegate, which the application does not keep alive."""

        self.exited = False
        self._performs: deque[tuple[Callable[[], object], tuple[str, ...]]] = deque()
        self._timers: list[tuple[float, Callable[[], object], tuple[str, ...], object]] = []
        self._events: deque[object] = deque()
        self._lock = threading.Lock()
        self._gate = _Gate()
        self._stopping = False
        self._tracked: Any = None
        self._chosen: tuple[Any, Callable[[], None]] | None = None
        self.dismissed: Any = None
        """The menu that closes: it is not open any more, but its item may not have acted yet."""

        self.is_acting = False

    # Threads and the run loop.

    def claim(self) -> None:
        """Become the main thread, unless there is one."""
        if self.main is None:
            self.main = threading.get_ident()

    def only_on_main(self, what: str) -> None:
        if self.main is not None and threading.get_ident() != self.main:
            self.wrongs.append(f"{what} on another thread")

    def perform(self, function: Callable[[], object], *modes: str) -> None:
        with self._lock:
            self._performs.append((function, modes))
        self._gate.open()

    def perform_later(self, seconds: float, function: Callable[[], object], *modes: str, name: object = None) -> None:
        with self._lock:
            self._timers.append((time.monotonic() + seconds, function, modes, name))
            self._timers.sort(key=lambda timer: timer[0])
        self._gate.open()

    def cancel(self, name: object) -> None:
        with self._lock:
            self._timers = [timer for timer in self._timers if timer[3] != name]

    def post(self, event: object) -> None:
        with self._lock:
            self._events.append(event)
        self._gate.open()

    def _next(self) -> Callable[[], object] | None:
        def runs_in(modes: tuple[str, ...]) -> bool:
            return self.modes[-1] in modes or COMMON in modes

        with self._lock:
            for timer in self._timers:
                if timer[0] <= time.monotonic() and runs_in(timer[2]):
                    self._timers.remove(timer)
                    return timer[1]
            for entry in self._performs:
                if runs_in(entry[1]):
                    self._performs.remove(entry)
                    return entry[0]
        return None

    def _turn(self) -> None:
        """Run what is due in this mode, and sleep if nothing is."""
        function = self._next()
        if function is not None:
            function()
            return
        with self._lock:
            due = [timer[0] for timer in self._timers]
        # A timer of another mode may be overdue.
        self._gate.wait(max(0.005, min(due) - time.monotonic()) if due else None)

    def run(self) -> None:
        """``-[NSApplication run]``: ends after an event, once it was told to stop."""
        self.claim()
        self.only_on_main("run")
        self.perform(self._attach, COMMON)
        self.modes.append(DEFAULT)
        try:
            while True:
                with self._lock:
                    event = self._events.popleft() if self._events else None
                if event is None:
                    self._turn()
                elif self._stopping:
                    return
        finally:
            self.modes.pop()

    def stop(self) -> None:
        self._stopping = True

    def _attach(self) -> None:
        self.is_attached = True
        self.tell_of_appearances()

    def on_main(self, function: Callable[[], Any]) -> Any:
        """Have the running application do something, and give what comes of it."""
        answers: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def call() -> None:
            try:
                answers.put((function(), None))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is told
                answers.put((None, error))

        self.perform(call, COMMON)
        answer, error = answers.get(timeout=10)
        if error:
            raise error
        return answer

    # The menu.

    def track(self, menu: Any) -> None:
        """Hold a menu open, until it is closed."""
        self._tracked = menu
        menu.tell_delegate("menuWillOpen:")
        if self.tracks_elsewhere:
            return
        self.modes.append(TRACKING)
        while self._tracked is not None:
            self._turn()
        self.modes.pop()
        self._dismiss(menu)

    def is_open(self, menu: Any) -> bool:
        return menu is not None and self._tracked is menu

    def close_menu(self, chosen: tuple[Any, Callable[[], None]] | None = None) -> None:
        """Close it, on the main thread; with the item that was clicked on, and what to do when it has acted."""
        menu, self._tracked, self._chosen = self._tracked, None, chosen
        if self.tracks_elsewhere and menu is not None:
            self._dismiss(menu)
        self._gate.open()

    def _dismiss(self, menu: Any) -> None:
        """The loop turns before the item acts, and before the menu is gone."""
        self.dismissed = menu
        chosen, self._chosen = self._chosen, None
        menu.tell_delegate("menuDidClose:")
        if chosen is not None:
            item, acted = chosen
            self.perform_later(_ACTION_SECONDS, lambda: self._act(item, acted), DEFAULT)
        self.perform_later(_DISMISSAL_SECONDS, self._is_gone, COMMON)

    def _act(self, item: Any, acted: Callable[[], None]) -> None:
        self.is_acting = True
        try:
            item.send_action()
        finally:
            self.is_acting = False
            acted()

    def _is_gone(self) -> None:
        self.dismissed = None

    # What the system does.

    def terminate(self) -> None:
        """``-[NSApplication terminate:]``, as the system asks for it at the end of a session."""
        reply = self.delegate().send("applicationShouldTerminate:", None)
        assert reply in (1, 2), "the session would not end"
        if reply == 2:
            self.modes.append(MODAL)
            while not self.replies:
                self._turn()
            self.modes.pop()
        # The real one calls exit().
        self.exited = True
        self._stopping = True
        self.post(object())

    def tell_of_appearances(self) -> None:
        for item in self.items:
            item.the_button.tell_observers()

    def change_appearance(self, name: str) -> None:
        """Have the menu bar look otherwise."""

        def change() -> None:
            self.appearance = name
            self.tell_of_appearances()

        self.on_main(change)

    @property
    def item(self) -> Any:
        (item,) = self.items
        return item
