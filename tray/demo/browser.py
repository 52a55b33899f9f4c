"""
A person with a browser, for places without a display: visits a page of the demo and presses **Allow**.

``BROWSER="python -m tray.demo.browser %s"`` makes it the browser of every program that asks for one. ``--deny``, or
``SSO_TRAY_DEMO_DECISION=deny`` in the environment, presses **Deny** instead. Where our own page asks whether to begin a
new session, this person does; ``keep`` is the other decision. Cookies are kept between visits, as a person's browser
does; ``--profile NAME`` is a second browser, which knows nothing of the first.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from http.client import HTTPException, HTTPMessage
from http.cookiejar import CookieJar, LoadError, MozillaCookieJar
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from tray.core.errors import TrayError
from tray.disk import native
from tray.disk.lock import locked
from tray.disk.staging import staged

_PATIENCE_SECONDS = 60
"""How long a page may take, and another visit of this browser to read or write its cookies."""

_LARGEST_PAGE = 1 << 20
_SIGN_IN = "sign-in"
_SIGN_OUT = "sign-out"
_BEGIN, _KEEP = "begin", "keep"
_DECISIONS = ("allow", "deny", _KEEP)
_PROFILE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Page(HTMLParser):
    """What a person sees of a page: its form, where that goes, its hidden fields, the buttons, and links to choose."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.decisions: set[str] = set()
        self.choices: dict[str, str] = {}
        self.feed(text)

    def press(self, decision: str) -> Request:
        """Make the request that a press of a button sends."""
        target = urljoin(self.url, self.action)
        _check_loopback(target)
        return Request(target, urlencode({**self.fields, "decision": decision}).encode())  # noqa: S310 - loopback

    def choose(self, choice: str) -> str:
        """Give the address that a link leads to."""
        target = urljoin(self.url, self.choices[choice])
        _check_loopback(target)
        return target

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what a press of a button would send, and which links are a choice."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given.get("name", "")] = given.get("value", "")
        elif tag == "button" and given.get("name") == "decision":
            self.decisions.add(given.get("value", ""))
        elif tag == "a":
            for choice in parse_qs(urlsplit(given.get("href", "")).query).get("choice", ()):
                self.choices[choice] = given["href"]


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


def visit(url: str, decision: str | None = "allow", *, jar: CookieJar | None = None) -> None:
    """
    Visit a page, sign in if it asks for that, decide if it asks for a decision, and follow to where that leads.

    Args:
        url: ``http`` on loopback; nothing else is visited.
        decision: ``allow`` or ``deny``, which both begin a new session where a page of ours asks that first; ``keep``,
            on that page; ``sign-out``, on the access portal's page; None looks at the page and leaves.
        jar: The browser's cookies; None is a browser that is used this once.

    Raises:
        Stuck: Something on the way did not answer, or asked for something else.
    """
    # Like every browser's, these cookies go to a host whatever the port (RFC 6265 section 8.5).
    cookies = HTTPCookieProcessor(CookieJar() if jar is None else jar)
    opener = build_opener(ProxyHandler({}), cookies, _LoopbackOnly())
    try:
        _check_loopback(url)
        page = _open(opener, url)
        if page.choices and decision is not None:
            page = _open(opener, page.choose(_KEEP if decision == _KEEP else _BEGIN))
        if _SIGN_IN in page.decisions:
            page = _open(opener, page.press(_SIGN_IN))
        if decision in page.decisions:
            _open(opener, page.press(decision))
        elif decision is not None and page.action is not None and page.decisions != {_SIGN_OUT}:
            raise Stuck("The page asks for something other than a decision.")
    except HTTPError as error:
        error.close()
        raise Stuck(f"The page answered with status {error.code}.") from None
    except (HTTPException, OSError, ValueError) as error:
        raise Stuck(f"The page could not be reached ({type(error).__name__}).") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a browser: ``[--deny | --keep] [--profile NAME] URL``; wrong use ends the program with 2."""
    parser = argparse.ArgumentParser(prog="python -m tray.demo.browser", allow_abbrev=False)
    decisions = parser.add_mutually_exclusive_group()
    for decision, does in (("deny", "press Deny instead of Allow"), (_KEEP, "keep the session that holds")):
        decisions.add_argument(f"--{decision}", dest="decision", action="store_const", const=decision, help=does)
    cookies = "another browser, with its own cookies"
    parser.add_argument("--profile", dest="file", type=cookie_file, default="default", metavar="NAME", help=cookies)
    parser.add_argument("url", metavar="URL")
    given = parser.parse_args(arguments)
    decision = given.decision or os.environ.get("SSO_TRAY_DEMO_DECISION", "allow")
    if decision not in _DECISIONS:
        parser.error(f"SSO_TRAY_DEMO_DECISION is none of {', '.join(_DECISIONS)}")
    try:
        jar = _load_cookies(given.file)
        before = {cookie.value for cookie in jar}
        try:
            visit(given.url, decision, jar=jar)
        finally:
            _add_cookies(given.file, jar, before)
    except Stuck as problem:
        print(problem, file=sys.stderr)
        return 1
    except (OSError, TrayError) as error:
        print(f"The cookies could not be kept ({type(error).__name__}).", file=sys.stderr)
        return 1
    return 0


def cookie_file(profile: str = "default") -> Path:
    """Tell where a browser keeps its cookies: below the home's cache folder."""
    if not _PROFILE.fullmatch(profile):
        raise argparse.ArgumentTypeError("a name is made of letters, digits, hyphens and underscores")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sso-tray-demo-browser" / f"{profile}.txt"


def _load_cookies(file: Path) -> CookieJar:
    with _locked(file):
        return _read(file)


def _add_cookies(file: Path, jar: CookieJar, before: set[str | None]) -> None:
    """Add what a visit got to what other visits got meanwhile; in a file for its owner alone, as curl writes it."""
    with _locked(file):
        kept = _read(file)
        for cookie in jar:
            if cookie.value not in before:
                kept.set_cookie(cookie)
        with staged(file, b"") as new:
            kept.save(str(new), ignore_discard=True)
            native.replace(new, file)


def _read(file: Path) -> MozillaCookieJar:
    """Read the cookies; a file that is broken holds none, as in a browser whose profile was damaged."""
    jar = MozillaCookieJar()
    try:
        jar.load(str(file), ignore_discard=True)
    except (FileNotFoundError, LoadError, ValueError):
        return MozillaCookieJar()
    return jar


def _locked(file: Path) -> AbstractContextManager[None]:
    """Keep other visits of this browser, which are processes of their own, from its cookies for a moment."""
    return locked(file.with_suffix(".lock"), seconds=_PATIENCE_SECONDS)


def _open(opener: OpenerDirector, wanted: str | Request) -> _Page:
    with opener.open(wanted, timeout=_PATIENCE_SECONDS) as page:
        return _Page(page.url, page.read(_LARGEST_PAGE).decode("utf-8", "replace"))


def _check_loopback(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in {"127.0.0.1", "localhost"}:
        raise Stuck("This browser visits pages of the demo only.")


if __name__ == "__main__":
    sys.exit(main())
