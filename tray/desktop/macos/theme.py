"""
The panel's look on macOS: that of the menu bar, which is dark or light as the wallpaper is, whatever the appearance.

Only the icon's own place in it tells (`tray.desktop.macos.trayicon` listens there). Before that is known, the dark
appearance has a dark menu bar, and the light one has either.

Checked with the system's calls faked; not run on macOS.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.linux.bus import Bus


class MenuBar:
    """What is known of the menu bar's look."""

    def __init__(self) -> None:
        self.theme = ""
        self.on_change: Callable[[], None] = lambda: None

    def tell(self, theme: str) -> None:
        """Take what the icon's place says; called on the main thread."""
        if theme != self.theme:
            self.theme = theme
            self.on_change()


MENU_BAR = MenuBar()
"""There is but one."""


def follow_panel(_bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], str]:
    """Follow the menu bar; ``on_change`` is called on the main thread."""
    defaults = import_module("Foundation").NSUserDefaults.standardUserDefaults()
    MENU_BAR.on_change = on_change

    def theme() -> str:
        by_setting = "dark" if defaults.stringForKey_("AppleInterfaceStyle") == "Dark" else "colour"
        return MENU_BAR.theme or by_setting

    return theme
