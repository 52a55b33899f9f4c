"""The HTTP side: requests and answers as AWS puts them on the wire, and a server on loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tray.core.dataclass import dataclass, field, replace

_LARGEST_BODY = 64 * 1024

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request that was read whole."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""

    body: bytes = field(repr=False)

    def json(self) -> dict[str, object]:
        """
        Parse the body as a JSON object.

        Raises:
            AwsError: ``InvalidRequestException``; the body is something else.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise invalid_request("The request body is not a JSON object")
        return value

    def form(self) -> dict[str, str]:
        """Parse the body as an HTML form; what is no form has no fields."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def cookies(self) -> dict[str, str]:
        """Read the cookies that the browser sent (RFC 6265 section 4.2)."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs}

    @property
    def target(self) -> str:
        """Path and query, as an address within the server."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer."""

    status: int
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def with_headers(self, more: Headers) -> Response:
        """Give the same answer with more headers."""
        return replace(self, headers=self.headers + more)


class AwsError(Exception):
    """A refusal: an HTTP status of 400 to 599, the exception's name in the service model, and the text sent along."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


def invalid_request(message: str) -> AwsError:
    """Make the error for a request that is not well formed."""
    return AwsError(400, "InvalidRequestException", message)


def json_answer(value: Mapping[str, object], status: int = 200, headers: Headers = ()) -> Response:
    """Answer with a JSON object that no cache may keep."""
    fixed = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
    return Response(status, fixed + headers, json.dumps(value).encode())


class LoopbackServer(ThreadingHTTPServer):
    """
    A server on 127.0.0.1 that runs in threads of its own, sleeps while nobody calls, and hangs up after each answer.

    Args:
        answer: Called in the request's own thread; None closes the connection without an answer.
        now: Time for the ``Date`` header, in Unix seconds.
        port: TCP port; 0 for any free one.

    Raises:
        OSError: The port is taken.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Response | None], now: Callable[[], float], port: int = 0) -> None:
        self.answer, self.now = answer, now
        self._stopping = False
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(target=self._serve, name="demo-identity-center", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests that are being answered are left to end by themselves."""
        self._stopping = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port), timeout=5):
            pass  # the thread sleeps until somebody calls
        self._thread.join()
        self.server_close()

    def _serve(self) -> None:
        while not self._stopping:
            self.handle_request()

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that hang up or dawdle; show everything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    server_version = "IdentityCenter"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer a request whole."""
        # One request a connection: after stop() no kept-alive connection answers on.
        self.close_connection = True
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or len(length) > 9 or int(length) > _LARGEST_BODY:
            self.send_error(413)
            return
        target = urlsplit(self.path)
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        response = self.server.answer(Request(self.command, target.path, query, headers, body))
        if response is None:
            return
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def do_POST(self) -> None:
        """Answer a request whole."""
        self.do_GET()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the server's own time."""
        return super().date_time_string(self.server.now() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep addresses, and the codes in them, out of the terminal."""
