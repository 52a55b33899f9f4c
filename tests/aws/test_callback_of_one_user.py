"""The callback page is for one user of the machine: real ones, where the superuser runs the tests."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from support.another_user import SOMEBODY, python_as, send_as
from support.needs import linux, superuser, tells_owners
from tray.aws.callback import CallbackPage

from tray.aws import callback
from tray.core import text_login
from tray.loopback import NotOurs

STATE = "b6d9a5a2-8f4e-4c61-9d5e-0f2d7f8f7a11"
START = datetime(2026, 11, 23, tzinfo=UTC)


class Login:
    """A page, and whoever waits for its code."""

    def __init__(self, page: CallbackPage, strangers: list[str]) -> None:
        self.host = urlsplit(page.redirect_uri).netloc
        self.port = urlsplit(page.redirect_uri).port or 0
        self.strangers = strangers
        self._page = page
        self._cancelled = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._outcome: Future[str] | None = None

    def begin(self) -> None:
        until = START + timedelta(minutes=10)
        self._outcome = self._pool.submit(self._page.wait, until=until, now=lambda: START, cancelled=self._cancelled)

    def request(self, code: str) -> bytes:
        return f"GET {callback.PATH}?code={code}&state={STATE} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()

    def bring(self, code: str) -> int:
        """As this user, give the status."""
        connection = http.client.HTTPConnection(self.host, timeout=20)
        try:
            connection.request("GET", f"{callback.PATH}?code={code}&state={STATE}")
            return connection.getresponse().status
        finally:
            connection.close()

    def waits(self) -> bool:
        return self._outcome is not None and not self._outcome.done()

    def code(self) -> str:
        assert self._outcome
        return self._outcome.result(20)

    def leave(self) -> None:
        self._cancelled.set()
        self._pool.shutdown()


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    monkeypatch.setattr(callback, "_GLANCE_SECONDS", 0.02)
    strangers: list[str] = []
    with CallbackPage(STATE, on_stranger=lambda: strangers.append(threading.current_thread().name)) as page:
        login = Login(page, strangers)
        yield login
        login.leave()


@superuser
@linux
def test_another_user_with_the_right_state_gets_no_word_and_the_wait_goes_on(login: Login) -> None:
    login.begin()

    assert send_as(SOMEBODY, login.port, login.request("of-another")) == b""
    assert send_as(SOMEBODY, login.port, login.request("of-another")) == b""

    assert login.waits()
    assert login.bring("ours") == 200
    assert login.code() == "ours"
    assert len(login.strangers) == 1, "the person is told once"


@superuser
@linux
def test_another_user_who_says_nothing_is_turned_away_at_once_and_holds_nobody_up(login: Login) -> None:
    login.begin()
    began = time.monotonic()

    assert send_as(SOMEBODY, login.port, b"") == b""

    assert time.monotonic() - began < callback._SILENCE_SECONDS / 2
    login.bring("ours")
    assert login.code() == "ours"


@tells_owners
def test_a_request_whose_sender_is_gone_is_nobodys(login: Login) -> None:
    """Also for the superuser, whose number the kernel gives to what is left of a closed socket."""
    connection = socket.create_connection(("127.0.0.1", login.port))
    connection.sendall(login.request("of-nobody"))
    connection.close()
    login.begin()

    login.bring("ours")

    assert login.code() == "ours"
    assert login.strangers == [], "nobody is no stranger: a browser closes connections that it does not need"


_WAIT = f"""
page = CallbackPage({STATE!r})
print(page.redirect_uri, flush=True)
now = partial(datetime.now, UTC)
print(page.wait(until=now() + timedelta(minutes=1), now=now, cancelled=threading.Event()), flush=True)
"""


@superuser
@linux
def test_an_ordinary_user_takes_a_code_from_the_superuser_but_from_no_third() -> None:
    imports = (
        "import threading\nfrom datetime import UTC, datetime, timedelta\nfrom functools import partial\n"
        "import encodings.idna\nfrom tray.aws.callback import CallbackPage"
    )
    with python_as(SOMEBODY, imports, _WAIT) as waiting:
        uri = waiting.stdout.readline().strip()
        host, port = urlsplit(uri).netloc, urlsplit(uri).port or 0
        request = f"GET {callback.PATH}?code=of-another&state={STATE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        assert send_as(SOMEBODY + 1, port, request) == b""
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", f"{callback.PATH}?code=right&state={STATE}")
        assert connection.getresponse().status == 200
        connection.close()
        assert waiting.stdout.readline() == "right\n"


def test_it_is_judged_again_before_the_code_is_taken(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = iter([None, NotOurs(anothers=True), None, None])

    def demand(_connection: socket.socket) -> None:
        if (verdict := next(verdicts)) is not None:
            raise verdict

    monkeypatch.setattr(callback, "demand_ours", demand)
    login.begin()

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        login.bring("changed-hands")

    assert login.waits()
    assert login.bring("ours") == 200
    assert login.code() == "ours"
    assert len(login.strangers) == 1


def test_nothing_is_read_of_a_connection_that_is_not_let_in(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    def demand(_connection: socket.socket) -> None:
        raise NotOurs(anothers=True)

    def read(*_: object) -> None:
        pytest.fail("it was read")

    monkeypatch.setattr(callback, "demand_ours", demand)
    monkeypatch.setattr(callback._Handler, "handle", read)
    login.begin()

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        login.bring("stolen")

    assert login.waits()


def test_the_words_say_what_happened_and_what_to_do() -> None:
    title, hint = text_login.stranger_turned_away()
    assert "turned away" in title
    assert "--device-code" in hint
