"""Serves a page until it is done: its files, and as JSON what its script asks this program, and has it do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from tray.core.dataclass import dataclass
from tray.core.errors import AnswerProblem, ServiceProblem, TrayError
from tray.core.words import setup as setup_words
from tray.loopback.server import ConnectionsUnknown, LoopbackServer, Request, Response, Site
from tray.pages.guard import Guard, refusal

_SOURCES: Final = (
    "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
)
_CSRF_PLACE: Final = b"CSRF-TOKEN"
_CONTENT_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class BadRequest(Exception):
    """No page of ours would send such a thing."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its files, and what is done at its paths, for one request at a time."""

    name: str
    """``web/`` holds its files: ``NAME.html``, ``NAME.css`` and ``NAME.js``."""

    reads: Mapping[str, Callable[[], object]]
    """What a GET is answered with, by path: a value for JSON."""

    acts: Mapping[str, Callable[[dict[str, Any]], object]]
    """What a POST does with the object that it brings, by path; gives a value for JSON."""

    last: frozenset[str]
    """Those acts that end the page."""

    scripts: tuple[str, ...] = ()
    """Further files of ``web/``."""


class PageServer:
    """
    Serves a page from its making until it is closed.

    Raises:
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._files = {"": f"{page.name}.html"} | {
            name: name for name in (f"{page.name}.css", f"{page.name}.js", "icon.svg", *page.scripts)
        }
        self._used = threading.Event()
        self._lock = threading.Lock()
        try:
            self._server = LoopbackServer()
        except ConnectionsUnknown:
            raise ServiceProblem(setup_words.PAGE_CONNECTIONS_UNKNOWN()) from None
        except OSError:
            raise ServiceProblem(setup_words.NO_PAGE_PORT()) from None
        self._guard = Guard(self._server.host)
        self._server.serve(Site(self._answer, refusal, _SOURCES, ("GET", "POST")))

    def wait(self, idle_seconds: Callable[[], float], *, on_stranger: Callable[[], object]) -> bool:
        """
        Wait for the page's last answer.

        Args:
            idle_seconds: Tells how long the page may go unused now.
            on_stranger: Called once, when another user of this machine has been turned away.

        Returns:
            False where it went unused for so long.
        """
        used = time.monotonic()
        while True:
            finished = self._server.last_sent.wait(min(1.0, idle_seconds()))
            if self._server.stranger_came():
                on_stranger()
            if finished:
                return True
            if self._used.is_set():
                self._used.clear()
                used = time.monotonic()
            if time.monotonic() - used >= idle_seconds():
                return False

    @property
    def link(self) -> str:
        """The address to open; it works once."""
        return self._guard.link

    def renew_link(self) -> str:
        """Give an address that opens the page once more; that somebody asks for it is a use of the page."""
        self._used.set()
        self._guard.renew_link()
        return self._guard.link

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _answer(self, request: Request) -> Response:
        request.demand_ours()
        path = self._guard.admit(request)
        if isinstance(path, Response):
            return path
        self._used.set()
        body = request.read_body()
        request.demand_ours()
        if request.method == "GET" and path in self._files:
            return self._file(self._files[path])
        try:
            with self._lock:
                return self._do(request.method, path, body)
        except TrayError as error:
            question = error.answer if isinstance(error, AnswerProblem) else None
            return _json(422, {"question": question, "title": error.title, "hint": error.hint})
        except BadRequest:
            return _json(400, {})

    def _do(self, method: str, path: str, body: bytes) -> Response:
        page = self._page
        if method == "GET" and path in page.reads:
            return _json(200, page.reads[path]())
        if method == "POST" and path in page.acts:
            return _json(200, page.acts[path](_object(body)), last=path in page.last)
        return _json(404, {})

    def _file(self, name: str) -> Response:
        content = resources.files("tray.pages").joinpath("web", name).read_bytes()
        content_type = _CONTENT_TYPES[name.rpartition(".")[2]]
        return Response(200, content.replace(_CSRF_PLACE, self._guard.csrf_token.encode()), content_type)


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
