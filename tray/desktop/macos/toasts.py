"""
Notices with buttons on macOS, which only a signed application may show.

Asked for in any other program, the notification centre ends that program; and a Python that happens to be signed would
show our notices as its own.

Written from the sources; checked with the library's backend faked; not run on macOS.
"""

from __future__ import annotations

import sys
from typing import Any

from tray.desktop.toasts import APPLICATION, NoCentre


def is_application() -> bool:
    """Tell whether this is our application, and not a Python that runs us."""
    return bool(getattr(sys, "frozen", False))


def open_centre() -> Any:
    """
    Open the way to the notification centre.

    Raises:
        NoCentre: This is no signed application.
    """
    # Loaded with the first notice.
    from desktop_notifier import DesktopNotifier  # noqa: PLC0415
    from desktop_notifier.backends.macos_support import is_signed_bundle  # noqa: PLC0415

    if not is_signed_bundle():
        raise NoCentre("the application is not signed")
    return DesktopNotifier(app_name=APPLICATION)
