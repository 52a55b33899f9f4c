"""The embedded Identity Center in tests: fixtures, a browser's part by plain HTTP, and a planted home."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tray.demo.center import IdentityCenter
from tray.demo.organisation import Account

VERIFIER = "verifier-verifier-verifier-verifier-verifier-1"
REDIRECT = "http://127.0.0.1:45678/oauth/callback"


class Clock:
    """The time as the server sees it; moves on by itself, and by `advance`."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the server's time forward."""
        self._ahead += seconds


@pytest.fixture
def clock() -> Clock:
    """The clock of `center`."""
    return Clock()


@pytest.fixture
def center(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityCenter]:
    """A running Identity Center, which every AWS client of this test and of its child processes talks to."""
    with IdentityCenter(clock=clock) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def many_accounts(count: int, roles_each: int = 2) -> tuple[Account, ...]:
    """Make an organisation of that many accounts, each with roles ``Role-000``, ``Role-001`` and so on."""
    roles = tuple(f"Role-{number:03}" for number in range(roles_each))
    return tuple(
        Account(f"{100_000_000_000 + number}", f"account-{number:05}", f"aws+{number:05}@example.com", roles)
        for number in range(count)
    )


class Page(NamedTuple):
    """What came back to the browser; redirects are not followed."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def answer(self) -> dict[str, str]:
        """The query of the address that it redirects to."""
        return dict(parse_qsl(urlsplit(self.location).query))


def fetch(url: str, form: Mapping[str, str] | None = None, *, jar: CookieJar | None = None) -> Page:
    """
    Fetch a page as a browser does: a GET, or the POST of a form.

    Args:
        url: The page.
        form: What to post.
        jar: The browser's cookies. None is a browser that nobody has used yet: a login joins nothing in it, so a test
            about two logins of one person hands a jar to both.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    request = urllib.request.Request(url)
    cookies = CookieJar() if jar is None else jar
    cookies.add_cookie_header(request)
    try:
        if form is None:
            connection.request("GET", target, headers=dict(request.header_items()))
        else:
            headers = {"Content-Type": "application/x-www-form-urlencoded", **dict(request.header_items())}
            connection.request("POST", target, urlencode(form), headers)
        response = connection.getresponse()
        cookies.extract_cookies(response, request)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Page(response.status, headers, response.read().decode())
    finally:
        connection.close()


def press(center: IdentityCenter, page: Page, decision: str, *, jar: CookieJar | None = None) -> Page:
    """
    Press a button of a page: ``allow``, ``deny`` or ``sign-in``; in a browser as in `fetch`.

    The session is bound where the button is pressed, so a page that was fetched without a jar may be pressed in one.
    """
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert action, page.text
    assert ticket, page.text
    assert f'value="{decision}"' in page.text, page.text
    return fetch(f"{center.url}{action[1]}", {"ticket": unescape(ticket[1]), "decision": decision}, jar=jar)


def challenge(verifier: str = VERIFIER) -> str:
    """Compute the S256 code challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def authorize_url(center: IdentityCenter, client_id: str, **changed: str) -> str:
    """Build the address that the AWS CLI opens; parameters may be changed, or left out by an empty value."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT,
        "state": "some-state",
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        "code_challenge": challenge(),
        **changed,
    }
    return f"{center.url}/authorize?{urlencode({name: value for name, value in query.items() if value})}"


def plant_token(name: str, token: Mapping[str, str], *, home: Path | None = None) -> Path:
    """Write a token file into a home, this test's by default, named after the sso-session or the legacy start URL."""
    folder = (home or Path.home()) / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha1(name.encode()).hexdigest()}.json"
    file.write_text(json.dumps(token), encoding="utf-8")
    file.chmod(0o600)
    return file


def run_python(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program in this test's home: botocore finds its cache folder once, when it is imported."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
