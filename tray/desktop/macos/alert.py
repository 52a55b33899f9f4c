"""
Shows a person what kept the program from starting, where it was started from the Finder or at login.

There its standard error goes nowhere, and without an icon nothing would tell. Checked with a stand-in for the script
runner; not run on macOS.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.core.message import Message

_log = logging.getLogger(__name__)

SCRIPT = (
    "on run argv",
    "display alert (item 1 of argv) message (item 2 of argv) as critical giving up after 600",
    "end run",
)
_PATIENCE_SECONDS = 660.0
_LAUNCHD = 1


def alert_unless_in_terminal(message: Message, runner: str = "/usr/bin/osascript") -> None:
    """
    Show a message where the system started us, and wait until the person has seen it: launchd would end what shows it
    together with us. Its texts are arguments of the script, never part of it.
    """
    if os.getppid() != _LAUNCHD or (sys.stderr is not None and sys.stderr.isatty()):
        return
    lines = [word for line in SCRIPT for word in ("-e", line)]
    # What begins with "-" would be an option of the runner's.
    texts = [f" {text}" if text.startswith("-") else text for text in (message.title, message.hint)]
    try:
        subprocess.run(
            [runner, *lines, *texts],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("no alert could be shown: %s", type(error).__name__)
