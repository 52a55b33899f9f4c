"""The HTTP side: a threading server on loopback that reads a request whole, has it answered, and hangs up."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tray.demo.wire import Request, Response

_LARGEST_BODY = 64 * 1024

Answer = Callable[[Request], Response | None]
"""Answers a request; None closes the connection without a word."""


class LoopbackServer:
    """
    A server on 127.0.0.1 that runs in threads of its own and sleeps while nobody calls.

    Args:
        answer: Called in the request's own thread.
        now: Time for the ``Date`` header, in Unix seconds.
        port: TCP port of 127.0.0.1; 0 for any free one.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, answer: Answer, now: Callable[[], float], port: int = 0) -> None:
        self._stopping = False
        self._server = _Server(answer, now, port)
        self._thread = threading.Thread(target=self._serve, name="demo-identity-center", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """Stop listening; requests that are being answered are left to end by themselves."""
        self._stopping = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            pass  # the thread sleeps until somebody calls
        self._thread.join()
        self._server.server_close()

    def _serve(self) -> None:
        while not self._stopping:
            self._server.handle_request()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Answer, now: Callable[[], float], port: int) -> None:
        self.answer = answer
        self.now = now
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that hang up or dawdle; show everything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "IdentityCenter"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def _answer(self) -> None:
        # One request a connection: after stop() no kept-alive connection answers on.
        self.close_connection = True
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or len(length) > 9 or int(length) > _LARGEST_BODY:
            self.send_error(413)
            return
        target = urlsplit(self.path)
        response = self.server.answer(
            Request(
                self.command,
                target.path,
                dict(parse_qsl(target.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(length)),
            )
        )
        if response is None:
            return
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the server's own time."""
        return super().date_time_string(self.server.now() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep addresses, and the codes in them, out of the terminal."""
