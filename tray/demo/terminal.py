"""A tray icon and a notice area made of lines in the terminal, for places without a desktop."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import datetime

from tray.core.model import Status
from tray.core.view.values import Notice, Slot, View

_SHAPES = {
    Status.NO_CONFIG: "◌",
    Status.SIGNED_OUT: "○",
    Status.SIGNING_IN: "…",
    Status.SIGNED_IN: "✔",
    Status.ENDING: "◔",
    Status.RENEWABLE: "◎",
    Status.EXPIRED: "⊖",
    Status.UNREADABLE: "!",
}


class TerminalDesk:
    """
    Prints each change of the icon and each notice, and lets a story wait for them.

    Args:
        clock: Local time, for the left margin.
        write: Prints one line.
    """

    def __init__(self, clock: Callable[[], datetime], write: Callable[[str], None]) -> None:
        self._clock = clock
        self._write = write
        self._seen: queue.SimpleQueue[View | Notice] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._printed = ""

    def apply(self, view: View) -> None:
        """Show the icon as one line: its shape, and its tooltip."""
        line = f"{_SHAPES[view.icon]}  {view.tooltip}"
        if line != self._printed:  # Another view may differ in its menu alone.
            self._line(line)
            self._printed = line
        self._seen.put(view)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Wait until `stop`."""
        on_ready()
        self._stopped.wait()

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def show(self, notice: Notice) -> None:
        """Show a notice as a framed text with its buttons."""
        lines = [notice.title, *notice.body.splitlines(), "  ".join(f"[{button.label}]" for button in notice.buttons)]
        lines = [line for line in lines if line]
        width = max(map(len, lines))
        self._line(f"┌─{'─' * width}─┐")
        for line in lines:
            self._line(f"│ {line.ljust(width)} │")
        self._line(f"└─{'─' * width}─┘")
        self._seen.put(notice)

    def withdraw(self, slot: Slot) -> None:
        """Say nothing: a line that was printed stays, and what follows tells that the matter is settled."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def await_icon(self, status: Status, seconds: float) -> bool:
        """Wait until the icon shows a status."""
        return self._await(lambda seen: isinstance(seen, View) and seen.icon is status, seconds) is not None

    def await_notice(self, seconds: float) -> Notice | None:
        """Wait for the next notice."""
        seen = self._await(lambda seen: isinstance(seen, Notice), seconds)
        return seen if isinstance(seen, Notice) else None

    def _await(self, wanted: Callable[[View | Notice], bool], seconds: float) -> View | Notice | None:
        """Drop what was seen until the wanted thing comes; None when nothing is seen for so many seconds."""
        while True:
            try:
                seen = self._seen.get(timeout=seconds)
            except queue.Empty:
                return None
            if wanted(seen):
                return seen

    def _line(self, text: str) -> None:
        self._write(f"{self._clock():%H:%M:%S}  {text}")
