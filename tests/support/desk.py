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


def until(
    condition: Callable[[], T],
    seconds: float = 20.0,
    otherwise: Callable[[], str] = lambda: "it did not come about in time",
) -> T:
    """
    Wait until something is so, and give what the condition gave then.

    Args:
        condition: Looked at every few milliseconds until it is true.
        seconds: How long it may take.
        otherwise: What the test fails with where it does not come about.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.005)
    return found


@dataclass
class FakeDesk:
    """A desktop in memory, with the faces of a tray icon and of a notifier."""

    views: list[View] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    withdrawn: list[Slot] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    has_browser: bool = True
    closed: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)

    def apply(self, view: View) -> None:
        self.views.append(view)

    def run(self, on_ready: Callable[[], None]) -> None:
        on_ready()
        self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()

    def show(self, notice: Notice) -> None:
        self.notices.append(notice)

    def withdraw(self, slot: Slot) -> None:
        self.withdrawn.append(slot)

    def close(self) -> None:
        self.closed = True

    def open_url(self, url: str, command: str) -> bool:
        self.pages.append((url, command))
        return self.has_browser

    def open_file(self, path: Path) -> bool:
        self.files.append(path)
        return self.has_browser

    @property
    def view(self) -> View:
        return self.views[-1]

    def item(self, *labels: str) -> MenuItem:
        items = self.view.menu
        for label in labels:
            found = next(entry for entry in items if entry.label == label)
            items = found.children
        return found
