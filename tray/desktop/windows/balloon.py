"""Notices through the tray icon's own balloon, on Windows where toasts do not work."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from tray.desktop.plain_notices import beside, plain_texts

if TYPE_CHECKING:
    from tray.core.command import Command
    from tray.core.view.values import Notice, Slot
    from tray.desktop.notify import Notifier

_log = logging.getLogger(__name__)


class Balloon(Protocol):
    """What the tray icon lends us; both are called on a thread of ours."""

    def show_balloon(self, title: str, body: str, command: Command | None) -> None:
        """Show a text: at most 63 and 255 UTF-16 units, neither empty; a click on it asks for the command."""

    def hide_balloon(self) -> None:
        """Hide the text that is shown, if any is."""


class BalloonNotifier:
    """
    One balloon, so one notice at a time. It has no buttons, but can be clicked.

    Args:
        balloon: The icon's.
        otherwise: Shows what the balloon fails to.
    """

    def __init__(self, balloon: Balloon, otherwise: Notifier) -> None:
        self._balloon = balloon
        self._otherwise = otherwise
        self._shown: Slot | None = None
        self._closed = False

    def show(self, notice: Notice) -> None:
        """Show a notice, in place of any other."""
        if self._closed:
            return
        self._shown = notice.slot
        beside(lambda: self._show(notice))

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
        self._otherwise.close()

    def _show(self, notice: Notice) -> None:
        try:
            self._balloon.show_balloon(*plain_texts(notice), notice.command)
        except Exception as error:  # noqa: BLE001 - the system may refuse in any way
            _log.info("no balloon: %s", str(error) or type(error).__name__)
            self._otherwise.show(notice)
