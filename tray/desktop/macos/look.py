"""
How the menu bar looks where the icon is: dark or light, as the wallpaper behind it and the display's use have it.

Assigning the button's image makes AppKit report the application's own appearance for a moment, and then the menu bar's
again (docs/facts: macOS icon). Who draws anew at each report makes the next one: other programs were seen at 75 to
104 % of a processor. So a report decides nothing here. The button itself is asked when it has been left alone for a
while, and what is news is asked twice; and looks that change faster than a person changes them are followed no longer.

Checked with a stand-in for AppKit that reports so, one display or several; not run on macOS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tray.core.settings import Theme
from tray.desktop.macos.system_events import MENU_BAR

log = logging.getLogger(__name__)

_AppKit: Any = import_module("AppKit")
_Foundation: Any = import_module("Foundation")

_SETTLING_SECONDS = 0.2
_CHANGES, _CHANGES_SECONDS = 5, 10.0
"""So many changes of the look in so short a time are no person's doing."""

_APPEARANCE = "effectiveAppearance"


def guarded(function: Callable[[], Any], otherwise: Any = None) -> Any:
    """Do what AppKit asks for; an exception must not reach its run loop, which it would end."""
    try:
        return function()
    except Exception:
        log.exception("the icon did not do what macOS asked of it")
        return otherwise


class SsoTrayObserver(_Foundation.NSObject):  # type: ignore[misc]
    """What Foundation tells, handed on. None of it may return anything."""

    look: FollowedLook

    def observeValueForKeyPath_ofObject_change_context_(  # noqa: N802 - Foundation's name
        self, _path: str, _button: object, _change: object, _context: object
    ) -> None:
        """Note that the look may have changed."""
        guarded(self.look.await_rest)

    def readLook_(self, _nothing: object) -> None:  # noqa: N802 - made into a selector
        """Read it."""
        guarded(self.look.read)

    def forgetChange_(self, _nothing: object) -> None:  # noqa: N802 - made into a selector
        """Forget a change that was long ago."""
        guarded(self.look.forget_change)


class FollowedLook:
    """
    Tells `MENU_BAR` how it looks where a button of it is. All of this happens on the main thread.

    Args:
        button: The ``NSStatusBarButton``.
    """

    def __init__(self, button: Any) -> None:
        self._button = button
        self._changes = 0
        self._read: Theme | None = None
        """What was read that is news, and is not believed yet."""

        # The button does not keep it alive.
        self._observer = SsoTrayObserver.alloc().init()
        self._observer.look = self
        self._follows = True
        button.addObserver_forKeyPath_options_context_(
            self._observer, _APPEARANCE, _Foundation.NSKeyValueObservingOptionInitial, None
        )

    def await_rest(self) -> None:
        """Read the look when it has been left alone for a while."""
        _Foundation.NSObject.cancelPreviousPerformRequestsWithTarget_selector_object_(self._observer, "readLook:", None)
        self._later(_SETTLING_SECONDS, "readLook:")

    def read(self) -> None:
        """Read what the button itself says; what is news counts when it is read a second time."""
        names = [_AppKit.NSAppearanceNameAqua, _AppKit.NSAppearanceNameDarkAqua]
        best = self._button.effectiveAppearance().bestMatchFromAppearancesWithNames_(names)
        theme = Theme.DARK if best == names[1] else Theme.LIGHT
        if not self._follows or theme == MENU_BAR.theme:
            self._read = None
        elif theme != self._read:
            self._read = theme
            self.await_rest()
        else:
            self._read = None
            self._believe(theme)

    def forget_change(self) -> None:
        """Count one change less."""
        self._changes -= 1

    def follow_no_longer(self) -> None:
        """Stop observing the button."""
        if self._follows:
            self._follows = False
            self._button.removeObserver_forKeyPath_(self._observer, _APPEARANCE)

    def _believe(self, theme: Theme) -> None:
        self._changes += 1
        self._later(_CHANGES_SECONDS, "forgetChange:")
        if self._changes < _CHANGES:
            MENU_BAR.tell(theme)
            return
        log.warning("the look of the menu bar does not settle, and is followed no longer")
        self.follow_no_longer()
        MENU_BAR.tell(None)

    def _later(self, seconds: float, selector: str) -> None:
        """Also while a menu is open."""
        self._observer.performSelector_withObject_afterDelay_inModes_(
            selector, None, seconds, [_Foundation.NSRunLoopCommonModes]
        )
