"""Serves pages: their files, and as JSON what their scripts ask this program, and have it do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, Final

from tray.aws.login.page_text import STYLE_SOURCE
from tray.core.dataclass import dataclass, field
from tray.core.errors import AnswerProblem, ServiceProblem, TrayError
from tray.core.words import setup as setup_words
from tray.loopback.server import ConnectionsUnknown, LoopbackServer, Request, Response, Site, Stream
from tray.pages import doorbell
from tray.pages.doorbell import Doorbell
from tray.pages.guard import Guard, refusal
from tray.pages.html import Template, has_style, page_html, read_file

_SOURCES: Final = (
    f"script-src 'self'; {STYLE_SOURCE} 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
)
_CONTENT_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_EVENTS: Final = "events"
_LOOK_SECONDS: Final = 0.5
"""So often it is looked whether anything has changed."""


class NoMorePages(Exception):
    """The server is ending, and nobody has come back in time."""


class BadRequest(Exception):
    """No page of ours would send such a thing."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its files, and what is done at its paths, for one request at a time; no page waits for another."""

    name: str
    """
    ``web/`` holds its files: ``NAME.html`` with what stands in the frame of ``page.html``, ``NAME.js``, and
    ``NAME.css``, if anything of it looks special.
    """

    reads: Mapping[str, Callable[[], object]]
    """What a GET is answered with, by path: a value for JSON."""

    acts: Mapping[str, Callable[[dict[str, Any]], object]]
    """What a POST does with the object that it brings, by path; gives a value for JSON."""

    apart: frozenset[str] = frozenset()
    """Those acts that may wait for another program, such as a browser: nothing else of the page waits for them."""

    last: frozenset[str] = frozenset()
    """Those acts that end the page."""

    scripts: tuple[str, ...] = ()
    """Further files of ``web/``."""

    words: Mapping[str, Template] = field(default_factory=dict)
    """Its words, by the name that they have in its files; one is its ``TITLE``."""

    version: Callable[[], str] = str
    """
    Gives another text when anything that the page shows has changed, from any thread and at once: it is asked twice a
    second while the page is open.
    """

    command: str = ""
    """What does the same in a terminal; empty for what `in_terminal` says."""

    over: Callable[[], bool] = bool
    """Tells whether nothing is left to do here, so that who opens the page once more begins anew."""

    close: Callable[[], object] = object
    """Gives up what is under way."""


