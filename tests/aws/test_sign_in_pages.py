"""The loopback pages: nothing begins before the person's own browser has come; only the right answer ends the wait."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from support.desk import until
from support.needs import not_wine
from support.sign_in_browser import AWS, CALLBACK, START, STATE, Visitor, came_back

from tray.aws.cache.registration import REDIRECT_URI
from tray.aws.login import callback, sign_in_pages
from tray.aws.login.callback import RedirectRefused
from tray.aws.login.sign_in_pages import SignInPages
from tray.core.dataclass import replace
from tray.core.errors import ServiceProblem, SignInRefused
from tray.core.message import Message
from tray.core.words import pages as pages_words
from tray.loopback import crowd, server

QUESTION = pages_words.question("my-sso", "17:05", ("lab",), estimated=True, wins_nothing=False)
Open = Callable[..., Visitor]


@pytest.fixture
def open_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr(sign_in_pages, "_GLANCE_SECONDS", 0.02)
    visitors: list[Visitor] = []

    def open_pages(*, ask: pages_words.Question | None = None, begin: Callable[[], str] | None = None) -> Visitor:
        visitors.append(Visitor(SignInPages(STATE, ask=ask), begin))
        return visitors[-1]

    yield open_pages
    for visitor in visitors:
        visitor.leave()
        visitor.pages.close()


@pytest.fixture
def visitor(open_pages: Open) -> Visitor:
    return open_pages()


def end(visitor: Visitor) -> Message | str:
    """Wait for the code as a login does, and say on the last page what came of it."""
    try:
        code = visitor.code()
    except (SignInRefused, ServiceProblem) as problem:
        visitor.pages.finish(pages_words.FAILED(what=problem.message.in_one_line))
        return problem.message
    visitor.pages.finish(pages_words.SIGNED_IN(sign_in="my-sso"))
    return code


# Where it starts


def test_the_persons_browser_is_sent_on_to_aws_and_only_then_something_is_begun(visitor: Visitor) -> None:
    assert not visitor.begun
    answer = visitor.get(visitor.start)
    assert (answer.status, answer.location, answer.text) == (303, AWS, "")
    assert visitor.begun == 1


def test_a_reload_and_a_second_tab_lead_to_the_same_place_and_begin_nothing_anew(visitor: Visitor) -> None:
    assert [visitor.get(visitor.start).location for _ in range(3)] == [AWS] * 3
    assert visitor.begun == 1
    visitor.get(came_back(code="right", state=STATE))
    assert visitor.code() == "right"
    assert visitor.get(visitor.start).location == AWS, "also when nobody waits any more"
    assert visitor.begun == 1


def test_several_browsers_at_once_begin_it_once(open_pages: Open) -> None:
    goes_on = threading.Event()

    def begin() -> str:
        assert goes_on.wait(30)
        return AWS

    visitor = open_pages(begin=begin)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(visitor.get, visitor.start) for _ in range(8)]
        threading.Timer(0.1, goes_on.set).start()
        assert [answer.result(30).location for answer in answers] == [AWS] * 8
    assert visitor.begun == 1


@pytest.mark.parametrize(
    "target",
    [
        "/start",
        "/start?key=",
        "/start?key=guess",
        "/start?key={key}x",
        "/start?key={part}",
        "/start?key={key}&key={key}",
        "/start?key=%FF%FE",
        "/start?key=%ED%A0%80",
        "/start?KEY={key}",
        "/start/?key={key}",
        "/START?key={key}",
        "/start?key={key}" + "&a=1" * 50,
        "/done?key=guess",
        "/done?key={key}",
        "/",
    ],
)
def test_without_the_key_nothing_begins(visitor: Visitor, target: str) -> None:
    key = visitor.start.partition("key=")[2]
    answer = visitor.get(target.format(key=key, part=key[:-1]))
    assert answer.status == 404
    assert "Nothing to do here" in answer.text
    assert not visitor.begun
    assert not visitor.outcome.done()


def test_the_key_is_long_new_each_time_and_compared_in_constant_time(
    open_pages: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_pages(), open_pages()
    keys = [visitor.start.partition("key=")[2] for visitor in (first, second)]
    assert keys[0] != keys[1]
    assert all(len(key) >= 43 for key in keys), "256 bits"
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append((one, other)) or False)
    assert first.get(first.start).status == 404
    assert compared == [(keys[0].encode(), keys[0].encode())]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Dest": "empty"},
    ],
    ids=str,
)
@pytest.mark.parametrize("choice", ["", "&choice=begin", "&choice=keep"])
def test_a_browser_that_looks_ahead_or_a_page_that_embeds_this_one_begins_nothing(
    open_pages: Open, headers: dict[str, str], choice: str
) -> None:
    visitor = open_pages(ask=QUESTION if choice else None)
    assert visitor.get(visitor.start + choice, headers=headers).status == 403
    assert not visitor.begun
    assert not visitor.outcome.done()


def test_a_browser_that_tells_that_it_shows_a_page_is_sent_on(visitor: Visitor) -> None:
    shown = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    assert visitor.get(visitor.start, headers=shown).location == AWS


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS"])
def test_nothing_but_a_get_begins_it(visitor: Visitor, method: str) -> None:
    answer = visitor.get(visitor.start, method=method)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET"
    assert not visitor.begun


def test_it_begins_under_no_other_name(visitor: Visitor) -> None:
    for host in (f"localhost:{visitor.port}", "127.0.0.1", "evil.example"):
        assert visitor.get(visitor.start, host=host).status == 400
    assert not visitor.begun


def test_what_keeps_it_from_beginning_is_told_on_the_page_and_to_the_one_who_waits(open_pages: Open) -> None:
    def begin() -> str:
        raise ServiceProblem(Message("AWS cannot be reached", "Check the network."))

    visitor = open_pages(begin=begin)
    answer = visitor.get(visitor.start)
    assert answer.status == 200
    assert "The sign-in could not be started" in answer.text
    assert "AWS cannot be reached." in answer.text
    with pytest.raises(ServiceProblem, match="reached"):
        visitor.code()
    assert visitor.begun == 1


def test_who_asked_meanwhile_is_answered_too_when_it_could_not_begin(open_pages: Open) -> None:
    goes_on = threading.Event()

    def begin() -> str:
        assert goes_on.wait(30)
        raise ServiceProblem(Message("AWS cannot be reached", "Check the network."))

    visitor = open_pages(begin=begin)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(visitor.get, visitor.start) for _ in range(4)]
        threading.Timer(0.1, goes_on.set).start()
        end(visitor)
        assert all("AWS cannot be reached" in answer.result(30).text for answer in answers)
    assert visitor.begun == 1


@pytest.mark.parametrize("choice", ["", "&choice=begin", "&choice=keep", "&choice=other"])
def test_who_asks_when_it_could_not_begin_is_told_so_at_once(
    open_pages: Open, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setattr(sign_in_pages, "_LAST_PAGE_SECONDS", 0)

    def begin() -> str:
        raise ServiceProblem(Message("AWS cannot be reached", "Check the network."))

    visitor = open_pages(begin=begin, ask=QUESTION if choice else None)
    visitor.get(f"{visitor.start}&choice=begin")
    end(visitor)
    began = time.monotonic()
    assert "AWS cannot be reached" in visitor.get(visitor.start + choice).text
    assert time.monotonic() - began < 20


# The question


def test_looking_at_the_question_begins_nothing(open_pages: Open) -> None:
    visitor = open_pages(ask=QUESTION)
    for _ in range(2):
        answer = visitor.get(visitor.start)
        assert answer.status == 200
        shown = re.sub("<[^>]*>", "", answer.text)
        for words in ("You are signed in to my-sso until about 17:05", "lab ends with it.", "Commands that run keep"):
            assert words in shown
    visitor.get(f"{visitor.start}&choice=other")
    assert not visitor.begun
    assert not visitor.outcome.done()


def link(text: str, words: str) -> str:
    found = re.search(f'<a[^>]* href="([^"]+)">{words}</a>', text) or re.search(f'<a href="([^"]+)">{words}</a>', text)
    assert found, text
    return found[1].replace("&amp;", "&")


def test_who_wants_a_new_session_is_sent_on(open_pages: Open) -> None:
    visitor = open_pages(ask=QUESTION)
    begin = link(visitor.get(visitor.start).text, "Begin a new session")
    assert visitor.get(begin).location == AWS
    assert visitor.get(visitor.start).location == AWS, "it is asked no more"
    assert visitor.begun == 1


def test_who_keeps_the_old_one_ends_the_wait_and_nothing_is_begun(open_pages: Open) -> None:
    visitor = open_pages(ask=QUESTION)
    keep = link(visitor.get(visitor.start).text, "Keep this one")
    answer = visitor.get(keep)
    assert answer.status == 200
    assert "You are still signed in" in answer.text
    with pytest.raises(SignInRefused, match="kept"):
        visitor.code()
    assert not visitor.begun


def test_what_was_begun_cannot_be_kept(open_pages: Open) -> None:
    visitor = open_pages(ask=QUESTION)
    visitor.get(f"{visitor.start}&choice=begin")
    assert visitor.get(f"{visitor.start}&choice=keep").location == AWS
    assert not visitor.outcome.done()


def test_what_was_begun_in_one_tab_is_not_kept_by_another_at_the_same_moment(open_pages: Open) -> None:
    goes_on = threading.Event()

    def begin() -> str:
        assert goes_on.wait(30)
        return AWS

    visitor = open_pages(ask=QUESTION, begin=begin)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(visitor.get, f"{visitor.start}&choice=begin")
        until(lambda: visitor.begun)
        visitor.get(f"{visitor.start}&choice=keep")
        goes_on.set()
        assert answer.result(30).location == AWS
    visitor.get(came_back(code="right", state=STATE))
    assert visitor.code() == "right"


def test_without_a_question_nothing_is_kept(visitor: Visitor) -> None:
    assert "Keep" not in visitor.get(visitor.start).text


# Where it comes back to


def test_the_right_request_brings_the_code(visitor: Visitor) -> None:
    assert visitor.get(came_back(code="the code/+=", state=STATE)).status == 303
    assert visitor.code() == "the code/+="


def test_the_last_page_has_no_code_in_its_address_and_says_that_it_worked(visitor: Visitor) -> None:
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(end, visitor)
        address = visitor.get(came_back(code="the-code", state=STATE)).location
        assert urlsplit(address).path == "/done"
        assert "code" not in address
        assert STATE not in address
        page = visitor.get(address)
        assert ended.result(10) == "the-code"
    assert page.status == 200
    assert "Signed in to my-sso" in page.text
    assert "You can close this tab" in page.text


def test_the_last_page_says_what_went_wrong(visitor: Visitor) -> None:
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(end, visitor)
        page = visitor.get(visitor.get(came_back(error="access_denied", state=STATE)).location)
        assert isinstance(ended.result(10), Message)
    assert "Not signed in" in page.text
    assert "The sign-in was refused." in page.text


def test_a_login_waits_for_the_last_page_to_be_asked_for_only_where_a_browser_came_back(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_pages, "_LAST_PAGE_SECONDS", 60)
    visitor.cancelled.set()
    began = time.monotonic()
    end(visitor)
    assert time.monotonic() - began < 20


def test_a_browser_that_never_asks_for_the_last_page_is_not_waited_for_long(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_pages, "_LAST_PAGE_SECONDS", 0.1)
    visitor.get(came_back(code="right", state=STATE))
    began = time.monotonic()
    assert end(visitor) == "right"
    assert 0.1 <= time.monotonic() - began < 20


def test_a_refusal_with_the_right_state_ends_the_wait(visitor: Visitor) -> None:
    assert visitor.get(came_back(error="access_denied", state=STATE)).status == 303
    with pytest.raises(SignInRefused):
        visitor.code()


def test_another_error_is_no_refusal(visitor: Visitor) -> None:
    visitor.get(came_back(error="server_error", error_description="x", state=STATE))
    with pytest.raises(RedirectRefused) as problem:
        visitor.code()
    assert problem.value.error == "server_error"
    assert "server_error" not in str(problem.value)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (came_back(code="stolen", state="guess"), 400),
        (came_back(code="stolen"), 400),
        (came_back(code="stolen", state=""), 400),
        (came_back(code="stolen", state="ü\ud800".encode("utf-8", "surrogatepass").decode("latin-1")), 400),
        (came_back(code="stolen", state=STATE) + f"&state={STATE}", 400),
        (came_back(code="stolen", state=STATE) + "&code=other", 400),
        (came_back(code="", state=STATE), 400),
        (came_back(state=STATE), 400),
        (came_back(error="access_denied"), 400),
        (came_back(error="access_denied", state="guess"), 400),
        (CALLBACK, 400),
        (came_back(code="stolen", state=STATE) + "&a=1" * 50, 400),
        ("/", 404),
        ("/favicon.ico", 404),
        (f"/oauth/callback/?code=stolen&state={STATE}", 404),
        (f"/oauth/callback;x?code=stolen&state={STATE}", 404),
        (f"http://127.0.0.1/oauth/callback?code=stolen&state={STATE}", 400),
    ],
)
def test_any_other_request_is_answered_and_the_wait_goes_on(visitor: Visitor, wrong: str, status: int) -> None:
    assert visitor.get(wrong).status == status
    assert not visitor.outcome.done()
    visitor.get(came_back(code="right", state=STATE))
    assert visitor.code() == "right"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"])
def test_only_a_get_counts(visitor: Visitor, method: str) -> None:
    status, headers, _ = visitor.get(came_back(code="stolen", state=STATE), method=method)
    assert status == 405
    assert headers["Allow"] == "GET"
    assert not visitor.outcome.done()


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", "", "[::1]:{port}"]
)
def test_a_page_that_came_here_under_another_name_is_turned_away(visitor: Visitor, host: str) -> None:
    assert visitor.get(came_back(code="x", state=STATE), host=host.format(port=visitor.port)).status == 400
    assert not visitor.outcome.done()


@pytest.mark.parametrize(
    "request_text",
    [
        f"GET {CALLBACK}?code=x&state={STATE} HTTP/1.1\r\n\r\n",
        f"GET {CALLBACK}?code=x&state={STATE}\r\n\r\n",
        f"GET {CALLBACK}?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{{port}}\r\nHost: evil.example\r\n\r\n",
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


def test_every_page_keeps_to_itself(open_pages: Open) -> None:
    visitor = open_pages(ask=QUESTION)
    key = visitor.start.partition("key=")[2]
    answers = {
        "question": visitor.get(visitor.start),
        "begun": visitor.get(f"{visitor.start}&choice=begin"),
        "foreign": visitor.get("/<script>alert(1)</script>"),
        "back": visitor.get(came_back(code="the-code", state=STATE)),
        "method": visitor.get(visitor.start, method="POST"),
        "forged": visitor.get(came_back(code="the-code", state="<b>guess</b>")),
    }
    visitor.pages.finish(Message("<b>Done</b> & over", 'It\'s "all".'))
    answers["done"] = visitor.get(answers["back"].location)
    assert "&lt;b&gt;Done&lt;/b&gt; &amp; over" in answers["done"].text
    for name, (_, headers, text) in answers.items():
        if text:
            style = re.search("<style>(.*)</style>", text)
            assert style, name
            digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert headers["Content-Security-Policy"].split("; ") == [
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in headers
        assert not re.search("the-code|guess|alert|src=|url\\(|<script|<b>guess", text), name
        assert STATE not in text, name
        assert (key in text) is (name == "question"), "the two answers lead here"


def test_it_listens_on_loopback_only_and_only_while_it_is_open() -> None:
    page = SignInPages(STATE)
    address = page._server.socket.getsockname()
    assert address[0] == "127.0.0.1"
    page.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_the_address_registered_differs_by_the_port_alone() -> None:
    with SignInPages(STATE) as page:
        port = urlsplit(page.redirect_uri).port
        assert page.redirect_uri.replace(f":{port}", "") == REDIRECT_URI


@not_wine  # where finding the process of a silent connection takes all of the one server that every process waits for
def test_silent_connections_hold_nobody_up(visitor: Visitor) -> None:
    silent = [socket.create_connection(("127.0.0.1", visitor.port), timeout=5) for _ in range(60)]
    for connection in silent[::2]:
        connection.sendall(b"GET /oauth/callback?code=")
    began = time.monotonic()
    visitor.get(came_back(code="right", state=STATE))
    assert visitor.code() == "right"
    assert time.monotonic() - began < crowd.LONGEST_SECONDS / 2
    for connection in silent:
        connection.close()


def test_a_silent_connection_is_closed_after_a_while(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server._Handler, "timeout", 0.05)
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=5) as connection:
        assert connection.recv(1) == b""


def test_a_browser_that_hangs_up_before_its_answer_still_brings_the_code(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, gone = threading.Event(), threading.Event()
    send = server._Handler._send

    def send_late(handler: server._Handler, response: server.Response) -> None:
        judged.set()
        assert gone.wait(10)
        send(handler, replace(response, body=b"x" * (8 << 20)))

    monkeypatch.setattr(server._Handler, "_send", send_late)
    connection = socket.create_connection(("127.0.0.1", visitor.port), timeout=5)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    request = f"GET {came_back(code='right', state=STATE)} HTTP/1.1\r\nHost: {visitor.host}\r\n\r\n"
    connection.sendall(request.encode())
    assert judged.wait(10)
    connection.close()
    gone.set()
    assert visitor.code() == "right"


def test_the_first_right_request_counts(visitor: Visitor) -> None:
    pages = [visitor.get(came_back(code=code, state=STATE)).location for code in ("first", "second")]
    assert visitor.code() == "first"
    assert pages[0] == pages[1], "a reload shows what came of it"


def test_it_can_be_cancelled_from_another_thread(visitor: Visitor) -> None:
    visitor.cancelled.set()
    with pytest.raises(SignInRefused, match="cancelled"):
        visitor.code()


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="POSIX signals")
def test_a_signal_ends_the_wait_at_once_and_closes_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sign_in_pages, "_GLANCE_SECONDS", 60.0)
    page = SignInPages(STATE)
    address = page._server.socket.getsockname()
    before = signal.signal(signal.SIGUSR1, interrupt)
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        with page, pytest.raises(KeyboardInterrupt):
            page.wait(lambda: AWS, until=START + timedelta(minutes=10), now=lambda: START, cancelled=lambda: False)
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

    monkeypatch.setattr(server.LoopbackServer, "server_bind", no_port)
    with pytest.raises(ServiceProblem, match="port"):
        SignInPages(STATE)


def test_a_system_that_does_not_know_its_own_user_is_told_to_use_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "knows_us", lambda: False)
    with pytest.raises(ServiceProblem, match="--device-code"):
        SignInPages(STATE)


def test_nothing_is_logged_or_printed(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.get("/nothing")
    visitor.get(came_back(code="the-code", state="wrong"))
    visitor.raw(b"GET\r\n\r\n")
    visitor.get(visitor.start)
    visitor.get(came_back(code="the-code", state=STATE))
    assert visitor.code()
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
    assert "the-code" not in repr(callback.Outcome(code="the-code"))
