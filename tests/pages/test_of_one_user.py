"""The set-up page is for one user of the machine: its link is not spent by another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from support.another_user import SOMEBODY, send_as
from support.needs import linux, superuser
from support.setup_page import Visitor, context, page_program

from tray.core.errors import ServiceProblem
from tray.core.words import setup_page
from tray.loopback import server
from tray.loopback.connections import NotOurs
from tray.pages import setup
from tray.pages.html import words_of
from tray.pages.server import Page, PageServer
from tray.setup.flags import Flags
from tray.setup.sign_in_details import SignInDetails


class Served:
    """A served page that notes what it was made to do."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.strangers: list[str] = []
        acts = {path: lambda _, path=path: self.done.append(path) for path in ("write", "leave")}
        page = Page("setup", reads={}, acts=acts, last=frozenset({"leave"}), words=words_of(setup_page))
        self.server = PageServer({"setup": lambda: page}, ends_with_page=True)
        self.link = self.server.link("setup")
        self.visitor = Visitor(self.link)

    def wait(self) -> bool:
        return self.server.wait(lambda: 20.0, on_stranger=lambda: self.strangers.append("told"))


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.server.close()


def raw(link: str) -> tuple[int, bytes]:
    parts = urlsplit(link)
    return parts.port or 0, f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


@superuser
@linux
def test_another_user_spends_no_link_and_the_person_is_told_once(served: Served) -> None:
    port, request = raw(served.link)

    assert send_as(SOMEBODY, port, request) == b""
    assert send_as(SOMEBODY, port, request) == b""
    assert send_as(SOMEBODY, port, b"") == b"", "silence is not waited for"

    assert served.visitor.open().status == 303
    assert served.visitor.post("leave", {}).status == 200
    assert served.wait()
    assert served.strangers == ["told"]


@superuser
@linux
def test_another_user_changes_nothing_even_with_every_secret(served: Served) -> None:
    served.visitor.open()
    port, _ = raw(served.link)
    visitor, body = served.visitor, json.dumps({}).encode()
    request = (
        f"POST {visitor.base}write HTTP/1.1\r\nHost: {visitor.host}\r\nOrigin: {visitor.origin}\r\n"
        f"Cookie: {visitor.cookie}\r\nX-CSRF-Token: {visitor.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body

    assert send_as(SOMEBODY, port, request) == b""
    assert served.done == []
    assert b"200" in send_as(0, port, request), "it was a good request"
    assert served.done == ["write"]


@superuser
@linux
def test_the_program_says_so_in_the_terminal(home: object) -> None:
    import os

    with page_program(os.environ) as (link, program):
        port, request = raw(link)
        assert send_as(SOMEBODY, port, request) == b""
        lines = iter(program.stderr.readline, "")
        assert any("turned away" in line for line in lines)
        assert "sso-tray setup" in next(lines)
        visitor = Visitor(link)
        assert visitor.open().status == 303
        visitor.post("leave", {})
        assert program.wait(20) == 5


@pytest.mark.parametrize("let_in", [0, 1])
def test_the_link_is_not_spent_by_a_connection_that_is_not_ours(
    served: Served, monkeypatch: pytest.MonkeyPatch, let_in: int
) -> None:
    _change_hands(monkeypatch, after=let_in)
    with pytest.raises(ConnectionError):
        Visitor(served.link).open()
    monkeypatch.undo()
    assert served.visitor.open().status == 303


@pytest.mark.parametrize("let_in", [0, 1, 2])
def test_a_change_is_not_done_for_a_connection_that_is_not_ours(
    served: Served, monkeypatch: pytest.MonkeyPatch, let_in: int
) -> None:
    served.visitor.open()
    _change_hands(monkeypatch, after=let_in)
    with pytest.raises(ConnectionError):
        served.visitor.post("write", {})
    assert served.done == []


def test_a_system_that_does_not_know_its_own_user_is_sent_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "knows_us", lambda: False)
    shown: list[str] = []
    with pytest.raises(ServiceProblem, match="in a terminal"):
        setup.run(Flags(details=SignInDetails()), context(), {}, shown.append, on_stranger=lambda: None)
    assert shown == []


def _change_hands(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """Let a connection be another's after so many looks."""
    looks = threading.Semaphore(after)

    def demand(_connection: object) -> None:
        if not looks.acquire(blocking=False):
            raise NotOurs(anothers=True)

    monkeypatch.setattr(server, "demand_ours", demand)
