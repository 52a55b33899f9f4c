"""Sends single requests to the loopback pages of a sign-in, as a browser does, or as it never would."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tray.aws.cache.registration import REDIRECT_URI
from tray.aws.login.sign_in_pages import SignInPages

STATE = "b6d9a5a2-8f4e-4c61-9d5e-0f2d7f8f7a11"
START = datetime(2026, 11, 23, tzinfo=UTC)
CALLBACK = urlsplit(REDIRECT_URI).path
AWS = "https://oidc.us-east-1.amazonaws.com/authorize?state=x"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


def came_back(**query: str) -> str:
    """Write the target with which AWS's page sends a browser back."""
    return f"{CALLBACK}?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())


class Visitor:
    """
    Sends requests to the pages, while another thread waits for the code.

    Args:
        pages: The pages.
        begin: What the wait does when a browser has come; by default it only counts.
    """

    def __init__(self, pages: SignInPages, begin: Callable[[], str] | None = None) -> None:
        self.pages = pages
        self.host = urlsplit(pages.redirect_uri).netloc
        self.port = urlsplit(pages.redirect_uri).port or 0
        self.start = pages.start_url.removeprefix(f"http://{self.host}")
        self.cancelled = threading.Event()
        self.now = START
        self.begun = 0
        self._begin = begin or (lambda: AWS)
        self._pool = ThreadPoolExecutor(1)
        self.outcome: Future[str] = self._pool.submit(self._wait)

    def _wait(self) -> str:
        def begin() -> str:
            self.begun += 1
            return self._begin()

        until = START + timedelta(minutes=10)
        return self.pages.wait(begin, until=until, now=lambda: self.now, cancelled=self.cancelled.is_set)

    def get(
        self, target: str, *, method: str = "GET", host: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            target = target.removeprefix(f"http://{self.host}")
            connection.request(method, target, headers={**(headers or {}), **({} if host is None else {"Host": host})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            answer = b""
            with contextlib.suppress(ConnectionError):  # Windows lets nobody in who has closed a half already
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
            return answer

    def code(self) -> str:
        return self.outcome.result(30)

    def leave(self) -> None:
        self.cancelled.set()
        self._pool.shutdown()
