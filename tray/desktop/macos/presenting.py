"""
Has macOS present our notices also while this is the active application, as it is after a second start.

Without an answer to ``userNotificationCenter:willPresentNotification:withCompletionHandler:`` such a notice is
swallowed (docs/facts: macOS notices), and the delegate of desktop-notifier 6.2 has none. So ours takes its place, and
leaves what that one does to it.

Written from the sources of desktop-notifier and rubicon-objc 0.5.7, which makes the selector of the method's name and
its types of the annotations; checked with a model of both; not run on macOS.
"""

from typing import Any

from desktop_notifier.backends.macos import NotificationCenterDelegate
from rubicon.objc import objc_method
from rubicon.objc.runtime import objc_block, objc_id

_SOUND, _LIST, _BANNER = 1 << 1, 1 << 3, 1 << 4
"""``UNNotificationPresentationOptions``, as of macOS 11."""


class SsoTrayPresentingDelegate(NotificationCenterDelegate):  # type: ignore[misc]
    """desktop-notifier's delegate, which also has notices presented."""

    @objc_method  # type: ignore[untyped-decorator]
    def userNotificationCenter_willPresentNotification_withCompletionHandler_(  # noqa: N802 - Apple's name
        self, _center: objc_id, _notification: objc_id, completion_handler: objc_block
    ) -> None:
        """Answer how a notice of the active application is presented."""
        completion_handler(_BANNER | _LIST | _SOUND)


def present_while_active(backend: Any) -> None:
    """
    Put our delegate in the place of the library's.

    Args:
        backend: desktop-notifier's ``CocoaNotificationCenter``.
    """
    delegate = SsoTrayPresentingDelegate.alloc().init()
    delegate.implementation = backend
    # The notification centre does not keep it alive.
    backend.nc_delegate = delegate
    backend.nc.delegate = delegate
