"""
FSEvents in memory, under watchdog's own code for macOS: a folder is told of together with all that lies below it.

Modelled on the names that ``watchdog/observers/fsevents.py`` (7.1) uses of its C extension, ``_watchdog_fsevents``.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.modules import forget

_CREATED, _REMOVED, _RENAMED, _MODIFIED, _DIRECTORY, _ROOT_CHANGED = (1 << bit for bit in range(6))


@dataclass
class NativeEvent:
    path: str
    inode: int
    flags: int
    id: int

    is_inode_meta_mod = is_xattr_mod = is_owner_change = False

    @property
    def is_created(self) -> bool:
        return bool(self.flags & _CREATED)

    @property
    def is_removed(self) -> bool:
        return bool(self.flags & _REMOVED)

    @property
    def is_renamed(self) -> bool:
        return bool(self.flags & _RENAMED)

    @property
    def is_modified(self) -> bool:
        return bool(self.flags & _MODIFIED)

    @property
    def is_directory(self) -> bool:
        return bool(self.flags & _DIRECTORY)

    @property
    def is_root_changed(self) -> bool:
        return bool(self.flags & _ROOT_CHANGED)


class FSEvents:
    """What is watched, and what is told of it."""

    def __init__(self) -> None:
        self.streams: list[Any] = []

    def make_stream(self) -> type:
        system = self

        class Stream:
            def __init__(self, paths: list[str], *, latency: float) -> None:
                (self.path,) = paths
                self.callback: Callable[..., None] = lambda *_: None
                self._stopped = threading.Event()

            def run(self, callback: Callable[..., None], started: Callable[[], None]) -> None:
                self.callback = callback
                system.streams.append(self)
                started()
                self._stopped.wait()

            def stop(self) -> None:
                if self in system.streams:
                    system.streams.remove(self)
                self._stopped.set()

        return Stream

    @property
    def watched(self) -> set[str]:
        return {stream.path for stream in self.streams}

    def tell(self, path: Path, flags: int) -> None:
        real = os.path.realpath(path)
        inode = path.stat().st_ino if path.exists() else 0
        for stream in list(self.streams):
            if real == stream.path or real.startswith(f"{stream.path}/"):
                stream.callback([real], [inode], [flags], [1])

    def made_folder(self, path: Path) -> None:
        path.mkdir()
        self.tell(path, _CREATED | _DIRECTORY)

    def wrote(self, path: Path, text: str = "{}") -> None:
        existed = path.exists()
        path.write_text(text)
        self.tell(path, _MODIFIED if existed else _CREATED | _MODIFIED)


def install(monkeypatch: pytest.MonkeyPatch) -> FSEvents:
    """Have our watcher run as on macOS."""
    system = FSEvents()
    extension = ModuleType("_watchdog_fsevents")
    extension.Stream, extension.NativeEvent = system.make_stream(), NativeEvent  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "_watchdog_fsevents", extension)
    forget(
        monkeypatch,
        "watchdog.observers",
        "watchdog.observers.fsevents",
        "tray.desktop.file_events",
        "tray.desktop.watchdog_events",
        "tray.desktop.watch",
    )
    monkeypatch.setattr(sys, "platform", "darwin")
    platform = importlib.import_module("watchdog.utils.platform")
    monkeypatch.setattr(platform, "__platform__", platform.PLATFORM_DARWIN)
    return system
