"""The callback page is for one user of the machine: real ones, where the superuser runs the tests."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from support.another_user import SOMEBODY, python_as, send_as
from support.needs import linux, superuser, tells_owners
from support.sign_in_browser import AWS, CALLBACK, STATE, Visitor, came_back

from tray.aws.login import sign_in_pages
from tray.aws.login.sign_in_pages import SignInPages
from tray.core.words import login as login_words
from tray.loopback import crowd, server
from tray.loopback.connections import NotOurs


class Login(Visitor):
    """The pages of a login, and the thread that waits for its code."""

    def request(self, code: str) -> bytes:
        return self._written(came_back(code=code, state=STATE))

    def start_request(self) -> bytes:
        return self._written(self.start)

    def _written(self, target: str) -> bytes:
        return f"GET {target} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()

    def bring(self, code: str) -> int:
        """As this user, give the status."""
        return self.get(came_back(code=code, state=STATE)).status

    def waits(self) -> bool:
        return not self.outcome.done()


@pytest.fixture
def strangers() -> list[str]:
    """The threads on which strangers were told of."""
    return []


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch, strangers: list[str]) -> Iterator[Login]:
    monkeypatch.setattr(sign_in_pages, "_GLANCE_SECONDS", 0.02)

    def note() -> None:
        strangers.append(threading.current_thread().name)

    with SignInPages(STATE, on_stranger=note) as pages:
        login = Login(pages)
        yield login
        login.leave()


@superuser
@linux
def test_another_user_with_the_right_address_begins_nothing_and_gets_no_word(
    login: Login, strangers: list[str]
) -> None:
    assert send_as(SOMEBODY, login.port, login.start_request()) == b""
    assert not login.begun
    assert login.get(login.start).location == AWS
    assert login.begun == 1
    login.bring("ours")
    assert login.code() == "ours"
    assert len(strangers) == 1, "the person is told"


@superuser
@linux
def test_another_user_with_the_right_state_gets_no_word_and_the_wait_goes_on(
    login: Login, strangers: list[str]
) -> None:
    assert send_as(SOMEBODY, login.port, login.request("of-another")) == b""
    assert send_as(SOMEBODY, login.port, login.request("of-another")) == b""

    assert login.waits()
    assert login.bring("ours") == 303
    assert login.code() == "ours"
    assert len(strangers) == 1, "the person is told once"


@superuser
@linux
def test_another_user_who_says_nothing_is_turned_away_at_once_and_holds_nobody_up(login: Login) -> None:
    began = time.monotonic()

    assert send_as(SOMEBODY, login.port, b"") == b""

    assert time.monotonic() - began < crowd.LONGEST_SECONDS / 2
    login.bring("ours")
    assert login.code() == "ours"


@tells_owners
def test_a_request_whose_sender_is_gone_is_nobodys(login: Login, strangers: list[str]) -> None:
    """Also for the superuser, whose number the kernel gives to what is left of a closed socket."""
    connection = socket.create_connection(("127.0.0.1", login.port))
    connection.sendall(login.request("of-nobody"))
    connection.close()
    login.bring("ours")

    assert login.code() == "ours"
    assert strangers == [], "nobody is no stranger: a browser closes connections that it does not need"


_WAIT = f"""
page = SignInPages({STATE!r})
print(page.redirect_uri, flush=True)
now = partial(datetime.now, UTC)
until = now() + timedelta(minutes=1)
print(page.wait(lambda: "https://aws.example/", until=until, now=now, cancelled=lambda: False), flush=True)
sys.stdin.readline()  # until the browser has its answer
"""


@superuser
@linux
def test_an_ordinary_user_takes_a_code_from_the_superuser_but_from_no_third() -> None:
    imports = (
        "from datetime import UTC, datetime, timedelta\nfrom functools import partial\n"
        "import encodings.idna\nfrom tray.aws.login.sign_in_pages import SignInPages"
    )
    with python_as(SOMEBODY, imports, _WAIT) as waiting:
        uri = waiting.stdout.readline().strip()
        host, port = urlsplit(uri).netloc, urlsplit(uri).port or 0
        request = f"GET {CALLBACK}?code=of-another&state={STATE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        assert send_as(SOMEBODY + 1, port, request) == b""
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", f"{CALLBACK}?code=right&state={STATE}")
        assert connection.getresponse().status == 303
        connection.close()
        assert waiting.stdout.readline() == "right\n"


def test_it_is_judged_again_before_the_code_is_taken(
    login: Login, strangers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = iter([None, NotOurs(anothers=True), None, None])

    def demand(_connection: socket.socket) -> None:
        if (verdict := next(verdicts)) is not None:
            raise verdict

    monkeypatch.setattr(server, "demand_ours", demand)
    with pytest.raises(ConnectionError):
        login.bring("changed-hands")

    assert login.waits()
    assert login.bring("ours") == 303
    assert login.code() == "ours"
    assert len(strangers) == 1


def test_it_is_judged_again_before_anything_is_begun(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = iter([None, NotOurs(anothers=True)])

    def demand(_connection: socket.socket) -> None:
        if (verdict := next(verdicts)) is not None:
            raise verdict

    monkeypatch.setattr(server, "demand_ours", demand)
    with pytest.raises(ConnectionError):
        login.get(login.start)

    assert not login.begun


def test_nothing_is_read_of_a_connection_that_is_not_let_in(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    def demand(_connection: socket.socket) -> None:
        raise NotOurs(anothers=True)

    def read(*_: object) -> None:
        pytest.fail("it was read")

    monkeypatch.setattr(server, "demand_ours", demand)
    monkeypatch.setattr(server._Handler, "handle", read)
    with pytest.raises(ConnectionError):
        login.bring("stolen")

    assert login.waits()


def test_the_words_say_what_happened_and_what_to_do() -> None:
    said = login_words.STRANGER_TURNED_AWAY()
    assert "turned away" in said.title
    assert "--device-code" in said.hint
