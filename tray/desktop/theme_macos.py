"""The panel's look on macOS: its menu bar is dark in the dark appearance, and else follows the wallpaper."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus


def follow_panel(_bus: Bus | None, _on_change: Callable[[], None]) -> Callable[[], str]:
    """Look the appearance up whenever it is wanted."""
    defaults = import_module("Foundation").NSUserDefaults.standardUserDefaults()
    return lambda: "dark" if defaults.stringForKey_("AppleInterfaceStyle") == "Dark" else "colour"
