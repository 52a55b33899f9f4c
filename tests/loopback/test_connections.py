"""Whose a real connection on loopback is."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.another_user import SOMEBODY, python_as
from support.needs import linux, needs, superuser, tells_owners

from tray.loopback import Owner, connections
from tray.loopback.connections import NotOurs, demand_ours, knows_us

pytestmark = tells_owners


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        yield listening


def accept(server: socket.socket) -> socket.socket:
    return server.accept()[0]


def test_our_own_is_let_in(server: socket.socket) -> None:
    with socket.create_connection(server.getsockname()) as own, accept(server) as accepted:
        own.sendall(b"x")
        demand_ours(accepted)
        demand_ours(accepted)
        assert accepted.recv(1) == b"x", "nothing was read of it"


def test_this_system_knows_us() -> None:
    assert knows_us()


@pytest.mark.parametrize("found", [Owner.NOBODYS, Owner.ANOTHERS, OSError()])
def test_a_system_that_does_not_know_us_says_so(monkeypatch: pytest.MonkeyPatch, found: Owner | OSError) -> None:
    def find_owner(*_: object) -> Owner:
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(connections, "find_owner", find_owner)
    assert not knows_us()


def test_where_the_system_cannot_tell_everybody_is_let_in(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "find_owner", lambda *_: Owner.UNTOLD)
    with socket.create_connection(server.getsockname()), accept(server) as accepted:
        demand_ours(accepted)
    assert knows_us()


def test_one_that_its_process_has_closed_is_nobodys(server: socket.socket) -> None:
    socket.create_connection(server.getsockname()).close()
    with accept(server) as accepted, pytest.raises(NotOurs) as refused:
        demand_ours(accepted)
    assert not refused.value.anothers


def test_what_is_left_of_one_that_both_ends_have_closed_is_nobodys(server: socket.socket) -> None:
    """The kernel of Linux lists it in TIME_WAIT, as of the user 0."""
    with socket.create_connection(server.getsockname()) as own, accept(server) as accepted:
        ends = own.getsockname(), server.getsockname()
        own.close()
        accepted.recv(1)
    assert connections.find_owner(*ends) is Owner.NOBODYS  # type: ignore[attr-defined] # each system has its own


@linux
def test_one_that_has_said_all_and_waits_for_the_answer_is_let_in(server: socket.socket) -> None:
    with socket.create_connection(server.getsockname()) as own, accept(server) as accepted:
        own.shutdown(socket.SHUT_WR)
        assert accepted.recv(1) == b""
        demand_ours(accepted)


@linux
def test_a_program_that_speaks_ipv6_alone_is_known(server: socket.socket) -> None:
    try:
        own = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:
        pytest.skip("no IPv6 here")
    with own:
        own.connect(("::ffff:127.0.0.1", server.getsockname()[1]))
        with accept(server) as accepted:
            demand_ours(accepted)


@linux
def test_among_many_connections_each_is_known(server: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=500) as crowded:
        crowd = [socket.create_connection(crowded.getsockname()) for _ in range(300)]
        with socket.create_connection(server.getsockname()), accept(server) as accepted:
            for _ in range(50):
                demand_ours(accepted)
        for each in crowd:
            each.close()


_CONNECT = """
connection = socket.socket({family}, socket.SOCK_STREAM)
connection.connect(({address!r}, int(sys.argv[1])))
print("connected", flush=True)
sys.stdin.read()
"""


@superuser
@linux
@pytest.mark.parametrize(
    ("family", "address"), [("socket.AF_INET", "127.0.0.1"), ("socket.AF_INET6", "::ffff:127.0.0.1")]
)
def test_another_users_is_not_let_in_and_is_nobodys_once_that_user_is_gone(
    server: socket.socket, family: str, address: str
) -> None:
    port = str(server.getsockname()[1])
    then = _CONNECT.format(family=family, address=address)
    with python_as(SOMEBODY, "import socket", then, port) as stranger:
        assert stranger.stdout.readline() == "connected\n"
        with accept(server) as accepted:
            with pytest.raises(NotOurs) as refused:
                demand_ours(accepted)
            assert refused.value.anothers
            stranger.stdin.close()
            assert accepted.recv(1) == b"", "it has ended"
            with pytest.raises(NotOurs) as refused:
                demand_ours(accepted)
            assert not refused.value.anothers


_JUDGE = """
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    for _ in range(3):
        accepted, _ = server.accept()
        sys.stdin.readline()
        try:
            demand_ours(accepted)
            print("let in", flush=True)
        except NotOurs as refused:
            print("another's" if refused.anothers else "nobody's", flush=True)
"""


@superuser
@linux
def test_an_ordinary_user_lets_in_the_superuser_but_not_what_the_superuser_has_left() -> None:
    imports = "import socket\nfrom tray.loopback.connections import NotOurs, demand_ours"
    with python_as(SOMEBODY, imports, _JUDGE) as page:
        address = "127.0.0.1", int(page.stdout.readline())

        def verdict() -> str:
            page.stdin.write("\n")
            page.stdin.flush()
            return page.stdout.readline().strip()

        with socket.create_connection(address):
            assert verdict() == "let in"
        socket.create_connection(address).close()
        assert verdict() == "nobody's"
        with python_as(
            SOMEBODY + 1, "import socket", _CONNECT.format(family="socket.AF_INET", address=address[0]), str(address[1])
        ) as other:
            assert other.stdout.readline() == "connected\n"
            assert verdict() == "another's"


@linux
def test_in_a_user_namespace_without_its_own_number_it_lets_in_nobody() -> None:
    needs("unshare")
    command = [
        "unshare",
        "--user",
        sys.executable,
        "-c",
        "from tray.loopback.connections import knows_us; print(knows_us())",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if "unshare:" in done.stderr:
        pytest.skip(f"no user namespaces here: {done.stderr.strip()}")
    assert done.stdout == "False\n", done.stderr
