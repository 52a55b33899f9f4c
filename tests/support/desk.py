"""Fakes of the desktop: an icon, a notification area and a browser that remember what they were asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tray.core.view.values import MenuItem, Notice, Slot, View

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long to wait for what should happen at once, on a machine that is busy with much else."""


def until(
    condition: Callable[[], T],
    seconds: float = PATIENCE_SECONDS,
    otherwise: Callable[[], str] = lambda: "it did not come about in time",
) -> T:
    """
    Wait until something is so, and give what the condition gave then.

    Args:
        condition: Looked at until it is true: soon at first, then less and less often, as it takes the program's time.
        seconds: How long it may take.
        otherwise: What the test fails with where it does not come about.
    """
    begun = time.monotonic()
    while not (found := condition()):
        waited = time.monotonic() - begun
        assert waited < seconds, otherwise()
        time.sleep(min(0.02, 0.002 + waited / 20))
    return found


def handover_seconds() -> float:
    """Tell how long it takes on this machine, as busy as it is now, until what another thread does is seen here."""
    begun = time.monotonic()
    done = threading.Event()
    threading.Thread(target=done.set).start()
    until(done.is_set)
    return time.monotonic() - begun


@dataclass
class FakeDesk:
    """A desktop in memory, with the faces of a tray icon and of a notifier."""

    views: list[View] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    withdrawn: list[Slot] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    """The leave to raise a window that came with each page and file, in order; empty for none."""

    has_browser: bool = True
    takes_notices: bool = True
    """Whether a notice counts as taken at once; else what becomes of it is told by the test."""

    copied: list[str] = field(default_factory=list)
    has_clipboard: bool = True
    closed: bool = False
    seconds_to_change: float = 0.0
    """How long it takes to change the icon."""

    _stopped: threading.Event = field(default_factory=threading.Event)

    def apply(self, view: View) -> None:
        time.sleep(self.seconds_to_change)
        self.views.append(view)

    def run(self, on_ready: Callable[[], None]) -> None:
        on_ready()
        self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()

    def show(self, notice: Notice) -> bool:
        self.notices.append(notice)
        return self.takes_notices

    def withdraw(self, slot: Slot) -> None:
        self.withdrawn.append(slot)

    def close(self) -> None:
        self.closed = True

    def open_url(self, url: str, command: str, token: str = "") -> bool:
        self.pages.append((url, command))
        self.tokens.append(token)
        return self.has_browser

    def open_file(self, path: Path, token: str = "") -> bool:
        self.files.append(path)
        self.tokens.append(token)
        return self.has_browser

    def copy(self, text: str) -> bool:
        self.copied.append(text)
        return self.has_clipboard

    @property
    def view(self) -> View:
        return self.views[-1]

    def item(self, *labels: str) -> MenuItem:
        items = self.view.menu
        for label in labels:
            found = next(entry for entry in items if entry.label == label)
            items = found.children
        return found
