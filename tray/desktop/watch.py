"""Tells when files change, by the system's own events: no polling, and nothing runs while nothing changes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tray.desktop.file_events import OPENS_PARENTS, NativeEvents, comparable

_log = logging.getLogger(__name__)

_QUIET_SECONDS = 0.05
"""A burst (truncate, write, close) is over after this much silence …"""

_LONGEST_BURST_SECONDS = 0.2
"""… and is reported after this long even without silence."""


class Watcher:
    """
    Watches files and the contents of folders, wherever symbolic links lead, whether they exist yet or not.

    A file is watched through its folder, for it may be replaced by another (docs/facts: Reading while others write).

    Args:
        files: Each is reported when it appears, changes, is replaced or goes.
        folders: As are the files right in each of these.
        on_change: Called from a thread of its own when a burst of changes is over, with the one path that changed as it
            was given, or None where several changed, or where it is not known what did.
        is_relevant: Which files of the folders to report.
        monotonic: A clock that nobody sets, in seconds.
        sleep: Takes seconds.
    """

    def __init__(
        self,
        files: Iterable[Path],
        folders: Iterable[Path],
        on_change: Callable[[Path | None], None],
        *,
        is_relevant: Callable[[Path], bool] = lambda _path: True,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._files = tuple(path.absolute() for path in files)
        self._folders = tuple(path.absolute() for path in folders)
        self._is_relevant = is_relevant
        self._burst = _Burst(on_change, self._follow, monotonic, sleep)
        self._following = threading.Lock()
        self._map = _Map(self._files, self._folders)
        self._native: NativeEvents | None = None
        self._refused = self._closed = False
        self._follow()

    def check(self) -> None:
        """
        Find what moved in a way that no event tells of (a mount, a far ancestor renamed); cheap when nothing did.

        Where the system had no events left to give, it is asked again.
        """
        if self._follow():
            self._burst.add(None)

    def close(self) -> None:
        """Report nothing more."""
        self._burst.close()
        with self._following:
            native, self._native, self._closed = self._native, None, True
        if native:
            native.close()

    def _on_event(self, path: str) -> None:
        found = self._map.files.get(comparable(path))
        if found is None:
            parent, name = os.path.split(path)
            folder = self._map.folders.get(comparable(parent))
            if folder is not None and self._is_relevant(folder / name):
                found = folder / name
        if found is not None:
            self._burst.add(found)
        elif comparable(path) in self._map.ancestors:
            self._burst.add(None)

    def _follow(self) -> bool:
        """Watch what is there now; tell whether that is anything else than before."""
        changed = False
        with self._following:
            if self._native is None and not self._closed:
                self._native = self._open()
            # What appears while a watch is being set up leads to a further one.
            while self._native:
                self._map = _Map(self._files, self._folders)
                if not self._native.watch(self._map.watched):
                    break
                changed = True
        return changed

    def _open(self) -> NativeEvents | None:
        """Ask the system for its events; None where it has none left, as where other programs used them up."""
        try:
            native = NativeEvents(self._on_event, self._burst.stir)
        except OSError as error:
            if not self._refused:
                _log.warning("this system tells of no file changes: %s", error)
            self._refused = True
            return None
        if self._refused:
            _log.info("this system tells of file changes again")
            self._refused = False
        return native


class _Map:
    """Where the files and folders of interest really are at this moment, and so what has to be watched."""

    def __init__(self, files: Iterable[Path], folders: Iterable[Path]) -> None:
        self.files: dict[str, Path] = {}
        self.folders: dict[str, Path] = {}
        self.ancestors: set[str] = set()
        self.watched: dict[str, bool] = {}
        """By real path of an existing folder, whether writing into its files matters, or only comings and goings."""

        files, folders = list(files), list(folders)
        self._places = {_real(folder) for folder in (*folders, *(file.parent for file in files)) if _is_folder(folder)}
        for folder in folders:
            self.folders[_real(folder)] = folder
            self._add(folder)
        for file in files:
            in_place = Path(os.path.realpath(file.parent), file.name)
            self.files[comparable(in_place)] = file
            self._add(file.parent)
            target = Path(os.path.realpath(in_place))
            if target != in_place:
                self.files[comparable(target)] = file
                self._add(target.parent)

    def _add(self, folder: Path) -> None:
        """Watch a folder, and the one it is in, which tells when it goes, comes or is another; else the nearest."""
        if _is_folder(folder):
            self.watched[os.path.realpath(folder)] = True
            around: Path | None = folder.parent
        else:
            around = next(filter(_is_folder, folder.parents), None)
        if around and (OPENS_PARENTS or self._is_ours(around)):
            self.watched.setdefault(os.path.realpath(around), False)
        for path in (folder, *folder.parents):
            # A link is told of under its parent's real path.
            self.ancestors |= {_real(path), comparable(Path(os.path.realpath(path.parent), path.name))}

    def _is_ours(self, folder: Path) -> bool:
        """Tell whether a folder lies in one that is watched anyway, so that little else happens there."""
        real = Path(_real(folder))
        return not self._places.isdisjoint(map(str, (real, *real.parents)))


def _real(path: Path) -> str:
    return comparable(os.path.realpath(path))


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a parent may not be searched


class _Burst:
    """Gathers the changes of a burst into one report; its thread lives only as long as the burst."""

    def __init__(
        self,
        report: Callable[[Path | None], None],
        before_report: Callable[[], bool],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._report = report
        self._before_report = before_report
        self._lock = threading.Lock()
        self._changed: set[Path | None] = set()
        self._last = 0.0
        self._events = 0
        self._gathering = False
        self._closed = False

    def add(self, path: Path | None) -> None:
        self._go_on({path})

    def stir(self) -> None:
        """Something happened that is worth a report only if it leads to something new to watch."""
        self._go_on(set())

    def _go_on(self, changed: set[Path | None]) -> None:
        with self._lock:
            if self._closed:
                return
            self._last = self._monotonic()
            self._events += 1
            begins, self._gathering = not self._gathering, True
            self._changed |= changed
        if begins:
            try:
                threading.Thread(target=self._gather, name="watch", daemon=True).start()
            except RuntimeError:  # The system has none left to give. Then who tells of events waits for their end.
                self._gather()

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def _gather(self) -> None:
        again = True
        while again:
            deadline = self._monotonic() + _LONGEST_BURST_SECONDS
            while (left := min(self._last + _QUIET_SECONDS, deadline) - self._monotonic()) > 0:
                self._sleep(left)
            seen = self._events
            found = self._before_report()
            with self._lock:
                changed, self._changed = self._changed, set()
                # What came meanwhile may be of a folder that the look just now was too early for.
                again = self._gathering = self._events != seen and not self._closed
                tell = not self._closed and bool(changed or found)
            if tell:
                self._report(changed.pop() if len(changed) == 1 else None)
