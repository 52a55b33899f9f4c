"""
What happens in folders, as inotify tells it (``man 7 inotify``; docs/facts: File events).

watchdog does that too, by four threads and with ctypes' search for libraries, dataclasses and what these load: 2 MB of
the tray's 20. What we need of inotify is three calls and one thread.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

assert sys.platform == "linux"  # noqa: S101 - tells the type checker where this module belongs

_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _UNMOUNT, _Q_OVERFLOW = 0x400, 0x800, 0x2000, 0x4000
_ONLYDIR, _ISDIR = 0x1000000, 0x40000000
_GONE = _DELETE_SELF | _MOVE_SELF | _UNMOUNT
_COMINGS_AND_GOINGS = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLYDIR
# Not among them: that a file was opened, read or closed unwritten, which we do ourselves.
_CHANGES = _COMINGS_AND_GOINGS | _MODIFY | _ATTRIB | _CLOSE_WRITE

_HEAD = struct.Struct("iIII")
"""Before each name: which watch, what happened, what joins the halves of a rename, the length of the name."""

_libc = ctypes.CDLL(None, use_errno=True)


class FolderEvents:
    """
    The events of a changing set of folders.

    Args:
        on_path: Called with each path that changed, on a thread of its own, as are the others: all must return at once.
        on_gone: Called with a folder that was removed, moved or unmounted, and whose watch tells no more.
        on_stir: Never called: here what appears is always told as a path.

    Raises:
        OSError: The system has no events left to give.
    """

    def __init__(
        self, on_path: Callable[[str], None], on_gone: Callable[[str], None], on_stir: Callable[[], None]
    ) -> None:
        del on_stir
        self._on_path = on_path
        self._on_gone = on_gone
        self._folders: dict[int, str] = {}
        self._lock = threading.Lock()
        self._events = _checked(_libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        try:
            self._closing = os.eventfd(0)
        except OSError:
            os.close(self._events)
            raise
        self._thread = threading.Thread(target=self._run, name="inotify", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            os.close(self._events)
            os.close(self._closing)
            raise OSError(errno.EAGAIN, str(error)) from None

    def add(self, folder: str, *, contents: bool) -> int:
        """
        Watch a folder.

        Args:
            folder: Its real path.
            contents: Whether what is written into its files matters, or only comings and goings.

        Returns:
            What `remove` takes.

        Raises:
            OSError: There is no such folder, or the system watches no more.
        """
        with self._lock:
            mask = _CHANGES if contents else _COMINGS_AND_GOINGS
            watch = _checked(_libc.inotify_add_watch(self._events, os.fsencode(folder), mask))
            self._folders[watch] = folder
        return watch

    def remove(self, watch: int) -> None:
        """Watch a folder no longer; the system may have stopped already."""
        with self._lock:
            self._folders.pop(watch, None)
        _libc.inotify_rm_watch(self._events, watch)

    def close(self) -> None:
        """Stop all watches; afterwards no thread is left."""
        os.eventfd_write(self._closing, 1)
        self._thread.join()
        os.close(self._events)
        os.close(self._closing)

    def _run(self) -> None:
        waiting = select.poll()
        for descriptor in (self._events, self._closing):
            waiting.register(descriptor, select.POLLIN)
        while all(descriptor != self._closing for descriptor, _ in waiting.poll()):
            happened = os.read(self._events, 65536)
            at = 0
            while at < len(happened):
                watch, what, _, length = _HEAD.unpack_from(happened, at)
                at += _HEAD.size + length
                self._tell(watch, what, os.fsdecode(happened[at - length : at].rstrip(b"\0")))

    def _tell(self, watch: int, what: int, name: str) -> None:
        with self._lock:
            folder = self._folders.get(watch)
            folders = list(self._folders.values()) if what & _Q_OVERFLOW else []
        for each in folders:  # So much happened at once that some of it was not told.
            self._on_path(each)
        if folder is None:
            return
        if what & _GONE:
            self._on_gone(folder)
            self._on_path(folder)
        elif name and not (what & _ATTRIB and what & _ISDIR):
            self._on_path(os.path.join(folder, name))  # noqa: PTH118 - a string is wanted


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
