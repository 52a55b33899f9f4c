"""
The one server of our own pages: on a free port of 127.0.0.1, for this user alone.

Another user of this machine may have read a page's address in the arguments of the browser, so whose a connection is,
is asked before a byte of it is read. Any page that is open in a browser may send requests here, so the ``Host`` has to
be this address: a foreign name is a page that came by DNS rebinding. The secrets of a site are its own to check.
Run on Linux, and under Wine.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import socketserver
import sys
import threading
import traceback
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final

from tray.core.dataclass import dataclass, field
from tray.loopback.connections import NotOurs, demand_ours, knows_us
from tray.loopback.crowd import LONGEST_SECONDS, USED_UP, Crowd, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_log = logging.getLogger(__name__)

_LARGEST_BODY: Final = 8 << 20
"""Bytes."""

_TWICE: Final = "\n"
"""Stands for the value of a header that came twice: no header can have it."""

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ConnectionsUnknown(Exception):
    """This system does not tell whose connections are whose, as it should: not even our own is known."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request under the right name, of a method that the site knows."""

    method: str
    path: str = field(repr=False)
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""

    read_body: Callable[[], bytes] = field(repr=False)
    """Reads the whole body, which is no larger than 8 MiB."""

    demand_ours: Callable[[], None] = field(repr=False)
    """
    Looks again whose the connection is, and raises `NotOurs`: to be called before a secret is spent, and before
    anything is done. A request may have taken its time.
    """


class Stream:
    """The body of an answer that goes on for as long as somebody listens."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, piece: bytes) -> None:
        """Send a piece at once; raises `OSError` where nobody takes it."""
        self._connection.settimeout(LONGEST_SECONDS)
        self._connection.sendall(piece)

    def wait(self, seconds: float) -> bool:
        """Wait so long; False as soon as nobody listens any more, or the server is being closed."""
        self._connection.settimeout(seconds)
        try:
            self._connection.recv(1)
        except TimeoutError:
            return True
        except OSError:
            return False
        return False  # It was closed; or sends more, which no browser does.


@dataclass(frozen=True, slots=True)
class Response:
    """What a request is answered with."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    last: bool = False
    """Whether the browser has nothing more to ask for."""

    stream: Callable[[Stream], None] | None = field(default=None, repr=False)
    """Sends the body piece by piece, until it returns or raises `OSError`; None where it is there already."""


def redirect(location: str, *headers: tuple[str, str]) -> Response:
    """Send the browser on, to ask there with a GET."""
    return Response(303, headers=(("Location", location), *headers))


@dataclass(frozen=True, slots=True)
class Site:
    """What a server serves."""

    answer: Callable[[Request], Response]
    """Called by a thread of each connection."""

    refuse: Callable[[int], Response]
    """Gives the page for a status of 400 and above, on which there is nothing of the request."""

    sources: str
    """What its pages may load: directives of a ``Content-Security-Policy`` that forbids all else."""

    methods: tuple[str, ...] = ("GET",)


class LoopbackServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """
    Has a port from its making until it is closed; one thread serves one connection, and that carries one request.

    So a silent connection holds nobody up. Nor do a thousand: they are few at once, and each has its time.

    Raises:
        ConnectionsUnknown: Nobody could be let in.
        OSError: No port could be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024
    site: Site

    def __init__(self) -> None:
        if not knows_us():
            raise ConnectionsUnknown
        super().__init__(("127.0.0.1", 0), _Handler)
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.last_sent = threading.Event()
        """Set when an answer after which nothing is asked for is out, or could not be sent."""
        self.crowd = Crowd()
        self._stranger_came, self._told_of_stranger = threading.Event(), False
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="loopback-server", daemon=True)

    def serve(self, site: Site) -> None:
        """Begin to answer."""
        self.site = site
        self._thread.start()

    def stranger_came(self) -> bool:
        """Tell whether another user of this machine has been turned away; yes is said once."""
        if self._told_of_stranger or not self._stranger_came.is_set():
            return False
        self._told_of_stranger = True
        return True

    def close(self) -> None:
        """Stop listening, and answer no more."""
        self.shutdown()
        self._thread.join()
        self.crowd.end_streams()
        self.server_close()

    def server_bind(self) -> None:
        """Take the port for us alone."""
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:  # Windows, where another program could otherwise take over the port
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()
        self.socket.setblocking(False)  # a connection may be gone again by the time it is accepted

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; where this process may open nothing more, others are ended for it."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in USED_UP:
                self.crowd.make_room()
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection on a thread of its own, as soon as there is room for it."""
        self.crowd.take(request)
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # The system has no thread left to give.
            self.crowd.make_room()
            self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self.crowd.leave(request)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """End what had its time; called again and again by the thread that accepts."""
        self.crowd.end_the_slow()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """
        Serve a connection of this user; any other is closed without a word, and not a byte of it is read.

        A page for it would tell others what listens here, and would be lost: what was sent unread resets a connection.
        """
        self.crowd.with_room(lambda: demand_ours(request))  # To find that out, a file has to be opened.
        self.crowd.becomes(request, State.HEARD)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has them
        """Log a fault of ours, without its message, which could hold a code; a broken connection is no event."""
        match sys.exception():
            case NotOurs(anothers=True):
                self._stranger_came.set()
            case OSError():
                pass
            case BaseException() as fault:
                stack = "".join(traceback.format_tb(fault.__traceback__))
                _log.error("a request of a page failed: %s\n%s", type(fault).__name__, stack)


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    timeout = LONGEST_SECONDS

    def do_GET(self) -> None:
        self._send(self._answer())

    def do_POST(self) -> None:
        self._send(self._answer())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no good request, without repeating a word of it."""
        self._send(self.server.site.refuse(405 if code == 501 else code))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: a request line may hold a secret."""

    def _answer(self) -> Response:
        site = self.server.site
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = _TWICE if name.lower() in headers else value
        length = headers.get("content-length", "0")
        if self.command not in site.methods:
            return site.refuse(405)
        if headers.get("host") != self.server.host:
            return site.refuse(400)
        if "transfer-encoding" in headers or not (length.isascii() and length.isdecimal() and len(length) < 9):
            return site.refuse(400)
        if int(length) > _LARGEST_BODY:
            return site.refuse(413)
        path, _, query = self.path.partition("?")
        read_body, again = partial(self._read_body, int(length)), partial(demand_ours, self.connection)
        self.server.crowd.becomes(self.connection, State.ANSWERED)
        return site.answer(Request(self.command, path, query, headers, read_body, again))

    def _read_body(self, length: int) -> bytes:
        self.server.crowd.becomes(self.connection, State.HEARD)
        body = self.rfile.read(length)
        self.server.crowd.becomes(self.connection, State.ANSWERED)
        if len(body) < length:
            raise ConnectionResetError("the request is not whole")
        return body

    def _send(self, response: Response) -> None:
        self.close_connection = True
        self.server.crowd.becomes(self.connection, State.HEARD)
        site = self.server.site
        policy = f"default-src 'none'; {site.sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        try:
            self.send_response_only(response.status)
            for name, value in (*_HEADERS.items(), *response.headers):
                self.send_header(name, value)
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Type", response.content_type)
            if response.stream is None:
                self.send_header("Content-Length", str(len(response.body)))
            if response.status == 405:
                self.send_header("Allow", ", ".join(site.methods))
            self.end_headers()
            if response.stream is not None:
                self.server.crowd.streams(self.connection)
                response.stream(Stream(self.connection))
            elif self.command != "HEAD":
                self.wfile.write(response.body)
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
        finally:
            if response.last:
                self.server.last_sent.set()
