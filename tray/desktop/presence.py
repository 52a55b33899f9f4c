"""
Whether anybody is there to see a notice: one port, and an adapter for each system in the folder of that name.

Only what the system says of a lock, of an inactive session or of a screensaver counts. Idleness holds nothing back, for
who reads a long page is there; and what is not known counts as present.

``follow_presence(presence, bus, on_change)`` begins to listen and returns a function that ends that, or None where the
system tells nothing. ``bus`` is the session bus, on Linux. ``on_change`` is called on a thread of the system's choice.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus


class Presence:
    """What was told of the session of this tray. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away: frozenset[str] = frozenset()

    @property
    def there(self) -> bool:
        """Whether somebody would see a notice, as far as anybody knows."""
        return not self._away

    def tell(self, why: str, *, away: bool) -> bool:
        """Take in what one of those who know says; tells whether it makes a difference."""
        with self._lock:
            before = self._away
            self._away = before | {why} if away else before - {why}
            return bool(before) is not bool(self._away)

    def acted(self) -> None:
        """Somebody has just clicked, and so is there: a lock screen that crashed never says that it went."""
        with self._lock:
            self._away = frozenset()


def follow_presence(presence: Presence, bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], object] | None:
    """Have what the system tells go into the presence; see above."""
    # Not needed before the icon is up, and each exists for its system only.
    if sys.platform == "win32":
        from tray.desktop.windows.presence import follow_presence  # noqa: PLC0415
    elif sys.platform == "darwin":
        from tray.desktop.macos.presence import follow_presence  # noqa: PLC0415
    else:
        from tray.desktop.linux.presence import follow_presence  # noqa: PLC0415
    return follow_presence(presence, bus, on_change)
