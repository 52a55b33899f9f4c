"""The child process that serves the set-up page, and has its page shown once more for each further click."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.disk.process_tree import started
from tray.installation import own_command

if TYPE_CHECKING:
    from subprocess import Popen

_LIMITS = (60.0, 4 * 3600.0)
"""Within so many seconds it has an address, and is done."""

_GRACE_SECONDS = 2.0

Show = Callable[[str], object]
"""Opens the page at an address."""


class SetUpPage:
    """
    One page at a time, and the pipes to the process that serves it.

    It prints an address that opens the page, and one more for each line of its input: the address opens the page to
    whoever has it, so it stands in no file, no argument and no environment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served = False
        self._child: Popen[bytes] | None = None
        self._show: Show | None = None
        """Opens the address that comes next; None where none was asked for."""

    def ask(self, show: Show) -> bool:
        """
        Ask for the page to be shown.

        Returns:
            False where none is served: then `serve` is to be called.
        """
        with self._lock:
            waits, self._show = self._show is not None, show
            if self._served and not waits and self._child is not None and self._child.stdin is not None:
                with suppress(OSError):  # It is just ending, and the next one begins for this click.
                    self._child.stdin.write(b"\n")
                    self._child.stdin.flush()
            served, self._served = self._served, True
            return served

    def serve(self) -> bool:
        """
        Serve a page that was asked for until it is done, or for four hours.

        Returns:
            False where it never had an address.

        Raises:
            OSError: The process could not be started.
        """
        while True:
            had_address = False
            try:
                had_address = self._run()
            finally:
                with self._lock:
                    # Else somebody clicked as it ended.
                    over = not had_address or self._show is None
                    if over:
                        self._served, self._show = False, None
            if over:
                return had_address

    def _run(self) -> bool:
        environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        command = [*own_command(), "setup", "--page", "--page-is-opened"]
        had_address = False
        # On Windows it is of no use without us; but a browser that it opened is the person's.
        with started(command, environ, ends_with_us=True, alone=True) as (child, tree):
            first, all_of_it = (threading.Timer(each, tree.stop, (_GRACE_SECONDS,)) for each in _LIMITS)
            for limit in (first, all_of_it):
                limit.daemon = True
                limit.start()
            with self._lock:
                self._child = child
            try:
                assert child.stdout is not None  # noqa: S101 - it is a pipe
                for line in child.stdout:
                    first.cancel()
                    had_address = True
                    self._take(line.decode("utf-8", "replace").strip())
            finally:
                first.cancel()
                all_of_it.cancel()
                with self._lock:
                    self._child = None
        return had_address

    def _take(self, address: str) -> None:
        with self._lock:
            show, self._show = self._show, None
        if show is not None:
            show(address)
