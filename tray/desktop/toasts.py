"""
Notices with buttons through desktop-notifier, on Windows and in the macOS application: the half that the program calls.

Importing the library, and whatever it asks of the system, may take long. So wishes are only queued here, for a thread
that starts with the first of them (`tray.desktop.toast_centre`).
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.command import Command
    from tray.core.view.values import Notice, Slot
    from tray.desktop.notify import Notifier

_log = logging.getLogger(__name__)

_CLOSING_SECONDS = 2.0
"""How long the end of the program waits for its notices to be taken back."""

APPLICATION = "SSO Tray"


Addresses = dict[str, dict[str, str]]
"""By notice and button, the address that a click calls instead of telling us; the key "" is the notice itself."""


class NoCentre(Exception):
    """The system shows no notices of ours, and why."""


class ToastNotifier:
    """
    Shows notices with buttons, replaces them and takes them back; hands on those that the system does not take.

    Args:
        open_centre: Makes a ``desktop_notifier.DesktopNotifier``; called on a thread of its own, may raise anything.
        on_command: Takes what a click asks for; called on a thread of the system's choice.
        fallback: Shows what cannot be shown here.
        ask_at_once: Whether the way is opened now, and not with the first notice: what an earlier run left behind goes,
            and the system is asked whether notices are allowed. macOS hands that question on to the person, who had
            better be there.
        denial_is_final: Tells whether a "no" of the system is the person's own, and nothing is to be shown otherwise;
            called on the thread of the notices.
        addresses: Takes what the clicks on each notice call, before it is sent; None where a system has no use for it.
    """

    def __init__(
        self,
        open_centre: Callable[[], Any],
        on_command: Callable[[Command], None],
        fallback: Notifier,
        *,
        ask_at_once: bool = False,
        denial_is_final: Callable[[], bool] = lambda: False,
        addresses: Addresses | None = None,
    ) -> None:
        self._open_centre = open_centre
        self._on_command = on_command
        self._fallback = fallback
        self._ask_at_once = ask_at_once
        self._denial_is_final = denial_is_final
        self._addresses = addresses
        self._lock = threading.Lock()
        self._wishes: queue.SimpleQueue[tuple[Slot, Notice | None] | None] = queue.SimpleQueue()
        """What each slot is to show; None at the end."""

        self._wanted: dict[Slot, Notice | None] = {}
        """The last wish for each slot: one that is no longer the last need not be shown for a moment."""

        self._thread: threading.Thread | None = None
        self._closed = False
        if ask_at_once:
            with self._lock:
                self._start()

    def show(self, notice: Notice) -> bool:
        """Show a notice, in place of the one shown in its slot."""
        self._wish(notice.slot, notice)
        return True

    def withdraw(self, slot: Slot) -> None:
        """Take back what is shown in a slot, also if it is only on its way there."""
        self._wish(slot, None)

    def close(self) -> None:
        """Take everything back and show nothing more. Waits a moment, for the program may be gone right afterwards."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wishes.put(None)
        if thread is not None:
            thread.join(_CLOSING_SECONDS)
        self._fallback.close()

    def _wish(self, slot: Slot, notice: Notice | None) -> None:
        with self._lock:
            if self._closed or (notice is None and self._thread is None):
                return
            self._wanted[slot] = notice
            self._wishes.put((slot, notice))
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="toasts", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            # Loads the library, and asyncio.
            from tray.desktop.toast_centre import ToastCentre, serve  # noqa: PLC0415

            def make() -> ToastCentre:
                return ToastCentre(
                    self._open_centre, self._on_command, self._fallback, self._denial_is_final, self._addresses
                )

            serve(make, self._wishes, self._wanted, ask_at_once=self._ask_at_once)
        except Exception as error:  # noqa: BLE001 - the library and the system behind it may raise anything
            _log.warning("no notices with buttons: %s", str(error) or type(error).__name__)
            for slot, notice in iter(self._wishes.get, None):
                if notice is None:
                    self._fallback.withdraw(slot)
                else:
                    self._fallback.show(notice)
