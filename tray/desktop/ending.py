"""Tells when the system or the person at the terminal wants the program to end."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

if sys.platform == "win32":
    from tray.desktop.windows.ending import follow
else:
    _SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def follow(on_end: Callable[[], None]) -> None:
        """Handle the signals that end a program, but for those that it was started to ignore, as ``nohup`` does."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda _number, _frame: on_end())


__all__ = ["follow_ending"]


def follow_ending(on_end: Callable[[], None]) -> None:
    """
    Listen for as long as the program runs. To be called on the main thread.

    Args:
        on_end: Called on a thread of the system's choice, also in a signal handler: it must only put the news where
            somebody else finds it.
    """
    follow(on_end)
