"""The one server of our pages: what it lets pass to a site, and what it says of its own."""

from __future__ import annotations

import http.client
import logging
import socket
from collections.abc import Iterator

import pytest

from tray.loopback.server import LoopbackServer, Request, Response, Site


class Served:
    """A site that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.fault: Exception | None = None
        self.server = LoopbackServer()
        self.server.serve(Site(self._answer, Response, "img-src 'self'", ("GET", "POST")))
        self.port = int(self.server.host.rpartition(":")[2])

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        if self.fault is not None:
            raise self.fault
        return Response(200, request.read_body(), last=request.path == "/last")

    def send(self, *lines: str, body: bytes = b"") -> bytes:
        """Send a request as it is written, and give all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, f"Host: {self.server.host}", "", ""]).encode() + body)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.server.close()


def test_a_request_is_given_in_parts_and_its_body_when_it_is_asked_for(served: Served) -> None:
    answer = served.send("POST /a/b?c=d?e HTTP/1.1", "X-Some: thing", "Content-Length: 4", body=b"body, and more")
    assert answer.endswith(b"\r\n\r\nbody")
    (request,) = served.asked
    assert (request.method, request.path, request.query, request.headers["x-some"]) == (
        "POST",
        "/a/b",
        "c=d?e",
        "thing",
    )


@pytest.mark.parametrize("name", ["Sec-Purpose", "Sec-Fetch-Dest", "Cookie"])
def test_a_header_that_comes_twice_is_there_but_has_no_value_that_anybody_could_mean(served: Served, name: str) -> None:
    served.send("GET / HTTP/1.1", f"{name}: one", f"{name.upper()}: one")
    assert served.asked[0].headers[name.lower()] == "\n"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["GET / HTTP/1.1", "Host: evil.example"], 400),
        (["POST / HTTP/1.1", "Content-Length: 8388609"], 413),
        (["POST / HTTP/1.1", "Content-Length: 999999999"], 400),
        (["POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 1"], 400),
        (["POST / HTTP/1.1", "Content-Length: \u00b2"], 400),
        (["POST / HTTP/1.1", "Transfer-Encoding: chunked"], 400),
        (["PUT / HTTP/1.1"], 405),
    ],
    ids=str,
)
def test_what_no_browser_of_ours_sends_never_reaches_the_site(served: Served, lines: list[str], status: int) -> None:
    assert served.send(*lines).split()[1] == str(status).encode()
    assert served.asked == []


def test_the_largest_body_is_read_whole(served: Served) -> None:
    body = b"x" * (8 << 20)
    assert served.send("POST / HTTP/1.1", f"Content-Length: {len(body)}", body=body).endswith(body)


def test_a_page_may_load_only_what_its_site_names(served: Served) -> None:
    connection = http.client.HTTPConnection(served.server.host, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    connection.close()


def test_it_is_known_when_the_last_answer_is_out(served: Served) -> None:
    served.send("GET / HTTP/1.1")
    assert not served.server.last_sent.is_set()
    served.send("GET /last HTTP/1.1")
    assert served.server.last_sent.wait(10)


def test_a_fault_in_answering_is_logged_by_its_kind_and_place_without_what_it_says(
    served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    served.fault = LookupError("the-secret")
    assert served.send("GET /?key=the-secret HTTP/1.1") == b""
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "LookupError" in record.getMessage()
    assert "in _answer" in record.getMessage()
    assert "the-secret" not in caplog.text
    assert capfd.readouterr() == ("", "")
