"""
The two ways to show a notice on macOS: with buttons, which only a signed application may; and the script runner.

Asked for in any other program, the notification centre ends that program; and a Python that happens to be signed would
show our notices as its own.

Written from the sources; checked with the library's backend faked, and with a stand-in for the script runner; not run
on macOS.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tray.desktop.toasts import APPLICATION, NoCentre

SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_PATIENCE_SECONDS = 10


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


def send_by_script(title: str, body: str, runner: str = "/usr/bin/osascript") -> None:
    """Show a notice through the script runner; its texts are arguments of the script, never part of it."""
    lines = [word for line in SCRIPT for word in ("-e", line)]
    command = [runner, *lines, title, body]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE_SECONDS)
