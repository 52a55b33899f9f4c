"""
pystray's macOS backend, made safe for a program whose icon changes while the person uses it.

What it changes (docs/facts: Threads of pystray, macOS icon): AppKit may only be changed on the main thread, and not
while the menu is open; the icon is blurred on a Retina screen; the interpreter shows up in the Dock; and Ctrl-C, or the
end of the session, would end the process before it has put its things in order.

PyObjC's ``AppHelper.callAfter`` would bring a change to the main thread as well, but in every mode of its run loop, so
also while the menu is open; only the default mode waits until it is closed.

Checked with pystray's own code on AppKit's calls faked; not run on macOS.
"""

from __future__ import annotations

import functools
import io
import logging
import threading
from collections.abc import Callable
from typing import Any

import pystray._darwin as _native

from tray.core.command import Command, Do
from tray.core.model import Status
from tray.core.settings import Theme
from tray.desktop import icons
from tray.desktop.macos.system_events import MENU_BAR, signals_heard
from tray.desktop.pystray_icon import PystrayIcon

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
POINTS = 22
"""The menu bar is 22 points high; a Retina screen shows two pixels a point."""

_LEAVING_SECONDS = 5.0
"""How long the end of the session waits for us. The system itself would wait longer, and then blame us by name."""

_APPEARANCE = "effectiveAppearance"

_AppKit, _Foundation, _objc = _native.AppKit, _native.Foundation, _native.objc


class SsoTrayCaller(_Foundation.NSObject):  # type: ignore[misc, name-defined]
    """Runs functions on the main thread. An exception must not reach the run loop, which it would end."""

    def call_(self, function: Callable[[], None]) -> None:
        """Run it."""
        try:
            function()
        except Exception:
            log.exception("a change of the icon failed")


class SsoTrayDelegate(_Foundation.NSObject):  # type: ignore[misc, name-defined]
    """What the system asks of the application, handed on to the icon; and the look of the icon's place."""

    icon: Icon

    # NSApplicationTerminateReply is an NSUInteger.
    @_objc.typedSelector(b"Q@:@")  # type: ignore[untyped-decorator]
    def applicationShouldTerminate_(self, _sender: object) -> int:  # noqa: N802 - AppKit's name
        """Answer whether the process may end, at the end of the session or when told to quit."""
        return self.icon.leave()

    @_objc.typedSelector(b"Z@:@Z")  # type: ignore[untyped-decorator]
    def applicationShouldHandleReopen_hasVisibleWindows_(  # noqa: N802 - AppKit's name
        self, _sender: object, _visible: bool
    ) -> bool:
        """Answer a second start of the application."""
        self.icon.greet()
        return False

    def observeValueForKeyPath_ofObject_change_context_(  # noqa: N802 - Foundation's name
        self, _path: str, button: Any, _change: object, _context: object
    ) -> None:
        """Tell how the menu bar looks where the icon is."""
        names = [_AppKit.NSAppearanceNameAqua, _AppKit.NSAppearanceNameDarkAqua]
        dark = button.effectiveAppearance().bestMatchFromAppearancesWithNames_(names) == names[1]
        MENU_BAR.tell(Theme.DARK if dark else Theme.LIGHT)


class Icon(_native.Icon):  # type: ignore[misc]
    """An icon that may be changed through `schedule` while its menu is open, and whose images are for AppKit."""

    _icon_image: Any
    _menu_handle: Any
    _visible: bool

    def __init__(self, name: str, *, on_command: Callable[[Command], None], on_host: Callable[[bool], None]) -> None:
        super().__init__(name)
        self._on_command = on_command
        self._on_host = on_host
        self._leaving = self._ended = False
        self._caller = SsoTrayCaller.alloc().init()
        # AppKit keeps no delegate alive, so we do.
        self._our_delegate = SsoTrayDelegate.alloc().init()
        self._our_delegate.icon = self
        self._app.setDelegate_(self._our_delegate)
        self._app.setActivationPolicy_(_AppKit.NSApplicationActivationPolicyAccessory)
        # By this name the system remembers where in the menu bar the person has put the icon.
        self._status_item.setAutosaveName_(name)
        self._status_item.button().addObserver_forKeyPath_options_context_(
            self._our_delegate, _APPEARANCE, _Foundation.NSKeyValueObservingOptionInitial, None
        )

    def schedule(self, function: Callable[[], None]) -> None:
        """Have a function run on the main thread, in its default mode only: not while a menu is open."""
        self._call(function, _Foundation.NSDefaultRunLoopMode)

    def end(self) -> None:
        """End the event loop as soon as it runs, also with the menu open."""
        self._call(self._end, _Foundation.NSRunLoopCommonModes)

    def leave(self) -> int:
        """Have the process end in good order: what the loop still has to do first, it does within seconds."""
        self._leaving = True
        self._on_command(Do.QUIT)
        patience = threading.Timer(_LEAVING_SECONDS, self.end)
        patience.daemon = True
        patience.start()
        later: int = _AppKit.NSTerminateLater
        return later

    def greet(self) -> None:
        """Answer a second start."""
        self._on_command(Do.SHOW_STATUS)

    def _call(self, function: Callable[[], None], mode: str) -> None:
        self._caller.performSelectorOnMainThread_withObject_waitUntilDone_modes_("call:", function, False, [mode])

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        if self._menu_handle:
            self._menu_handle[0].cancelTracking()
        if self._leaving:
            # AppKit ends the process in this call.
            self._app.replyToApplicationShouldTerminate_(True)
        else:
            self._stop()

    def _run(self) -> None:
        """Do as pystray does, but leave what becomes of signals to those who handle them."""
        self._mark_ready()
        try:
            with signals_heard(nudge=lambda: self._call(_do_nothing, _Foundation.NSRunLoopCommonModes)):
                self._app.run()
        finally:
            self._status_item.button().removeObserver_forKeyPath_(self._our_delegate, _APPEARANCE)
            self._status_bar.removeStatusItem_(self._status_item)
            # Else pystray hides it when it is collected, on whatever thread that happens.
            self._visible = False

    def _mark_ready(self) -> None:
        super()._mark_ready()
        self._on_host(True)

    def _update_title(self) -> None:
        super()._update_title()
        self._status_item.button().setAccessibilityLabel_(self.title)

    def _assert_image(self) -> None:
        self._icon_image = self._icon
        self._status_item.button().setImage_(self._icon_image)


def _do_nothing() -> None:
    """Let the interpreter run, which handles its signals then."""


def image(status: Status, theme: str) -> Any:
    """Draw the icon of a status as an ``NSImage`` that is sharp on every screen."""
    made = _AppKit.NSImage.alloc().initWithSize_((POINTS, POINTS))
    for pixels in (POINTS, 2 * POINTS):
        encoded = io.BytesIO()
        icons.draw(status, pixels, theme).save(encoded, "png")
        content = encoded.getvalue()
        data = _Foundation.NSData.dataWithBytes_length_(content, len(content))
        representation = _AppKit.NSBitmapImageRep.imageRepWithData_(data)
        representation.setSize_((POINTS, POINTS))
        made.addRepresentation_(representation)
    # A template image would lose its colours.
    made.setTemplate_(False)
    return made


def create(
    on_command: Callable[[Command], None],
    *,
    on_host: Callable[[bool], None],
) -> PystrayIcon:
    """Make the icon of this program; the arguments are those of `tray.desktop.trayicon.create`."""
    icon = Icon(APPLICATION, on_command=on_command, on_host=on_host)
    picture = functools.cache(image)
    return PystrayIcon(icon, on_command=on_command, picture=picture)
