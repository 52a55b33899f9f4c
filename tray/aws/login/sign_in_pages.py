"""
The loopback pages of a sign-in in the browser: where it starts, and where it comes back to (RFC 8252 section 7.3).

What is opened is the address of our own first page. So AWS's address, which holds the `state`, stands in no argument
list; and nothing is begun, nor an old session ended, before the person's own browser has asked for it. The address
works until the sign-in is over: a tab that was lost can be opened again.

Whatever else runs on this machine, or any page open in a browser, may send requests here. Connections of other users
are closed unread (`tray.loopback`); a request without this sign-in's key, or the right `state`, is answered with a page
that says nothing, and the wait goes on.
"""

from __future__ import annotations

import hmac
import queue
import secrets
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from tray.aws.cache.registration import CALLBACK
from tray.aws.login.page_events import Asked, Kept, Outcome, StrangerCame, read_outcome
from tray.aws.login.page_text import message, question
from tray.aws.login.pages_server import PagesServer, Response, nothing
from tray.core.errors import ServiceProblem, SignInRefused, TrayError
from tray.core.message import Message
from tray.core.words import login as login_words
from tray.core.words import pages as pages_words
from tray.loopback import demand_ours, knows_us

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from tray.aws.login.page_events import Event


_START, _DONE = "/start", "/done"
_BEGIN, _KEEP = "begin", "keep"

_GLANCE_SECONDS: Final = 0.5
"""How often the wait looks at the clock and at `cancelled`; a request is noticed at once."""

_ANSWER_SECONDS: Final = 60.0
"""How long a browser waits for what this program has to do first, at the most."""

_LAST_PAGE_SECONDS: Final = 3.0
"""How long to wait in the end for a browser to ask for the last page; it does so at once, or never."""


