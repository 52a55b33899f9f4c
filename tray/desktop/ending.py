"""Tells when the system or the person at the terminal wants the program to end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if sys.platform == "win32":
    from tray.desktop.ending_windows import follow
else:
    from tray.desktop.ending_posix import follow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["follow_ending"]


def follow_ending(on_end: Callable[[], None]) -> None:
    """
    Listen for as long as the program runs. To be called on the main thread.

    Args:
        on_end: Called on a thread of the system's choice, also in a signal handler: it must only put the news where
            somebody else finds it.
    """
    follow(on_end)
