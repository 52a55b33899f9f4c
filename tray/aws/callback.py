"""
The loopback page that receives the authorisation code at the end of a sign-in in the browser (RFC 8252 section 7.3).

Whatever else runs on this machine, or any page open in a browser, may send requests here. So only a request with the
right `state` ends the wait; every other one is answered with a page that says nothing, and the wait goes on. And
only this user's: another could have read the address of the sign-in, and would bring a code of their own.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import selectors
import socket
import socketserver
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from tray.core import text_login
from tray.core.errors import ServiceProblem, SignInRefused
from tray.core.model import Problem
from tray.loopback import NotOurs, demand_ours, knows_us

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType
    from typing import Self

PATH: Final = "/oauth/callback"
REDIRECT_URI: Final = f"http://127.0.0.1{PATH}"
"""What a client registers: without a port, any port is allowed (RFC 8252 section 7.3)."""

_SILENCE_SECONDS: Final = 10.0
"""A connection that says nothing for so long is closed."""

_GLANCE_SECONDS: Final = 0.5
"""How often the wait looks at the clock and at `cancelled`; a request is noticed at once."""

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-content:center;text-align:center;padding:1rem;"
    "box-sizing:border-box;font:1.05rem/1.5 system-ui,sans-serif;color:#1c2733;background:#f6f8fa}"
    "h1{font-size:1.5rem;font-weight:600;margin:0 0 .5rem}p{margin:0}"
    "@media(prefers-color-scheme:dark){body{color:#e4e9ee;background:#12181f}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}


class RedirectRefused(ServiceProblem):
    """
    The authorisation page came back with an error other than a refusal.

    Args:
        error: The ``error`` parameter (RFC 6749 section 4.1.2.1). Foreign input: for comparison, not for display.
    """

    def __init__(self, error: str) -> None:
        super().__init__(*text_login.not_completed())
        self.error = error


@dataclass(frozen=True, slots=True)
class _Outcome:
    code: str = field(default="", repr=False)
    error: str = ""


class CallbackPage:
    """
    Listens on a free port of 127.0.0.1 until it is closed; one authorisation code is received, once.

    Args:
        state: The value that the right request carries.
        on_stranger: Called by `wait`, once, when another user of this machine has been turned away.

    Raises:
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """

    def __init__(self, state: str, *, on_stranger: Callable[[], object] = lambda: None) -> None:
        self._state = state.encode()
        self._on_stranger = on_stranger
        self._stranger_came = False
        self._outcome: _Outcome | None = None
        self._lock = threading.Lock()
        try:
            if not knows_us():
                raise ServiceProblem(*text_login.connections_unknown())
            self._server = _Server(self)
        except OSError:
            raise ServiceProblem(*text_login.no_port()) from None
        self._settled, self._settle = socket.socketpair()
        self._host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def redirect_uri(self) -> str:
        """Where the authorisation page should send the browser: with the port."""
        return f"http://{self._host}{PATH}"

    def wait(self, *, until: datetime, now: Callable[[], datetime], cancelled: threading.Event) -> str:
        """
        Wait for the authorisation code.

        Args:
            until: When to give up (UTC).
            now: The clock, in UTC.
            cancelled: Set from another thread, or by a signal's handler, to give up at once.

        Returns:
            The authorisation code: a secret.

        Raises:
            SignInRefused: The person said no, the wait was cancelled, or it took too long.
            RedirectRefused: The authorisation page reported an error.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._server, selectors.EVENT_READ)
            selector.register(self._settled, selectors.EVENT_READ)
            stranger_told = False
            while self._outcome is None:
                if cancelled.is_set():
                    raise SignInRefused(*text_login.cancelled())
                if now() >= until:
                    raise SignInRefused(*text_login.timed_out())
                for key, _ in selector.select(_GLANCE_SECONDS):
                    if key.fileobj is self._server:
                        self._server.handle_request()
                    else:
                        self._settled.recv(1)
                if self._stranger_came and not stranger_told:
                    stranger_told = True
                    self._on_stranger()
        if self._outcome.error == "access_denied":
            raise SignInRefused(*text_login.refused())
        if self._outcome.error:
            raise RedirectRefused(self._outcome.error)
        return self._outcome.code

    def close(self) -> None:
        """Stop listening; the address answers no more."""
        self._server.server_close()
        self._settled.close()
        with self._lock:
            self._settle.close()

    def judge(self, host: str, target: str) -> tuple[int, _Outcome | None]:
        """
        Decide with which HTTP status a GET request is answered, and whether it ends the wait.

        Args:
            host: The ``Host`` header: a foreign name here is a page that reached us by DNS rebinding.
            target: The request's target, with the query.
        """
        path, _, query = target.partition("?")
        if host != self._host:
            return 400, None
        if path != PATH:
            return 404, None
        outcome = self._read(query)
        return (400 if outcome is None else 200), outcome

    def _read(self, query: str) -> _Outcome | None:
        try:
            values = parse_qs(query, keep_blank_values=True, max_num_fields=20)
        except ValueError:
            return None
        state, code, error = (values.get(name, []) for name in ("state", "code", "error"))
        if len(state) != 1 or not hmac.compare_digest(state[0].encode(errors="replace"), self._state):
            return None
        if error:
            return _Outcome(error=error[0] or "unknown")
        return _Outcome(code=code[0]) if len(code) == 1 and code[0] else None

    def settle(self, outcome: _Outcome) -> None:
        """Keep the first outcome, and wake the wait up."""
        with self._lock:
            if self._outcome is None:
                self._outcome = outcome
                self._wake()

    def note_stranger(self) -> None:
        """Let the wait tell that another user was turned away."""
        with self._lock:
            if not self._stranger_came:
                self._stranger_came = True
                self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # closed meanwhile: nobody waits any more
            self._settle.send(b"!")


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread for each connection, so that a silent one holds nobody up."""

    daemon_threads = True
    request_queue_size = 128
    timeout = 0

    def __init__(self, page: CallbackPage) -> None:
        self.page = page
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:  # Windows, where another program could otherwise take over the port
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()
        self.socket.setblocking(False)  # a connection may be gone again by the time it is accepted

    def finish_request(self, request: Any, client_address: Any) -> None:
        """
        Serve a connection of this user; any other is closed without a word, and not a byte of it is read.

        A page for it would tell others what listens here, and would be lost: what was sent unread resets a connection.
        """
        demand_ours(request)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has them
        """Note who was turned away, and say nothing: a broken connection is no event, a traceback could show a code."""
        match sys.exception():
            case NotOurs(anothers=True):
                self.page.note_stranger()


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host") or []
        status, outcome = self.server.page.judge(hosts[0] if len(hosts) == 1 else "", self.path)
        words = text_login.PAGE_FOREIGN
        if outcome is not None:
            demand_ours(self.connection)  # again: a request may have taken its time
            words = text_login.PAGE_DENIED if outcome.error else text_login.PAGE_APPROVED
        try:
            self._answer(status, words)
        finally:
            if outcome is not None:
                self.server.page.settle(outcome)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer anything but a good GET without repeating a word of it."""
        self._answer(405 if code == 501 else code, text_login.PAGE_FOREIGN)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: a request line holds the code and the state."""

    def _answer(self, status: int, words: Problem) -> None:
        body = _page(words)
        self.close_connection = True
        self.send_response_only(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if status == 405:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _page(words: Problem) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{words.title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{words.title}</h1><p>{words.hint}</p></main></body></html>"
    ).encode()
