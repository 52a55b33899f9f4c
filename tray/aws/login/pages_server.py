"""
The server under the pages of a sign-in: it takes connections of this user alone, and says nothing of its own.

One thread serves one connection, and one connection carries one request.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final, Protocol

from tray.aws.login.page_text import HEADERS, message
from tray.core.dataclass import dataclass, field
from tray.core.words import pages as pages_words
from tray.loopback.server import OwnServer

if TYPE_CHECKING:
    import socket
    from email.message import Message

_SILENCE_SECONDS: Final = 10.0
"""A connection that says nothing for so long is closed."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a request is answered with."""

    status: int
    body: bytes
    """HTML in UTF-8."""

    location: str = field(default="", repr=False)
    """Where the browser is sent on to; empty for nowhere."""

    last: bool = False
    """Whether the browser has nothing more to ask for."""


class Pages(Protocol):
    """What decides how requests are answered; called by a thread of each connection."""

    def respond(self, host: str, target: str, headers: Message, connection: socket.socket) -> Response:
        """Decide how a GET request is answered; raises `NotOurs` for a connection of another user."""

    def sent(self, response: Response) -> None:
        """Note that an answer is out."""

    def note_stranger(self) -> None:
        """Note that another user was turned away."""


def nothing(status: int) -> Response:
    """Answer with a page that tells a stranger nothing."""
    return Response(status, message(pages_words.FOREIGN()))


class PagesServer(OwnServer):
    """
    Listens for the browser, until it is shut down.

    Args:
        pages: What answers.

    Raises:
        OSError: No port could be had.
    """

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        super().__init__(_Handler, pages.note_stranger)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE_SECONDS
    server: PagesServer

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host") or []
        pages = self.server.pages
        response = pages.respond(hosts[0] if len(hosts) == 1 else "", self.path, self.headers, self.connection)
        self._send(response)
        pages.sent(response)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer anything but a good GET without repeating a word of it."""
        self._send(nothing(405 if code == 501 else code))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: a request line holds the code, the state and the key."""

    def _send(self, response: Response) -> None:
        self.close_connection = True
        self.send_response_only(response.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if response.location:
            self.send_header("Location", response.location)
        self.send_header("Content-Length", str(len(response.body)))
        if response.status == 405:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
