"""
pystray's macOS backend, made safe for a program whose icon changes while the person uses it.

What it changes (docs/facts: Threads of pystray, macOS icon): AppKit may only be changed on the main thread, and its
menu not while it is open, closes, or has an item act; a click means the item that was clicked, not whatever stands in
its place by then; the icon is blurred on a Retina screen; the interpreter shows up in the Dock; and Ctrl-C, or the end
of the session, would end the process before it has put its things in order.

PyObjC's ``AppHelper.callAfter`` would bring a change to the main thread as well, but in every mode of its run loop, so
also while the menu is open; the default mode waits until it is closed, where this process itself shows it. Where
another one does (macOS 14 and later), only the menu's delegate tells.

Checked with pystray's own code on a stand-in for AppKit that holds AppKit's rules; nothing of it ran on a Mac.
"""

from __future__ import annotations

import functools
import io
import logging
import threading
from collections.abc import Callable
from typing import Any

import pystray._darwin as _native
from pystray import Menu

from tray.core.command import Command, Do
from tray.core.model import Status
from tray.desktop import icons
from tray.desktop.macos.look import FollowedLook, guarded
from tray.desktop.macos.system_events import signals_heard
from tray.desktop.pystray_icon import PystrayIcon

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
POINTS = 18
"""What the menu bar has room for, as Apple's guidelines and its own icons have it; two pixels a point on a Retina."""

_LEAVING_SECONDS = 5.0
"""How long the end of the session waits for us. The system itself would wait longer, and then blame us by name."""

_CLOSING_SECONDS = 0.2
"""How long a menu that was closed may be on the screen yet, or its item may not have acted yet."""

