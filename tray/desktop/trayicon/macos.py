"""
pystray's macOS backend, made safe for a program whose icon changes while the person uses it.

What it mends (DESKTOP-FACTS sections 1 and 9): AppKit may only be changed on the main thread, and not while the menu is
open; the icon is blurred on a Retina screen; the interpreter shows up in the Dock.

Written from pystray's source and Apple's documentation; the type checker is all that has run it so far.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

from tray.core.command import Command
from tray.core.model import Status
from tray.desktop import icons
from tray.desktop.trayicon.adapter import PystrayIcon, load_backend

APPLICATION = "sso-tray"
PIXELS = 44
"""The menu bar is 22 points high; a Retina screen shows two pixels a point."""

_native = load_backend("darwin")


class _Caller(_native.Foundation.NSObject):  # type: ignore[misc, name-defined]
    """Runs functions for `Icon.schedule`."""

    def call_(self, function: Callable[[], None]) -> None:
        """Run it."""
        function()


class Icon(_native.Icon):  # type: ignore[misc, name-defined]
    """An icon that may be changed through `schedule` while its menu is open."""

    _icon_image: Any

    def __init__(self, name: str, *, on_host: Callable[[bool], None]) -> None:
        super().__init__(name)
        self._on_host = on_host
        self._caller = _Caller.alloc().init()
        self._app.setActivationPolicy_(_native.AppKit.NSApplicationActivationPolicyAccessory)

    def schedule(self, function: Callable[[], None]) -> None:
        """Have a function run on the main thread, in its default mode only: not while a menu is open."""
        self._caller.performSelectorOnMainThread_withObject_waitUntilDone_modes_(
            "call:", function, False, [_native.Foundation.NSDefaultRunLoopMode]
        )

    def end(self) -> None:
        """End the event loop as soon as it runs."""
        self.schedule(self._stop)

    def _mark_ready(self) -> None:
        super()._mark_ready()
        self._on_host(True)

    def _assert_image(self) -> None:
        if self._icon_image:
            return
        encoded = io.BytesIO()
        self._icon.save(encoded, "png")
        self._icon_image = _native.AppKit.NSImage.alloc().initWithData_(_native.Foundation.NSData(encoded.getvalue()))
        points = self._status_bar.thickness()
        self._icon_image.setSize_((points, points))
        # A template image would lose its colours.
        self._icon_image.setTemplate_(False)
        self._status_item.button().setImage_(self._icon_image)


def create(
    on_command: Callable[[Command], None],
    *,
    on_host: Callable[[bool], None],
) -> PystrayIcon:
    """Make the icon of this program; the arguments are those of `tray.desktop.trayicon.create`."""

    @functools.cache
    def picture(status: Status, theme: str) -> Any:
        return icons.draw(status, PIXELS, theme)

    icon = Icon(APPLICATION, on_host=on_host)
    return PystrayIcon(icon, on_command=on_command, picture=picture, schedule=icon.schedule, stop=icon.end)
