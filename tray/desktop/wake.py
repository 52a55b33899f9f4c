"""
Tells when the computer wakes from sleep, as the system itself says it.

Where no system tells, the loop finds out within a minute by its own clock.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if sys.platform == "win32":
    from tray.desktop.windows.wake import follow
elif sys.platform == "darwin":
    from tray.desktop.macos.wake import follow
else:
    from tray.desktop.linux.wake import follow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Follower", "follow_wake"]


class Follower(Protocol):
    """Somebody who listens."""

    def close(self) -> None:
        """Listen no more."""


def follow_wake(on_wake: Callable[[], None]) -> Follower | None:
    """
    Listen for the end of each sleep.

    Args:
        on_wake: Called on a thread of the system's choice: it must only put the news where somebody else finds it.

    Returns:
        What listens, to be closed in the end; None where the system does not tell.
    """
    return follow(on_wake)
