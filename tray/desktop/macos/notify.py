"""
Notices on macOS, where only a signed application bundle may show others: through the system's script runner.

Checked with a stand-in for it; not run on macOS.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tray.desktop.plain_notices import beside, plain_texts

if TYPE_CHECKING:
    from tray.core.view.values import Notice, Slot

SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_PATIENCE_SECONDS = 10


class ScriptNotifier:
    """Shows notices without buttons, which cannot be taken back."""

    def __init__(self, runner: str = "/usr/bin/osascript") -> None:
        self._runner = runner
        self._closed = False

    def show(self, notice: Notice) -> None:
        """Show a notice; its texts are arguments of the script, never part of it."""
        if self._closed:
            return
        lines = [word for line in SCRIPT for word in ("-e", line)]
        command = [self._runner, *lines, *plain_texts(notice)]
        beside(lambda: _run(command))

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: the script runner cannot."""

    def close(self) -> None:
        """Show nothing more."""
        self._closed = True


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE_SECONDS)
