"""The loopback page: only the right request ends the wait, and nothing holds it up."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from support.needs import not_wine
from tray.aws.callback import CallbackPage, RedirectRefused

from tray.aws import callback
from tray.core.errors import ServiceProblem, SignInRefused

STATE = "b6d9a5a2-8f4e-4c61-9d5e-0f2d7f8f7a11"
START = datetime(2026, 11, 23, tzinfo=UTC)


class Visitor:
    """Whoever sends requests to the page, while another thread waits for the code."""

    def __init__(self, page: CallbackPage) -> None:
        self.page = page
        self.port = urlsplit(page.redirect_uri).port or 0
        self.cancelled = threading.Event()
        self.now = START
        self._pool = ThreadPoolExecutor(1)
        self.outcome: Future[str] = self._pool.submit(
            page.wait, until=START + timedelta(minutes=10), now=lambda: self.now, cancelled=self.cancelled
        )

    def get(
        self, target: str, *, method: str = "GET", host: str | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, target, headers={} if host is None else {"Host": host})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            answer = b""
            with contextlib.suppress(ConnectionError):  # Windows lets nobody in who has closed a half already
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
            return answer

    def code(self) -> str:
        return self.outcome.result(10)

    def leave(self) -> None:
        self.cancelled.set()
        self._pool.shutdown()


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(callback, "_GLANCE_SECONDS", 0.02)
    with CallbackPage(STATE) as page:
        visitor = Visitor(page)
        yield visitor
        visitor.leave()


def target(**query: str) -> str:
    return f"{callback.PATH}?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())


def test_the_right_request_brings_the_code(visitor: Visitor) -> None:
    status, _, text = visitor.get(target(code="the code/+=", state=STATE))
    assert status == 200
    assert "You can close this tab" in text
    assert visitor.code() == "the code/+="


def test_a_refusal_with_the_right_state_ends_the_wait(visitor: Visitor) -> None:
    status, _, text = visitor.get(target(error="access_denied", state=STATE))
    assert status == 200
    assert "not approved" in text
    with pytest.raises(SignInRefused):
        visitor.code()


def test_another_error_is_no_refusal(visitor: Visitor) -> None:
    visitor.get(target(error="server_error", error_description="x", state=STATE))
    with pytest.raises(RedirectRefused) as problem:
        visitor.code()
    assert problem.value.error == "server_error"
    assert "server_error" not in str(problem.value)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (target(code="stolen", state="guess"), 400),
        (target(code="stolen"), 400),
        (target(code="stolen", state=""), 400),
        (target(code="stolen", state="ü\ud800".encode("utf-8", "surrogatepass").decode("latin-1")), 400),
        (target(code="stolen", state=STATE) + f"&state={STATE}", 400),
        (target(code="stolen", state=STATE) + "&code=other", 400),
        (target(code="", state=STATE), 400),
        (target(state=STATE), 400),
        (target(error="access_denied"), 400),
        (target(error="access_denied", state="guess"), 400),
        (callback.PATH, 400),
        (target(code="stolen", state=STATE) + "&a=1" * 50, 400),
        ("/", 404),
        ("/favicon.ico", 404),
        (f"/oauth/callback/?code=stolen&state={STATE}", 404),
        (f"/oauth/callback;x?code=stolen&state={STATE}", 404),
        (f"http://127.0.0.1/oauth/callback?code=stolen&state={STATE}", 400),
    ],
)
def test_any_other_request_is_answered_and_the_wait_goes_on(visitor: Visitor, wrong: str, status: int) -> None:
    assert visitor.get(wrong)[0] == status
    assert not visitor.outcome.done()
    visitor.get(target(code="right", state=STATE))
    assert visitor.code() == "right"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"])
def test_only_a_get_counts(visitor: Visitor, method: str) -> None:
    status, headers, _ = visitor.get(target(code="stolen", state=STATE), method=method)
    assert status == 405
    assert headers["Allow"] == "GET"
    assert not visitor.outcome.done()


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", "", "[::1]:{port}"]
)
def test_a_page_that_came_here_under_another_name_is_turned_away(visitor: Visitor, host: str) -> None:
    assert visitor.get(target(code="x", state=STATE), host=host.format(port=visitor.port))[0] == 400
    assert not visitor.outcome.done()


@pytest.mark.parametrize(
    "request_text",
    [
        f"GET {callback.PATH}?code=x&state={STATE} HTTP/1.1\r\n\r\n",
        f"GET {callback.PATH}?code=x&state={STATE}\r\n\r\n",
        f"GET {callback.PATH}?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{{port}}\r\nHost: evil.example\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET <script>alert(1)</script> HTTP/1.1 x\r\n\r\n",
        "<SCRIPT>alert(1)</SCRIPT> / HTTP/1.1\r\n\r\n",
        f"GET /{'x' * 70000} HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" + "X: y\r\n" * 200 + "\r\n",
        "",
    ],
)
def test_a_malformed_request_is_not_repeated_and_ends_nothing(visitor: Visitor, request_text: str) -> None:
    answer = visitor.raw(request_text.format(port=visitor.port).encode("latin-1"))
    assert b"alert" not in answer
    assert not visitor.outcome.done()


def test_the_page_keeps_to_itself(visitor: Visitor) -> None:
    _, headers, text = visitor.get(target(code="the-code", state=STATE))
    style = re.search("<style>(.*)</style>", text)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers
    assert not re.search("the-code|src=|href=|url\\(|<script", text)
    assert STATE not in text


def test_it_listens_on_loopback_only_and_only_while_it_is_open() -> None:
    page = CallbackPage(STATE)
    address = page._server.socket.getsockname()
    assert address[0] == "127.0.0.1"
    page.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_the_address_registered_differs_by_the_port_alone() -> None:
    with CallbackPage(STATE) as page:
        port = urlsplit(page.redirect_uri).port
        assert page.redirect_uri.replace(f":{port}", "") == callback.REDIRECT_URI


@not_wine  # where finding the process of a silent connection takes all of the one server that every process waits for
def test_silent_connections_hold_nobody_up(visitor: Visitor) -> None:
    silent = [socket.create_connection(("127.0.0.1", visitor.port), timeout=5) for _ in range(60)]
    for connection in silent[::2]:
        connection.sendall(b"GET /oauth/callback?code=")
    began = time.monotonic()
    visitor.get(target(code="right", state=STATE))
    assert visitor.code() == "right"
    assert time.monotonic() - began < 5
    for connection in silent:
        connection.close()


def test_a_silent_connection_is_closed_after_a_while(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback._Handler, "timeout", 0.05)
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=5) as connection:
        assert connection.recv(1) == b""


def test_a_browser_that_hangs_up_on_the_page_still_brings_the_code(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, gone = threading.Event(), threading.Event()

    def write_page(_words: object) -> bytes:
        judged.set()
        assert gone.wait(10)
        return b"x" * (8 << 20)

    monkeypatch.setattr(callback, "_page", write_page)
    connection = socket.create_connection(("127.0.0.1", visitor.port), timeout=5)
    host = f"127.0.0.1:{visitor.port}"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.sendall(f"GET {target(code='right', state=STATE)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert judged.wait(10)
    connection.close()
    gone.set()
    assert visitor.code() == "right"


def test_the_first_right_request_counts() -> None:
    with CallbackPage(STATE) as page:
        page.settle(callback._Outcome(code="first"))
        page.settle(callback._Outcome(code="second"))
        assert page.wait(until=START, now=lambda: START, cancelled=threading.Event()) == "first"


def test_it_can_be_cancelled_from_another_thread(visitor: Visitor) -> None:
    visitor.cancelled.set()
    with pytest.raises(SignInRefused, match="cancelled"):
        visitor.code()


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="POSIX signals")
def test_a_signal_ends_the_wait_at_once_and_closes_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(callback, "_GLANCE_SECONDS", 60.0)
    page = CallbackPage(STATE)
    address = page._server.socket.getsockname()
    before = signal.signal(signal.SIGUSR1, interrupt)
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        with page, pytest.raises(KeyboardInterrupt):
            page.wait(until=START + timedelta(minutes=10), now=lambda: START, cancelled=threading.Event())
    finally:
        signal.signal(signal.SIGUSR1, before)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_it_gives_up_in_time_also_after_a_sleep_of_the_machine(visitor: Visitor) -> None:
    visitor.now = START + timedelta(hours=3)
    with pytest.raises(SignInRefused, match="in time"):
        visitor.code()


def test_a_machine_without_a_free_port_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_port(*_: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(callback._Server, "server_bind", no_port)
    with pytest.raises(ServiceProblem, match="port"):
        CallbackPage(STATE)


def test_a_system_that_does_not_know_its_own_user_is_told_to_use_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "knows_us", lambda: False)
    with pytest.raises(ServiceProblem, match="--device-code"):
        CallbackPage(STATE)


def test_nothing_is_logged_or_printed(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.get("/nothing")
    visitor.get(target(code="the-code", state="wrong"))
    visitor.raw(b"GET\r\n\r\n")
    visitor.get(target(code="the-code", state=STATE))
    assert visitor.code()
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
    assert "the-code" not in repr(callback._Outcome(code="the-code"))
