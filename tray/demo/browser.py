"""
A person with a browser, for places without a display: visits a page of the demo and presses **Allow**.

``BROWSER="python -m tray.demo.browser %s"`` makes it the browser of every program that asks for one. ``--deny``, or
``SSO_TRAY_DEMO_DECISION=deny`` in the environment, presses **Deny** instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from html.parser import HTMLParser
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

_PATIENCE_SECONDS = 60
_LARGEST_PAGE = 1 << 20


class _ConsentForm(HTMLParser):
    """Picks the consent form out of a page: where it goes, and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.decisions: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what a press of a button would send."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given.get("name", "")] = given.get("value", "")
        elif tag == "button" and given.get("name") == "decision":
            self.decisions.add(given.get("value", ""))


class Stuck(Exception):
    """The visit came to nothing; says why, without the address, which holds codes."""


class _LoopbackOnly(HTTPRedirectHandler):
    """Follows redirects within the demo."""

    def redirect_request(  # noqa: PLR0917 - the base class has them
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Refuse to leave loopback."""
        _check_loopback(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def visit(url: str, decision: str = "allow") -> None:
    """
    Visit a page, decide if it asks for a decision, and follow to where that leads.

    Args:
        url: ``http`` on loopback; nothing else is visited.
        decision: ``allow`` or ``deny``.

    Raises:
        Stuck: Something on the way did not answer, or asked for something else.
    """
    opener = build_opener(ProxyHandler({}), _LoopbackOnly())
    try:
        _check_loopback(url)
        with opener.open(url, timeout=_PATIENCE_SECONDS) as page:
            form = _ConsentForm()
            form.feed(page.read(_LARGEST_PAGE).decode("utf-8", "replace"))
            target = urljoin(page.url, form.action)
        if form.action is None:
            return
        if decision not in form.decisions:
            raise Stuck("The page asks for something other than a decision.")
        _check_loopback(target)
        pressed = urlencode({**form.fields, "decision": decision}).encode()
        with opener.open(Request(target, pressed), timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - loopback
            answer.read(_LARGEST_PAGE)
    except HTTPError as error:
        error.close()
        raise Stuck(f"The page answered with status {error.code}.") from None
    except (HTTPException, OSError, ValueError) as error:
        raise Stuck(f"The page could not be reached ({type(error).__name__}).") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a browser: ``[--deny] URL``. Returns 0 if all went well, 1 if not, 2 for wrong use."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    decision = os.environ.get("SSO_TRAY_DEMO_DECISION", "allow")
    if "--deny" in given:
        given.remove("--deny")
        decision = "deny"
    if len(given) != 1 or decision not in {"allow", "deny"}:
        print("usage: python -m tray.demo.browser [--deny] URL", file=sys.stderr)
        return 2
    try:
        visit(given[0], decision)
    except Stuck as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _check_loopback(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in {"127.0.0.1", "localhost"}:
        raise Stuck("This browser visits pages of the demo only.")


if __name__ == "__main__":
    sys.exit(main())
