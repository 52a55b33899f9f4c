"""The child process that serves all pages, and has one shown for each further click."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tray.disk.process_tree import started
from tray.installation import own_command

if TYPE_CHECKING:
    from subprocess import Popen

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 60.0
"""Within so long it has an address."""

_GRACE_SECONDS = 2.0


class _Click(NamedTuple):
    """What becomes of a click that wants a page."""

    show: Callable[[str], object]
    """Opens the page at an address, on another thread."""

    fail: Callable[[], object]
    """Called where there is no page."""


class PagesChild:
    """
    One process at a time, begun at the first click, and the pipes to it; it ends when its pages have gone unused.

    Each line of its input names a page, and for each it prints the name and an address: the address opens the page to
    whoever has it, so it stands in no file, no argument and no environment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served = False
        self._child: Popen[bytes] | None = None
        self._waiting: dict[str, _Click] = {}
        """The click that the next address of each page is for, by the name of the page."""

    def ask(self, name: str, show: Callable[[str], object], fail: Callable[[], object]) -> bool:
        """
        Ask for a page to be shown.

        Args:
            name: Of the page.
            show: Opens its address, on another thread. Of several that wait for the same page, the last one does.
            fail: Called instead where there is none, on another thread.

        Returns:
            False where none is served: then `serve` is to be called.
        """
        with self._lock:
            waits = name in self._waiting
            self._waiting[name] = _Click(show, fail)
            if self._served and not waits:
                self._write(name)
            served, self._served = self._served, True
            return served

    def serve(self) -> None:
        """Serve the pages that were asked for, and whichever are asked for meanwhile, until they have gone unused."""
        over = False
        while not over:
            had_address = False
            try:
                had_address = self._run()
            except OSError as error:
                log.warning("The pages could not be served: %s", error)
            with self._lock:
                # Else somebody clicked as it ended.
                over = not had_address or not self._waiting
                if over:
                    self._served, left, self._waiting = False, list(self._waiting.values()), {}
        for click in left:
            click.fail()

    def _run(self) -> bool:
        environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        with self._lock:
            first = next(iter(self._waiting))
        had_address = False
        # On Windows it is of no use without us; but a browser that it opened is the person's.
        command = [*own_command(), "open", first, "--serve"]
        with started(command, environ, ends_with_us=True, alone=True) as (child, tree):
            limit = threading.Timer(_PATIENCE_SECONDS, tree.stop, (_GRACE_SECONDS,))
            limit.daemon = True
            limit.start()
            with self._lock:
                self._child = child
                for name in self._waiting:
                    if name != first:
                        self._write(name)
            try:
                assert child.stdout is not None  # noqa: S101 - it is a pipe
                for line in child.stdout:
                    limit.cancel()
                    had_address = True
                    self._take(line.decode("utf-8", "replace"))
            finally:
                limit.cancel()
                with self._lock:
                    self._child = None
        return had_address

    def _write(self, name: str) -> None:
        """Ask the process; where it is just ending, the next one begins for this click."""
        if self._child is not None and self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.write(f"{name}\n".encode())
                self._child.stdin.flush()

    def _take(self, line: str) -> None:
        name, _, address = line.strip().partition(" ")
        with self._lock:
            click = self._waiting.pop(name, None)
        if click is not None:
            click.show(address)
