"""
The HTTP side of the set-up page: listens on 127.0.0.1, reads requests whole, answers one a connection.

Of this user alone: another could have read the page's address in the arguments of the browser.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from tray.core.dataclass import replace
from tray.loopback import demand_ours
from tray.loopback.server import OwnServer
from tray.setup.guard import HEADERS, Guard, Request, Response

_log = logging.getLogger(__name__)

_LARGEST_BODY: Final = 8 << 20
"""Bytes: more than a hundred thousand picks."""

_SILENCE_SECONDS: Final = 10.0
"""A connection that says nothing for so long is closed."""

Answer = Callable[[str, Request], Response]
"""Answers what the guard let pass: the path below the guard's base, and the request."""


class PageServer:
    """
    Serves one set-up page until it has given its last answer, or nobody has used it for a while.

    Args:
        make_answer: Makes what answers, given the guard.
        on_stranger: Called by `wait`, once, when another user of this machine has been turned away.

    Raises:
        OSError: No port could be had.
    """

    def __init__(
        self, make_answer: Callable[[Guard], Answer], *, on_stranger: Callable[[], object] = lambda: None
    ) -> None:
        self._server = _Server(self)
        self.guard = Guard(f"127.0.0.1:{self._server.server_address[1]}")
        self._answer = make_answer(self.guard)
        self._finished = threading.Event()
        self._used = threading.Event()
        self._on_stranger = on_stranger
        self._stranger_came = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), name="setup-page", daemon=True)
        self._thread.start()

    def wait(self, idle_seconds: float) -> bool:
        """
        Wait for the last answer.

        Args:
            idle_seconds: How long the page may go unused.

        Returns:
            False where it went unused for so long.
        """
        used = time.monotonic()
        stranger_told = False
        while True:
            finished = self._finished.wait(min(1.0, idle_seconds))
            if self._stranger_came.is_set() and not stranger_told:
                stranger_told = True
                self._on_stranger()
            if finished:
                return True
            if self._used.is_set():
                self._used.clear()
                used = time.monotonic()
            if time.monotonic() - used >= idle_seconds:
                return False

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def respond(self, request: Request, read_body: Callable[[], bytes], check: Callable[[], None]) -> Response:
        """
        Answer a request, if it may be answered; only then is its body read.

        Args:
            request: Without its body.
            read_body: Reads the whole body, which is known to be no larger than the server allows.
            check: Raises where the connection is not, or no longer, this user's: asked before a secret is spent, and
                before anything is done.
        """
        check()
        admitted = self.guard.admit(request)
        if isinstance(admitted, Response):
            return admitted
        self._used.set()
        whole = replace(request, body=read_body())
        check()
        return self._answer(admitted, whole)

    def note_stranger(self) -> None:
        """Let `wait` tell that another user was turned away."""
        self._stranger_came.set()

    def finish(self) -> None:
        """Let `wait` return: the last answer is out."""
        self._finished.set()


class _Server(OwnServer):
    def __init__(self, page: PageServer) -> None:
        self.page = page
        super().__init__(_Handler, page.note_stranger)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that hang up or dawdle; log everything else but strangers."""
        super().handle_error(request, client_address)
        if not isinstance(sys.exception(), OSError):
            _log.exception("a request of the set-up page failed")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE_SECONDS

    def do_GET(self) -> None:
        """Answer a GET."""
        self._respond()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._respond()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no good request, without repeating a word of it."""
        self._send(Response(405 if code == 501 else code))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: a request line may hold the secret."""

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal() and len(length) < 9):
            self._send(Response(400))
        elif int(length) > _LARGEST_BODY:
            self._send(Response(413))
        else:
            names = [name.lower() for name in self.headers]
            once = {name: self.headers[name] for name in names if names.count(name) == 1}
            request = Request(self.command, self.path.partition("?")[0], once)
            read_body, check = partial(self.rfile.read, int(length)), partial(demand_ours, self.connection)
            self._send(self.server.page.respond(request, read_body, check))

    def _send(self, response: Response) -> None:
        self.close_connection = True
        try:
            self.send_response_only(response.status)
            for name, value in (*HEADERS, *response.headers, ("Content-Type", response.content_type)):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
        finally:
            if response.last:
                self.server.page.finish()
