"""
Decides which requests a page answers at all.

Any program of this user, and any page open in a browser, may send requests to a port on loopback; the server lets in
nobody else. So the link works once and is exchanged for a cookie; and a request that changes something must come from
the page itself.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from tray.core.words import setup as setup_words
from tray.loopback.server import Request, Response, redirect

_COOKIE: Final = "sso-tray-setup"


class Guard:
    """
    The secrets of one page, and what they open.

    Args:
        host: The address and port that it is served at, such as ``127.0.0.1:5000``.
    """

    def __init__(self, host: str) -> None:
        self._origin = f"http://{host}"
        self._secret = secrets.token_urlsafe(32)
        self._opened = False
        self._cookie = secrets.token_urlsafe(32)
        self.csrf_token = secrets.token_urlsafe(32)
        # Cookies know no port: below a path that nobody else has, no other server on loopback is sent this one.
        self._base = f"/{secrets.token_urlsafe(12)}/"

    @property
    def link(self) -> str:
        """The address to open; it works once."""
        return f"{self._origin}/open/{self._secret}"

    def renew_link(self) -> None:
        """Let the page be opened once more, by another address where that of before has been used."""
        if self._opened:
            self._secret = secrets.token_urlsafe(32)
            self._opened = False

    def admit(self, request: Request) -> Response | str:
        """
        Let a request pass, or answer it.

        Returns:
            The path of a request that may be answered, relative to the page's own; else the answer.
        """
        if request.method == "GET" and request.path.startswith("/open/"):
            return self._open(request)
        if not request.path.startswith(self._base):
            return refusal(404)
        refused = self._refuses(request)
        return refusal(refused) if refused else request.path.removeprefix(self._base)

    def _refuses(self, request: Request) -> int:
        """Give the status of the first check that a request for the page itself fails; 0 for none."""
        headers = request.headers
        changes = request.method == "POST"
        content_type = headers.get("content-type", "").partition(";")[0].strip()
        checks = (
            (403, self._knows(request)),
            (403, headers.get("sec-fetch-site", "none") in {"same-origin", "none"}),
            (403, not changes or headers.get("origin") == self._origin),
            (403, not changes or _equal(headers.get("x-csrf-token", ""), self.csrf_token)),
            (415, not changes or content_type == "application/json"),
        )
        return next((status for status, passed in checks if not passed), 0)

    def _open(self, request: Request) -> Response:
        if not _equal(request.path.removeprefix("/open/"), self._secret):
            return refusal(403)
        if self._opened and not self._knows(request):
            return refusal(403)
        self._opened = True
        cookie = f"{_COOKIE}={self._cookie}; Path={self._base}; HttpOnly; SameSite=Strict"
        return redirect(self._base, ("Set-Cookie", cookie))

    def _knows(self, request: Request) -> bool:
        cookies = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
        return any(name == _COOKIE and _equal(value, self._cookie) for name, _, value in cookies)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def refusal(status: int) -> Response:
    """Say no, without a word of the request."""
    said = setup_words.PAGE_FOREIGN() if status == 403 else setup_words.PAGE_GONE()
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{said.title}</title></head>'
        f"<body><main><h1>{said.title}</h1><p>{said.hint}</p></main></body></html>"
    )
    return Response(status, page.encode())
