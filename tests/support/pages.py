"""All pages, served in this process as ``sso-tray open`` has them served, and one who reads the stream of changes."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from support import setup_page
from support.setup_page import Visitor
from tray.pages import serving
from tray.pages.context import PagesContext
from tray.pages.server import PageServer
from tray.pages.table import page_makers
from tray.paths import find_paths


def pages_context(**changes: Any) -> PagesContext:
    """What pages are made with really, but a browser and notices, of which none comes up."""
    setup = setup_page.context()
    usual: dict[str, Any] = {
        "paths": find_paths(),
        "environ": dict(os.environ),
        "now": lambda: datetime.now(UTC),
        "open_browser": lambda _sign_in, _url: False,
        "ask_aws": tuple,
        "show_notice": lambda _message: False,
        "speak": lambda _settings: False,
        "setup": setup,
    }
    return PagesContext(**(usual | changes))


@contextmanager
def served(**changes: Any) -> Iterator[PageServer]:
    """Serve every page until the end of the block, whoever still looks at one."""
    server = PageServer(page_makers(pages_context(**changes)))
    try:
        yield server
    finally:
        server.close()


class Serving:
    """A server of pages that runs until it has gone unused, in a thread."""

    def __init__(self, context: PagesContext) -> None:
        self.idle_seconds = 60.0
        """How long the pages may go unused now."""

        self.shown: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self.ended = threading.Event()
        self.show: queue.SimpleQueue[Callable[[str], object]] = queue.SimpleQueue()

        def run() -> None:
            serving.serve(
                context,
                "setup",
                lambda name, link: self.shown.put((name, link)),
                follow=self.show.put,
                on_stranger=lambda: None,
                idle_seconds=lambda: self.idle_seconds,
            )
            self.ended.set()

        self.thread = threading.Thread(target=run)
        self.thread.start()
        self.link = self.shown.get(timeout=20)[1]


@contextmanager
def serving_pages(**changes: Any) -> Iterator[Serving]:
    """Serve pages until the end of the block, where no tab may be open any more."""
    served = Serving(pages_context(**changes))
    try:
        yield served
    finally:
        served.idle_seconds = 0.0
        served.thread.join(20)
        assert not served.thread.is_alive(), "it ends by itself"


class PagesProgram:
    """``sso-tray open setup --serve``, as the tray has it run."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        self.link = self._hear()

    def another_link(self) -> str:
        """Ask for the page once more."""
        assert self.program.stdin is not None
        print("setup", file=self.program.stdin, flush=True)
        return self._hear()

    def _hear(self) -> str:
        assert self.program.stdout is not None
        name, link = self.program.stdout.readline().split()
        assert name == "setup"
        return link


@contextmanager
def pages_program() -> Iterator[PagesProgram]:
    """Run the program that serves all pages."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "tray", "open", "setup", "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield PagesProgram(program)
        finally:
            program.kill()


class Listener:
    """A tab, as far as the server sees one: it follows the changes of all pages."""

    def __init__(self, visitor: Visitor) -> None:
        host, _, port = visitor.host.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20)
        request = f"GET {visitor.site}events HTTP/1.1\r\nHost: {visitor.host}\r\nCookie: {visitor.cookie}\r\n\r\n"
        self._socket.sendall(request.encode())
        self._reader = self._socket.makefile("rb")
        self.status = int(self._reader.readline().split()[1])
        while self._reader.readline().strip():
            pass

    def hear(self) -> dict[str, str] | None:
        """Wait for what is told next; None once the stream has ended."""
        try:
            line = self._reader.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line else None

    def close(self) -> None:
        self._reader.close()
        self._socket.close()
