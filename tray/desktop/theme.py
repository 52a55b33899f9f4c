"""Which icon suits the panel: one for a light panel, one for a dark one, or one for any."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.core.settings import Theme

if sys.platform == "win32":
    from tray.desktop.windows.theme import follow_panel
elif sys.platform == "darwin":
    from tray.desktop.macos.theme import follow_panel
else:
    from tray.desktop.linux.theme import follow_panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.linux.bus import Bus


def follow(bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], Theme]:
    """
    Follow the look of the panel.

    Args:
        bus: The session bus, on Linux; None without one, and on other systems.
        on_change: Called when the panel's look became known or has changed, on the thread that serves the desktop.
            Windows does not tell; there the answer is looked up each time.

    Returns:
        Tells how the panel is; `Theme.COLOUR` while that is not known.
    """
    panel = follow_panel(bus, on_change)
    return lambda: Theme(panel())
