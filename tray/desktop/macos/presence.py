"""
Whether anybody is there, by what macOS tells of the session: another person's is on the screen, it is locked, or a
screensaver runs.

Written from Apple's documentation of ``NSWorkspace`` and ``NSDistributedNotificationCenter``; that loginwindow and the
screensaver post these names is known, but nowhere documented. Checked with the system's calls faked; not run on macOS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.desktop.linux.bus import Bus
    from tray.desktop.presence import Presence

log = logging.getLogger(__name__)

_OF_THE_WORKSPACE = {
    "NSWorkspaceSessionDidResignActiveNotification": ("session", True),
    "NSWorkspaceSessionDidBecomeActiveNotification": ("session", False),
}
_DISTRIBUTED = {
    "com.apple.screenIsLocked": ("lock", True),
    "com.apple.screenIsUnlocked": ("lock", False),
    "com.apple.screensaver.didstart": ("screensaver", True),
    "com.apple.screensaver.didstop": ("screensaver", False),
}
"""By name, who knows something, and whether the person is away."""

_IMMEDIATELY = 4
"""``NSNotificationSuspensionBehaviorDeliverImmediately``: else they wait until we are active, which we never are."""


_Foundation = import_module("Foundation")


class SsoTrayPresence(_Foundation.NSObject):  # type: ignore[misc, name-defined]
    """Hands on what it is told. An exception must not reach the run loop, which it would end."""

    on_notification: Callable[[Any], None]

    def heard_(self, notification: Any) -> None:
        """Take a notification."""
        try:
            self.on_notification(notification)
        except Exception:
            log.exception("what macOS told of the session was not taken in")


def follow_presence(presence: Presence, _bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], object]:
    """Observe both centres; what they tell comes on the main thread's run loop."""

    def heard(notification: Any) -> None:
        name = str(notification.name())
        means = _OF_THE_WORKSPACE.get(name) or _DISTRIBUTED.get(name)
        if means is not None and presence.tell(means[0], away=means[1]):
            on_change()

    observer = SsoTrayPresence.alloc().init()
    observer.on_notification = heard
    workspace = import_module("AppKit").NSWorkspace.sharedWorkspace().notificationCenter()
    distributed = _Foundation.NSDistributedNotificationCenter.defaultCenter()
    for name in _OF_THE_WORKSPACE:
        workspace.addObserver_selector_name_object_(observer, b"heard:", name, None)
    for name in _DISTRIBUTED:
        distributed.addObserver_selector_name_object_suspensionBehavior_(observer, b"heard:", name, None, _IMMEDIATELY)

    def stop() -> None:
        for centre in (workspace, distributed):
            centre.removeObserver_(observer)

    return stop
