"""
Decides which requests the pages answer at all.

Any program of this user, and any page open in a browser, may send requests to a port on loopback; the server lets in
nobody else. So a link works once and is exchanged for a cookie, which all pages share; and a request that changes
something must come from a page itself.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import Final

from tray.aws.login.page_text import message
from tray.core.dataclass import dataclass, field
from tray.core.words import page_frame as frame_words
from tray.loopback.server import Request, Response, redirect

_COOKIE: Final = "sso-tray-pages"


@dataclass(slots=True)
class _Link:
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    opened: bool = False


class Guard:
    """
    The secrets of the pages of a server, and what they open.

    Args:
        host: The address and port that they are served at, such as ``127.0.0.1:5000``.
    """

    def __init__(self, host: str) -> None:
        self._origin = f"http://{host}"
        self._links: dict[str, _Link] = {}
        """The last link of each page, by its name."""

        self._opening = threading.Lock()
        self._cookie = secrets.token_urlsafe(32)
        self.csrf_token = secrets.token_urlsafe(32)
        # Cookies know no port: below a path that nobody else has, no other server on loopback is sent this one.
        self._base = f"/{secrets.token_urlsafe(12)}/"

    def link(self, name: str) -> str:
        """
        Give the address that opens a page; it works once.

        As long as nobody has used it, it stays the same; from then on the page is opened once more by another one.
        """
        link = self._links.get(name)
        if link is None or link.opened:
            link = self._links[name] = _Link()
        return f"{self._origin}/open/{link.secret}"

    def admit(self, request: Request) -> Response | str:
        """
        Let a request pass, or answer it.

        Returns:
            The path of a request that may be answered, relative to that of all pages; else the answer.
        """
        if request.method == "GET" and request.path.startswith("/open/"):
            return self._open(request)
        if not request.path.startswith(self._base):
            return refusal(404)
        refused = self._refuses(request)
        return refusal(refused) if refused else request.path.removeprefix(self._base)

    def _refuses(self, request: Request) -> int:
        """Give the status of the first check that a request for a page itself fails; 0 for none."""
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
        given = request.path.removeprefix("/open/")
        found = [name for name, link in list(self._links.items()) if _equal(given, link.secret)]
        if not found:
            return refusal(403)
        link = self._links[found[0]]
        with self._opening:  # Of two that come at the same moment, too, one has it.
            if link.opened and not self._knows(request):
                return refusal(403)
            link.opened = True
        cookie = f"{_COOKIE}={self._cookie}; Path={self._base}; HttpOnly; SameSite=Strict"
        return redirect(f"{self._base}{found[0]}/", ("Set-Cookie", cookie))

    def _knows(self, request: Request) -> bool:
        cookies = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
        return any(name == _COOKIE and _equal(value, self._cookie) for name, _, value in cookies)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def refusal(status: int) -> Response:
    """Say no, without a word of the request; looks as the pages of a sign-in do, which need no file for that."""
    return Response(status, message(frame_words.FOREIGN() if status == 403 else frame_words.GONE()))
