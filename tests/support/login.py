"""A person who signs in, for tests of the login: what is shown is visited, in a browser of a few lines."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

from support.center import Clock, Page, fetch, press
from tray.aws.login.context import LoginContext, LoginEvent, OpenUrl, UserCode
from tray.core.model import Kind, SignIn
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL

SESSION = SignIn(name="my-sso", kind=Kind.SSO_SESSION, start_url=START_URL, region="us-east-1")
LEGACY = SignIn(name=START_URL, kind=Kind.LEGACY, start_url=START_URL, region="us-east-1")

_PAGES = {"Authorize", "Device", "Consent", "IdpSignIn", "Portal", "PortalSignOut"}


def cache_dir() -> Path:
    """Where tokens and registrations are in this test's home."""
    return Path.home() / ".aws" / "sso" / "cache"


@dataclass
class Person:
    """
    Looks at the page that a login opens, and presses a button.

    The browser works in a thread of its own, as a real one does; `join` waits for it.
    """

    center: IdentityCenter
    clock: Clock
    decision: str | None = "allow"
    """None for a person who looks at nothing."""

    choice: str | None = "begin"
    """What to answer where our own page asks: ``begin``, ``keep``, or None for a person who only looks at it."""

    before: Callable[[str], None] = lambda url: None
    """Is called with the address that was opened, before the person's browser asks for it."""

    at_aws: Callable[[str], None] = lambda url: None
    """Is called with the address of AWS's page, before the person's browser asks for that."""

    opens: bool = True
    """Whether the opener works."""

    jar: CookieJar = field(default_factory=CookieJar)
    """The cookies of the person's one browser: a second login joins the session of the first while that lasts."""

    events: list[LoginEvent] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    """What each visit ended with."""

    asked: list[str] = field(default_factory=list)
    """Every address that the browser asked for."""

    slept: list[float] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)
    _visits: list[threading.Thread] = field(default_factory=list)

    def surroundings(self, *, browser: bool = True) -> LoginContext:
        return LoginContext(
            now=lambda: datetime.fromtimestamp(self.clock(), UTC),
            sleep=self.sleep,
            tell=self.events.append if browser else self.tell_and_visit,
            open_browser=self.open if browser else None,
            cancelled=self.cancelled.is_set,
        )

    def sleep(self, seconds: float) -> None:
        self.join()
        self.slept.append(seconds)
        self.clock.advance(seconds)

    def tell_and_visit(self, event: LoginEvent) -> None:
        """Play a person who copies the address from the terminal."""
        self.events.append(event)
        self.open(event.url)

    def open(self, url: str) -> bool:
        visit = threading.Thread(target=self.visit, args=(url,))
        visit.start()
        self._visits.append(visit)
        return self.opens

    def visit(self, url: str) -> None:
        self.before(url)
        if self.decision is None:
            return
        with suppress(OSError, HTTPException):  # A login that is over serves no page any more.
            page = self._go(url)
            if f"choice={self.choice}" in page.text:
                page = self._go(urljoin(url, self._link(page)))
            if page.status == 200 and 'value="sign-in"' in page.text:
                page = press(self.center, page, "sign-in", jar=self.jar)
                page = self._go(urljoin(self.center.url, page.location))
            if page.status == 200 and "<form" in page.text:
                page = press(self.center, page, self.decision, jar=self.jar)
                if page.location:
                    page = self._go(page.location)
            self.pages.append(page)

    def _go(self, url: str) -> Page:
        """Ask for an address, and follow where it leads."""
        while True:
            if url.startswith(f"{self.center.url}/") and not any(map(self._is_at_aws, self.asked[-1:])):
                self.at_aws(url)
            self.asked.append(url)
            page = fetch(url, jar=self.jar)
            if not page.location:
                return page
            url = urljoin(url, page.location)

    def _link(self, page: Page) -> str:
        found = re.search(f'href="([^"]*choice={self.choice})"', page.text)
        assert found, page.text
        return unescape(found[1])

    def _is_at_aws(self, url: str) -> bool:
        return url.startswith(f"{self.center.url}/")

    def join(self) -> None:
        for visit in self._visits:
            visit.join(10)
        self._visits.clear()

    @property
    def urls(self) -> list[str]:
        """The pages of ours that were to be opened."""
        return [event.url for event in self.events if isinstance(event, OpenUrl)]

    @property
    def aws_urls(self) -> list[str]:
        """The authorisation pages that the browser was sent on to."""
        return [url for url in self.asked if urlsplit(url).path == "/authorize"]

    @property
    def codes(self) -> list[UserCode]:
        return [event for event in self.events if isinstance(event, UserCode)]


def parameters(url: str) -> dict[str, str]:
    """The query of an address, each name once."""
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def operations(center: IdentityCenter) -> list[str]:
    """What was asked of the center's APIs, in order: its pages are left out."""
    return [each.operation for each in center.requests if each.operation not in _PAGES]
