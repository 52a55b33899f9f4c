"""A further ``sso-tray open`` finds the server that runs, and neither of them trusts anybody else."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.pages import Listener, pages_context, serving_pages
from support.setup_page import Visitor

from tray.core.dataclass import replace
from tray.disk.lock import acquire
from tray.pages import doorbell, serving
from tray.pages.doorbell import Doorbell, doorbell_file
from tray.paths import find_paths

ALIKE = re.compile(rb'\{"host": "(127\.0\.0\.1:)?\w{0,6}", "key": ".{0,9}"\}')


def file() -> Path:
    return doorbell_file(find_paths(), dict(os.environ))


def answered_by(answer: Callable[[bytes], bytes]) -> tuple[Doorbell, threading.Thread]:
    """A doorbell at whose address somebody else listens, for one request."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with server, connection:
            connection.settimeout(5)
            heard = b""
            while not heard.rstrip().endswith(b"}"):
                heard += connection.recv(4096)
            body = answer(heard)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    thread = threading.Thread(target=serve)
    thread.start()
    return Doorbell.new(f"127.0.0.1:{server.getsockname()[1]}"), thread


def test_the_server_that_runs_gives_a_link_and_no_second_one_begins(home: Path) -> None:
    context = pages_context()
    with serving_pages() as first:
        visitor = Visitor(first.link)
        assert visitor.open().status == 303
        tab = Listener(visitor)

        link = serving.ask_running(context, "setup")
        assert link
        assert link != first.link
        shown: list[str] = []
        serving.serve(
            context,
            "setup",
            lambda _, url: shown.append(url),
            follow=lambda _: None,
            on_stranger=lambda: None,
            idle_seconds=lambda: 0.1,
        )
        assert shown == [link], "nobody has used it yet"
        another = Visitor(link)
        assert another.open().status == 303
        assert another.base == visitor.base
        assert serving.ask_running(context, "no-such-page") is None
        if os.name == "posix":
            assert stat.S_IMODE(file().stat().st_mode) == 0o600
            assert stat.S_IMODE(file().parent.stat().st_mode) == 0o700
        tab.close()
    assert not file().exists()
    assert serving.ask_running(context, "setup") is None


def test_of_two_that_begin_at_once_one_serves(home: Path) -> None:
    shown: list[str] = []
    begun = [
        threading.Thread(
            target=lambda: serving.serve(
                pages_context(),
                "setup",
                lambda _, link: shown.append(link.rpartition("/open/")[0]),
                follow=lambda _: None,
                on_stranger=lambda: None,
                idle_seconds=lambda: 2.0,
            )
        )
        for _ in range(4)
    ]
    for thread in begun:
        thread.start()
    for thread in begun:
        thread.join(20)
    assert len(shown) == 4
    assert len(set(shown)) == 1


def test_a_server_that_is_killed_is_followed_by_another(home: Path) -> None:
    gone = socket.create_server(("127.0.0.1", 0))
    left = Doorbell.new(f"127.0.0.1:{gone.getsockname()[1]}")
    gone.close()
    doorbell.hang(left, file())
    assert serving.ask_running(pages_context(), "setup") is None
    with serving_pages() as served:
        assert Visitor(served.link).open().status == 303
        found = doorbell.find(file())
        assert found
        assert found != left
        doorbell.take_down(left, file())
        assert doorbell.find(file()) == found, "what another has hung stays"


@pytest.mark.parametrize("lock_is_held", [False, True])
def test_where_no_doorbell_can_be_hung_the_pages_are_shown_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, lock_is_held: bool
) -> None:
    monkeypatch.setattr(serving, "_BEGINNING_SECONDS", 0.2)

    def refuse(_bell: object, _file: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(doorbell, "hang", refuse)
    held = acquire(file().with_suffix(".lock")) if lock_is_held else None
    with serving_pages() as served:
        assert Visitor(served.link).open().status == 303
    if held is not None:
        held.release()


def test_whoever_took_over_the_port_learns_nothing_and_is_not_believed() -> None:
    heard: list[bytes] = []

    def phish(request: bytes) -> bytes:
        heard.append(request)
        return json.dumps({"link": "http://127.0.0.1:1/open/x", "proof": "0" * 64}).encode()

    bell, thread = answered_by(phish)
    assert bell.ring("setup") is None
    thread.join()
    assert bell.key.encode() not in heard[0]
    # And what was heard is no use at the server itself: its answer goes to who has the key.
    body = heard[0].partition(b"\r\n\r\n")[2]
    given = bell.answer(body, lambda _: "http://127.0.0.1:1/open/real")
    assert given is not None, "it was a good request"
    assert Doorbell.new(bell.host).answer(body, lambda _: "link") is None


def test_an_answer_to_another_question_is_not_believed() -> None:
    old = json.dumps({"page": "setup", "nonce": "old"})
    bell: Doorbell | None = None

    def replay(_request: bytes) -> bytes:
        assert bell is not None
        asked = json.loads(old) | {"proof": bell._proof("ask", "old", "setup")}
        return bell.answer(json.dumps(asked).encode(), lambda _: "http://127.0.0.1:1/open/old") or b""

    bell, thread = answered_by(replay)
    assert bell.ring("setup") is None
    thread.join()


def test_a_page_that_is_open_in_a_browser_cannot_ring(home: Path) -> None:
    with serving_pages() as served:
        visitor = Visitor(served.link)
        visitor.open()
        asked = {"page": "setup", "nonce": "n", "proof": "0" * 64}
        for body in (asked, {}, [], asked | {"proof": "\u00e9"}, asked | {"page": 1}):
            answer = visitor.send("POST", doorbell.PATH, json.dumps(body).encode(), Cookie=None)
            assert answer.status == 403
        assert visitor.send("GET", doorbell.PATH).status == 404


@examples(100)
@given(
    st.binary(max_size=300) | st.from_regex(rb'\{"host": "(127\.0\.0\.1:)?\w{0,6}", "key": ".{0,9}"\}', fullmatch=True)
)
def test_whatever_lies_in_the_file_it_is_a_doorbell_on_loopback_or_none(tmp_path_factory: object, data: bytes) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    path = tmp_path_factory.getbasetemp() / "doorbell.json"
    path.write_bytes(data)
    found = doorbell.find(path)
    assert found is None or found.host.startswith("127.0.0.1:")


def test_who_would_see_something_else_has_a_server_of_their_own(home: Path) -> None:
    paths, environ = find_paths(), {"HOME": "x"}
    usual = doorbell_file(paths, environ)
    assert doorbell_file(paths, environ | {"TERM": "xterm", "PWD": "/tmp"}) == usual
    others = [
        doorbell_file(paths, environ | {"AWS_PROFILE": "dev"}),
        doorbell_file(paths, environ | {"DISPLAY": ":1"}),
        doorbell_file(paths, environ | {"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}),
        doorbell_file(replace(paths, aws_config=Path("other")), environ),
    ]
    assert len({usual, *others}) == 5