_SEEN_AFTER_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""When to look whether the menu bar shows the icon, each counted from the look before."""

_VISIBLE = 2
"""``NSWindowOcclusionStateVisible``"""

_AppKit, _Foundation, _objc = _native.AppKit, _native.Foundation, _native.objc


class SsoTrayCaller(_Foundation.NSObject):  # type: ignore[misc, name-defined]
    """Runs functions on the main thread."""

    def call_(self, function: Callable[[], None]) -> None:
        """Run it."""
        guarded(function)


class SsoTrayDelegate(_Foundation.NSObject):  # type: ignore[misc, name-defined]
    """
    What AppKit asks and tells, handed on to the icon.

    The methods' names are AppKit's and Foundation's, or are made into selectors in the same way: a ``:`` for each
    ``_``, and an argument for each ``:``. Those that answer nothing must return nothing.
    """

    icon: Icon

    # NSApplicationTerminateReply is an NSUInteger.
    @_objc.typedSelector(b"Q@:@")  # type: ignore[untyped-decorator]
    def applicationShouldTerminate_(self, _sender: object) -> int:  # noqa: N802
        """Answer whether the process may end, at the end of the session or when told to quit."""
        answer: int = guarded(self.icon.leave, otherwise=_AppKit.NSTerminateNow)
        return answer

    @_objc.typedSelector(b"Z@:@Z")  # type: ignore[untyped-decorator]
    def applicationShouldHandleReopen_hasVisibleWindows_(self, _sender: object, _visible: bool) -> bool:  # noqa: N802
        """Answer a second start of the application."""
        guarded(self.icon.greet)
        return False

    def seeIcon_(self, _nothing: object) -> None:  # noqa: N802
        """Look whether the menu bar shows the icon."""
        guarded(self.icon.see_itself)

    def menuWillOpen_(self, _menu: object) -> None:  # noqa: N802
        """Leave the menu alone from now on."""
        guarded(self.icon.menu_opens)

    def menuDidClose_(self, _menu: object) -> None:  # noqa: N802
        """Note that the menu closes; its item has not acted yet."""
        guarded(self.icon.menu_closes)

    def menuIsGone_(self, _nothing: object) -> None:  # noqa: N802
        """Change what was to be changed meanwhile."""
        guarded(self.icon.menu_is_gone)

    def activateItem_(self, item: Any) -> None:  # noqa: N802
        """Do what the item says that was clicked."""
        guarded(lambda: self.icon.activate(item.representedObject()))


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
        self._menu_in_use = False
        self._waiting: list[Callable[[], None]] = []
        """What is to be changed when the menu is gone."""

        self._when_to_see = list(_SEEN_AFTER_SECONDS)
        self._caller = SsoTrayCaller.alloc().init()
        # AppKit keeps no delegate, target or observer alive, so we do.
        self._our_delegate = SsoTrayDelegate.alloc().init()
        self._our_delegate.icon = self
        self._app.setDelegate_(self._our_delegate)
        self._app.setActivationPolicy_(_AppKit.NSApplicationActivationPolicyAccessory)
        # By this name the system remembers where in the menu bar the person has put the icon; also that they dragged it
        # out, and they start the program to have it there.
        self._status_item.setAutosaveName_(name)
        if not self._status_item.isVisible():
            self._status_item.setVisible_(True)
        self._look = FollowedLook(self._status_item.button())

    def schedule(self, function: Callable[[], None]) -> None:
        """Have a function run on the main thread, not while the menu is open or closes."""
        self._call(lambda: self._when_free(function), _Foundation.NSDefaultRunLoopMode)

    def end(self) -> None:
        """End the event loop as soon as it runs, also with the menu open."""
        self._call(self._end, _Foundation.NSRunLoopCommonModes)

    def leave(self) -> int:
        """Have the process end in good order: what the loop still has to do first, it does within seconds."""
        self._on_command(Do.QUIT)
        self._leaving = True
        patience = threading.Timer(_LEAVING_SECONDS, self.end)
        patience.daemon = True
        patience.start()
        later: int = _AppKit.NSTerminateLater
        return later

    def greet(self) -> None:
        """Answer a second start, and give the screen back to the application that had it."""
        self._on_command(Do.SHOW_STATUS)
        self._app.hide_(None)

    # The menu.

    def activate(self, descriptor: Any) -> None:
        """Do what an item says; None for one that says nothing. No menu is made here: it would be one too many."""
        if descriptor is not None:
            descriptor(self)

    def menu_opens(self) -> None:
        """Change nothing from now on."""
        _Foundation.NSObject.cancelPreviousPerformRequestsWithTarget_selector_object_(
            self._our_delegate, "menuIsGone:", None
        )
        self._menu_in_use = True

    def menu_closes(self) -> None:
        """Change nothing for a moment yet."""
        self._later(_CLOSING_SECONDS, "menuIsGone:", _Foundation.NSDefaultRunLoopMode)

    def menu_is_gone(self) -> None:
        """Make the changes that have waited."""
        self._menu_in_use = False
        waiting, self._waiting = self._waiting, []
        for function in waiting:
            guarded(function)

    def _when_free(self, function: Callable[[], None]) -> None:
        if self._menu_in_use:
            self._waiting.append(function)
        else:
            function()

    def _create_menu(self, descriptors: Any, callbacks: list[Any]) -> Any:
        menu = super()._create_menu(descriptors, callbacks)
        if menu is not None and descriptors is self.menu:
            menu.setDelegate_(self._our_delegate)
        return menu

    def _create_menu_item(self, descriptor: Any, callbacks: list[Any]) -> Any:
        """Do as pystray does, but have the item itself carry what it means."""
        item = super()._create_menu_item(descriptor, callbacks)
        if descriptor is not Menu.SEPARATOR and not descriptor.submenu:
            item.setRepresentedObject_(descriptor)
            item.setTarget_(self._our_delegate)
            item.setAction_("activateItem:")
        return item

    # Whether it is seen.

    def see_itself(self) -> None:
        """Tell when the menu bar shows the icon. There may be no room for it, or a notch where it would be."""
        window = self._status_item.button().window()
        if window is not None and self._status_item.isVisible() and window.occlusionState() & _VISIBLE:
            self._on_host(True)
        elif self._when_to_see:
            self._later(self._when_to_see.pop(0), "seeIcon:", _Foundation.NSRunLoopCommonModes)
        else:
            log.warning("the menu bar does not show the icon; there may be no room for it beside the notch")

    # The run loop.

    def _call(self, function: Callable[[], None], mode: str) -> None:
        self._caller.performSelectorOnMainThread_withObject_waitUntilDone_modes_("call:", function, False, [mode])

    def _later(self, seconds: float, selector: str, mode: str) -> None:
        """Have the delegate do something later; called on the main thread."""
        self._our_delegate.performSelector_withObject_afterDelay_inModes_(selector, None, seconds, [mode])

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        if self._menu_handle:
            self._menu_handle[0].cancelTracking()
        if self._leaving:
            # AppKit ends the process in this call, and nothing of Python runs any more.
            log.info("SSO Tray ends with the session")
            logging.shutdown()
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
            self._look.follow_no_longer()
            self._status_bar.removeStatusItem_(self._status_item)
            # Else pystray hides it when it is collected, on whatever thread that happens.
            self._visible = False

    def _mark_ready(self) -> None:
        super()._mark_ready()
        self.see_itself()

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
