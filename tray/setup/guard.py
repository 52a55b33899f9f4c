"""
Decides which requests the set-up page answers at all.

Any program of this user, and any page open in a browser, may send requests to a port on loopback; the server lets in
nobody else. So the link works once and is exchanged for a cookie; and a request that changes something must come from
the page itself.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Final

from tray.core.dataclass import dataclass, field
from tray.core.words import setup as setup_words

_COOKIE: Final = "sso-tray-setup"
CSRF_HEADER: Final = "x-csrf-token"

HEADERS: Final = (
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        ),
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
"""Sent with every answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read whole."""

    method: str
    path: str
    """Without a query: one is never looked at."""

    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case; one that came twice is missing."""

    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `HEADERS` are sent with it."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    last: bool = False
    """Whether nothing more will be answered."""


class Guard:
    """
    The secrets of one set-up page, and what they open.

    Args:
        host: The address and port that it listens on, such as ``127.0.0.1:5000``.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._origin = f"http://{host}"
        self._secret = secrets.token_urlsafe(32)
        self._opened = False
        self._cookie = secrets.token_urlsafe(32)
        self.csrf_token = secrets.token_urlsafe(32)
        # Cookies know no port: below a path that nobody else has, no other server on loopback is sent this one.
        self.base = f"/{secrets.token_urlsafe(12)}/"

    @property
    def link(self) -> str:
        """The address to open; it works once."""
        return f"{self._origin}/open/{self._secret}"

    def admit(self, request: Request) -> Response | str:
        """
        Let a request pass, or answer it.

        Returns:
            The path below `base` of a request that may be answered; else the answer.
        """
        if request.headers.get("host") != self._host:  # a foreign name is a page that came by DNS rebinding
            return _refusal(400)
        if request.method not in {"GET", "POST"}:
            return _refusal(405, ("Allow", "GET, POST"))
        if request.method == "GET" and request.path.startswith("/open/"):
            return self._open(request)
        if not request.path.startswith(self.base):
            return _refusal(404)
        refused = self._refuses(request)
        return _refusal(refused) if refused else request.path.removeprefix(self.base)

    def _refuses(self, request: Request) -> int:
        """Give the status of the first check that a request for the page itself fails; 0 for none."""
        headers = request.headers
        changes = request.method == "POST"
        content_type = headers.get("content-type", "").partition(";")[0].strip()
        checks = (
            (403, self._knows(request)),
            (403, headers.get("sec-fetch-site", "none") in {"same-origin", "none"}),
            (403, not changes or headers.get("origin") == self._origin),
            (403, not changes or _equal(headers.get(CSRF_HEADER, ""), self.csrf_token)),
            (415, not changes or content_type == "application/json"),
        )
        return next((status for status, passed in checks if not passed), 0)

    def _open(self, request: Request) -> Response:
        if not _equal(request.path.removeprefix("/open/"), self._secret):
            return _refusal(403)
        if self._opened:
            return _refusal(403) if not self._knows(request) else self._redirect()
        self._opened = True
        return self._redirect()

    def _redirect(self) -> Response:
        cookie = f"{_COOKIE}={self._cookie}; Path={self.base}; HttpOnly; SameSite=Strict"
        return Response(303, headers=(("Location", self.base), ("Set-Cookie", cookie)))

    def _knows(self, request: Request) -> bool:
        cookies = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
        return any(name == _COOKIE and _equal(value, self._cookie) for name, _, value in cookies)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _refusal(status: int, *headers: tuple[str, str]) -> Response:
    """Say no, without a word of the request."""
    said = setup_words.PAGE_FOREIGN() if status == 403 else setup_words.PAGE_GONE()
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{said.title}</title></head>'
        f"<body><main><h1>{said.title}</h1><p>{said.hint}</p></main></body></html>"
    )
    return Response(status, "text/html; charset=utf-8", page.encode(), headers)
