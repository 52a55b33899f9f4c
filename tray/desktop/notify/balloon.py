"""Notices through the tray icon's own balloon, on Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.desktop.notify.plain import beside, plain_texts

if TYPE_CHECKING:
    from tray.core.surface import Notice, Slot


class Balloon(Protocol):
    """What the tray icon lends us; both are called on a thread of ours."""

    def show_balloon(self, title: str, body: str) -> None:
        """Show a text: at most 63 and 255 UTF-16 units, neither empty."""

    def hide_balloon(self) -> None:
        """Hide the text that is shown, if any is."""


class BalloonNotifier:
    """One balloon, so one notice at a time. It has no buttons."""

    def __init__(self, balloon: Balloon) -> None:
        self._balloon = balloon
        self._shown: Slot | None = None
        self._closed = False

    def show(self, notice: Notice) -> None:
        """Show a notice, in place of any other."""
        if self._closed:
            return
        self._shown = notice.slot
        title, body = plain_texts(notice)
        beside(lambda: self._balloon.show_balloon(title, body))

    def withdraw(self, slot: Slot) -> None:
        """Hide the balloon if it shows what is in this slot."""
        if self._shown is slot:
            self._shown = None
            beside(self._balloon.hide_balloon)

    def close(self) -> None:
        """Hide the balloon and show nothing more."""
        self._closed = True
        if self._shown:
            self.withdraw(self._shown)