class PageServer:
    """
    Serves pages from its making until it is closed.

    Args:
        makers: What makes each page, by its name, in the order in which they are offered. A page is made when it is
            asked for, and made anew once it is over.
        ends_with_page: Whether the last act of a page is the end for all.

    Raises:
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Page]], *, ends_with_page: bool = False) -> None:
        self._makers = makers
        self._ends_with_page = ends_with_page
        self._pages: dict[str, Page] = {}
        self._used = threading.Event()
        self._locks = {name: threading.Lock() for name in makers}
        self._making = threading.Lock()
        self._closing = False
        self._tabs = 0
        """How many follow the changes, each a browser that has at least one page open."""

        self.bell: Doorbell | None = None
        """What others get links by; None for nobody."""

        try:
            self._server = LoopbackServer()
        except ConnectionsUnknown:
            raise ServiceProblem(setup_words.PAGE_CONNECTIONS_UNKNOWN()) from None
        except OSError:
            raise ServiceProblem(setup_words.NO_PAGE_PORT()) from None
        self.host = self._server.host
        self._guard = Guard(self.host)
        self._server.serve(Site(self._answer, refusal, _SOURCES, ("GET", "POST")))

    def wait(self, idle_seconds: Callable[[], float], *, on_stranger: Callable[[], object]) -> bool:
        """
        Wait for the last answer of all.

        Args:
            idle_seconds: Tells how long the pages may go unused now; one that is open in a tab is used.
            on_stranger: Called once, when another user of this machine has been turned away.

        Returns:
            False where they went unused for so long.
        """
        used = time.monotonic()
        while True:
            finished = self._server.last_sent.wait(min(1.0, idle_seconds()))
            if self._server.stranger_came():
                on_stranger()
            if finished:
                return True
            if self._used.is_set() or self._tabs:
                self._used.clear()
                used = time.monotonic()
            if time.monotonic() - used >= idle_seconds() and self._ends():
                return False

    def link(self, name: str) -> str:
        """
        Give an address that opens a page; it works once. That somebody asks for it is a use of the pages.

        Args:
            name: Of the page, one of those that can be made.

        Raises:
            NoMorePages: The server is ending.
        """
        with self._making:
            if self._closing:
                raise NoMorePages
            self._used.set()
            if name in self._pages and self._pages[name].over():
                self._pages.pop(name).close()
        return self._guard.link(name)

    def _ends(self) -> bool:
        """Give no more links, unless one was asked for just now."""
        with self._making:
            self._closing = not self._used.is_set() and not self._tabs
            return self._closing

    def close(self) -> None:
        """Stop listening, and give up what is under way."""
        self._server.close()
        with self._making:
            for page in self._pages.values():
                page.close()

    def _answer(self, request: Request) -> Response:
        request.demand_ours()
        if self.bell is not None and (request.method, request.path) == ("POST", doorbell.PATH):
            return self._answer_bell(self.bell, request.read_body())
        path = self._guard.admit(request)
        if isinstance(path, Response):
            return path
        self._used.set()
        body = request.read_body()
        request.demand_ours()
        if request.method == "GET" and path == _EVENTS:
            return Response(200, content_type="application/x-ndjson", stream=self._tell_of_changes)
        name, slash, path = path.partition("/")
        if name not in self._makers or not slash:
            return _json(404, {})
        page = self._page(name)
        if request.method == "GET" and (response := self._file(page, path)) is not None:
            return response
        return self._work(page, request.method, path, body)

    def _work(self, page: Page, method: str, path: str, body: bytes) -> Response:
        try:
            with nullcontext() if path in page.apart else self._locks[page.name]:
                return self._do(page, method, path, body)
        except TrayError as error:
            question = error.answer if isinstance(error, AnswerProblem) else None
            return _json(422, {"question": question, "title": error.title, "hint": error.hint})
        except BadRequest:
            return _json(400, {})

    def _answer_bell(self, bell: Doorbell, body: bytes) -> Response:
        try:
            answer = bell.answer(body, lambda name: self.link(name) if name in self._makers else None)
        except NoMorePages:
            answer = None
        return refusal(403) if answer is None else Response(200, answer, "application/json")

    def _page(self, name: str) -> Page:
        with self._making:
            if name not in self._pages:
                self._pages[name] = self._makers[name]()
            return self._pages[name]

    def _do(self, page: Page, method: str, path: str, body: bytes) -> Response:
        if method == "GET" and path in page.reads:
            return _json(200, page.reads[path]())
        if method != "POST" or path not in page.acts:
            return _json(404, {})
        result = page.acts[path](_object(body))
        if path in page.last:
            self._end(page)
        return _json(200, result, last=path in page.last and self._ends_with_page)

    def _end(self, page: Page) -> None:
        with self._making:
            if self._pages.get(page.name) is page and not self._ends_with_page:
                del self._pages[page.name]
                page.close()

    def _file(self, page: Page, name: str) -> Response | None:
        if not name:
            text = page_html(
                page, csrf_token=self._guard.csrf_token, version=page.version(), beside=tuple(self._makers)
            )
            return Response(200, text.encode())
        style = f"{page.name}.css"
        own = {"page.css", "page.js", "icon.svg", f"{page.name}.js", *page.scripts}
        if name in own or (name == style and has_style(page.name)):
            return Response(200, read_file(name), _CONTENT_TYPES[name.rpartition(".")[2]])
        return None

    def _tell_of_changes(self, stream: Stream) -> None:
        with self._making:
            self._tabs += 1
        try:
            self._tell(stream)
        finally:
            with self._making:
                self._tabs -= 1
            self._used.set()

    def _tell(self, stream: Stream) -> None:
        told: dict[str, str] | None = None
        while True:
            with self._making:
                pages = list(self._pages.values())
            versions = {page.name: page.version() for page in pages}
            if versions != told:
                stream.send(json.dumps(versions).encode() + b"\n")
                told = versions
            if not stream.wait(_LOOK_SECONDS):
                return


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadRequest
    return value


def _json(status: int, value: object, *, last: bool = False) -> Response:
    return Response(status, json.dumps(value).encode(), "application/json", last=last)
