"""The set-up page in this process or as a program, and a client of it that can misbehave."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tray.aws.cache.renewal import RenewalSurroundings
from tray.aws.login.context import LoginContext
from tray.paths import find_paths
from tray.setup.steps import SetupContext


def context(**changes: Any) -> SetupContext:
    """What a set-up is handed really, but a browser."""
    paths = find_paths()
    never = threading.Event()

    def now() -> datetime:
        return datetime.now(UTC)

    login = LoginContext(now=now, sleep=never.wait, tell=lambda _: None, open_browser=None, cancelled=never.is_set)
    renewal = RenewalSurroundings(cache_dir=paths.sso_cache, lock_dir=paths.renewal_locks, now=now)
    usual: dict[str, Any] = {"paths": paths, "login": login, "open_browser": None, "renewal": renewal}
    return SetupContext(**(usual | changes))


@dataclass
class Answer:
    """What came back; redirects are not followed."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """A browser of a few lines, which sends what it is told."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.host = urlsplit(link).netloc
        self.origin = f"http://{self.host}"
        self.cookie = ""
        self.base = ""
        """The path of the page."""

        self.site = ""
        """The path of all pages."""

        self.token = ""

    def open(self) -> Answer:
        """Open the link, and the page that it leads to."""
        opened = self.send("GET", urlsplit(self.link).path)
        if opened.status != 303:
            return opened
        self.cookie = opened.headers["Set-Cookie"].partition(";")[0]
        self.base = opened.headers["Location"]
        self.site = self.base.removesuffix("/").rpartition("/")[0] + "/"
        page = self.send("GET", self.base)
        self.token = re.search(rb'name="csrf-token" content="([^"]+)"', page.body)[1].decode()
        return opened

    def get(self, path: str, **headers: str | None) -> Answer:
        """Ask for something below the page's own path."""
        return self.send("GET", self.base + path, None, **headers)

    def post(self, path: str, body: object, **headers: str | None) -> Answer:
        """Do as the page does; a header is changed by its name, and left out by None."""
        usual = {"Origin": self.origin, "X_CSRF_Token": self.token, "Content_Type": "application/json"}
        return self.send("POST", self.base + path, json.dumps(body).encode(), **(usual | headers))

    def send(self, method: str, target: str, body: bytes | None = None, **headers: str | None) -> Answer:
        given: Mapping[str, str | None] = {"Host": self.host, "Cookie": self.cookie or None, **headers}
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def page_program(environ: Mapping[str, str], *flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``sso-tray setup --page`` without a browser; gives its link, and the program."""
    command = [sys.executable, "-P", "-m", "tray", "setup", "--page", "--no-browser", *flags]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            yield program.stdout.readline().strip(), program
        finally:
            program.kill()
