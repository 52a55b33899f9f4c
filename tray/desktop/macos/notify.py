"""
The two ways to show a notice on macOS: with buttons, which only a signed application may; and the script runner.

Asked for in any other program, the notification centre ends that program; and a Python that happens to be signed would
show our notices as its own. One that is signed "ad hoc", as PyInstaller does, is refused by the system (docs/facts:
macOS notices), with the words that stand for a person's no as well; so whose the no is, the signature tells.

Written from the sources; checked with the library's backend faked, and with stand-ins for the programs; not run on
macOS.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tray.desktop.toasts import APPLICATION, NoCentre

SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
SCRIPT_RUNNER = "Script Editor"
"""Who sends the notices of a script."""

_PATIENCE_SECONDS = 10
_TEAM = re.compile(r"^TeamIdentifier=(?!not set$)", re.MULTILINE)


def is_application() -> bool:
    """Tell whether this is our application, and not a Python that runs us."""
    return bool(getattr(sys, "frozen", False))


def is_signed_by_somebody(codesign: str = "/usr/bin/codesign") -> bool:
    """Tell whether this is our application, and signed by somebody whom Apple knows. Waits for a program."""
    if not is_application():
        return False
    bundle = Path(sys.executable).parents[2]  # SSO Tray.app/Contents/MacOS/sso-tray
    try:
        told = subprocess.run(
            [codesign, "--display", "--verbose=2", str(bundle)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and _TEAM.search(told.stderr.decode("utf-8", "replace")) is not None


def sender() -> str:
    """Tell by which name the system's settings know who sends our notices. Waits for a program."""
    return APPLICATION if is_signed_by_somebody() else SCRIPT_RUNNER


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
    from tray.desktop.macos.presenting import present_while_active  # noqa: PLC0415 - loads the notification centre

    centre = DesktopNotifier(app_name=APPLICATION)
    present_while_active(centre._backend)  # noqa: SLF001 - what desktop-notifier 6.2 does not offer
    return centre


def send_by_script(title: str, body: str, runner: str = "/usr/bin/osascript") -> None:
    """Show a notice through the script runner; its texts are arguments of the script, never part of it."""
    lines = [word for line in SCRIPT for word in ("-e", line)]
    command = [runner, *lines, title, body]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE_SECONDS)