class SignInPages:
    """
    Listens on a free port of 127.0.0.1 until it is closed; one authorisation code is received, once.

    Args:
        state: The value that the right answer carries.
        ask: The question of the first page, and its lines; None to go on to AWS at once.
        on_stranger: Called by `wait`, once, when another user of this machine has been turned away.

    Raises:
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """

    def __init__(
        self,
        state: str,
        *,
        ask: pages_words.Question | None = None,
        on_stranger: Callable[[], object] = lambda: None,
    ) -> None:
        self._state = state.encode()
        self._key = secrets.token_urlsafe(32)
        self._ask = ask
        self._on_stranger = on_stranger
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._onward: str | None = None
        self._settled = self._last_page_due = self._stranger_came = False
        self._last_words: Message | None = None
        self._finished = threading.Event()
        self._last_page_sent = threading.Event()
        self._lock = threading.Lock()
        try:
            if not knows_us():
                raise ServiceProblem(login_words.CONNECTIONS_UNKNOWN())
            self._server = PagesServer(self)
        except OSError:
            raise ServiceProblem(login_words.NO_PORT()) from None
        self._host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="sign-in-pages", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def start_url(self) -> str:
        """The address to open: a secret of this sign-in, but one that only this user's connections can use."""
        return f"http://{self._host}{_START}?key={self._key}"

    @property
    def redirect_uri(self) -> str:
        """Where the authorisation page should send the browser: with the port."""
        return f"http://{self._host}{CALLBACK}"

    def wait(
        self, begin: Callable[[], str], *, until: datetime, now: Callable[[], datetime], cancelled: Callable[[], bool]
    ) -> str:
        """
        Wait for the authorisation code.

        Args:
            begin: Called once, by this thread, when the person's browser has asked to begin; gives AWS's address.
            until: When to give up (UTC).
            now: The clock, in UTC.
            cancelled: Tells whether to give up at once.

        Returns:
            The authorisation code: a secret.

        Raises:
            SignInRefused: The person said no, the wait was cancelled, or it took too long.
            RedirectRefused: The authorisation page reported an error.
            TrayError: Of `begin`.
        """
        while True:
            if cancelled():
                raise SignInRefused(login_words.CANCELLED())
            if now() >= until:
                raise SignInRefused(login_words.TIMED_OUT())
            try:
                event = self._events.get(timeout=_GLANCE_SECONDS)
            except queue.Empty:
                continue
            if isinstance(event, Outcome):
                return event.redeemable()
            self._take(event, begin)

    def _take(self, event: Event, begin: Callable[[], str]) -> None:
        match event:
            case Kept() if self._onward is None:  # Another tab may have begun it meanwhile.
                raise SignInRefused(login_words.KEPT())
            case StrangerCame():
                self._on_stranger()
            case Asked():
                self._send_on(event, begin)

    def wait_for_start(
        self, begin: Callable[[], str], *, until: datetime, now: Callable[[], datetime], cancelled: Callable[[], bool]
    ) -> None:
        """Wait until the person's browser has been sent on, where no code will come back here; see `wait`."""

        def begin_and_go() -> str:
            self._events.put(Outcome())
            return begin()

        self.wait(begin_and_go, until=until, now=now, cancelled=cancelled)

    def finish(self, words: Message) -> None:
        """
        Say on the last page what came of it; where a browser came back, wait a moment for it to ask.

        Args:
            words: Title and what to do next. Plain text.
        """
        self._last_words = words
        self._end()
        if self._last_page_due:
            self._last_page_sent.wait(_LAST_PAGE_SECONDS)

    def close(self) -> None:
        """Stop listening; the address answers no more."""
        self._end()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _end(self) -> None:
        """Let no browser wait any longer: nobody will send it on."""
        with self._lock, suppress(queue.Empty):
            self._finished.set()
            while True:
                event = self._events.get_nowait()
                if isinstance(event, Asked):
                    event.answer = self._last_words
                    event.ready.set()

    def _send_on(self, asked: Asked, begin: Callable[[], str]) -> None:
        try:
            if self._onward is None:
                self._onward = begin()
            asked.answer = self._onward
        except TrayError as problem:
            asked.answer = pages_words.NOT_BEGUN(what=problem.message.happened)
            self._last_page_due = True
            raise
        finally:
            asked.ready.set()

    def respond(self, host: str, target: str, headers: Any, connection: socket.socket) -> Response:
        """
        Decide how a GET request is answered.

        Args:
            host: The ``Host`` header: a foreign name here is a page that reached us by DNS rebinding.
            target: The request's target, with the query.
            headers: Of the request.
            connection: Looked at again before anything is done.

        Raises:
            NotOurs: The connection is not this user's (`tray.loopback`).
        """
        path, _, query = target.partition("?")
        if host != self._host:
            return nothing(400)
        values = _read(query)
        if path == CALLBACK:
            return self._came_back(values, connection)
        if path not in {_START, _DONE} or not self._knows(values):
            return nothing(404)
        if path == _DONE:
            return self._done()
        if headers.get("Sec-Purpose") or headers.get("Sec-Fetch-Dest", "document") != "document":
            return nothing(403)  # A browser that looks ahead, or a page that embeds this one: nobody has come.
        demand_ours(connection)  # again: a request may have taken its time
        return self._started(values.get("choice", [""])[0])

    def _done(self) -> Response:
        if not self._settled:
            return nothing(404)  # Nothing can have come of it yet.
        self._finished.wait(_ANSWER_SECONDS)
        return _last(self._last_words or pages_words.APPROVED())

    def _started(self, choice: str) -> Response:
        if self._onward is not None:
            return Response(303, b"", location=self._onward)
        if self._ask is not None and not self._finished.is_set():
            if choice == _KEEP:
                self._last_page_due = True
                return _last(pages_words.KEPT()) if self._tell(Kept()) else self._over()
            if choice != _BEGIN:
                address = f"{_START}?key={self._key}&choice="
                return Response(200, question(self._ask, begin=address + _BEGIN, keep=address + _KEEP))
        return self._asked()

    def _asked(self) -> Response:
        asked = Asked()
        if not self._tell(asked):
            return self._over()
        if not asked.ready.wait(_ANSWER_SECONDS) or asked.answer is None:
            return nothing(503)
        return Response(303, b"", location=asked.answer) if isinstance(asked.answer, str) else _last(asked.answer)

    def _over(self) -> Response:
        return nothing(503) if self._last_words is None else _last(self._last_words)

    def _tell(self, event: Event) -> bool:
        """Tell the one that waits; False where nobody does any more."""
        with self._lock:
            if not self._finished.is_set():
                self._events.put(event)
            return not self._finished.is_set()

    def _came_back(self, values: dict[str, list[str]], connection: socket.socket) -> Response:
        """Keep the first outcome, and send the browser on to a page whose address holds no code."""
        outcome = read_outcome(values, self._state)
        if outcome is None:
            return nothing(400)
        demand_ours(connection)  # again: a request may have taken its time
        with self._lock:
            first, self._settled = not self._settled, True
            self._last_page_due = True
        if first:
            self._events.put(outcome)
        return Response(303, b"", location=f"http://{self._host}{_DONE}?key={self._key}")

    def _knows(self, values: dict[str, list[str]]) -> bool:
        key = values.get("key", [])
        return len(key) == 1 and hmac.compare_digest(key[0].encode(errors="replace"), self._key.encode())

    def note_stranger(self) -> None:
        """Let the wait tell, once, that another user was turned away."""
        with self._lock:
            if self._stranger_came:
                return
            self._stranger_came = True
        self._events.put(StrangerCame())

    def sent(self, response: Response) -> None:
        """Note that the last page is out."""
        if response.last:
            self._last_page_sent.set()


def _last(words: Message) -> Response:
    return Response(200, message(words), last=True)


def _read(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return {}
