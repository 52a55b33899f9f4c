"""The kernel's tables of connections: which row is meant, and what it says."""

from pathlib import Path

import support.linux  # isort: skip  # noqa: F401 - first: elsewhere this module is left out

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.loopback import Owner, linux
from tray.loopback.linux import find_holder, format_end

HEADER = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
BROWSER, PAGE = b"0100007F:D431", b"0100007F:B389"


def row(
    *, local: bytes = BROWSER, remote: bytes = PAGE, state: str = "01", uid: int = 1000, inode: int = 46873
) -> bytes:
    """A row as `get_tcp4_sock` of the kernel writes it."""
    tail = b"1 00000000ab9b2fc0 20 4 30 10 -1"
    numbers = f"{state} 00000000:00000000 00:00000000 00000000 {uid:5} {0:8} {inode} "
    return b"   1: " + local + b" " + remote + b" " + numbers.encode() + tail + b"\n"


@pytest.mark.parametrize(
    ("rows", "holder"),
    [
        ([], None),
        ([row()], 1000),
        ([row(uid=0)], 0),
        ([row(uid=4294967294)], 4294967294),
        ([row(inode=0)], None),
        ([row(uid=0, inode=0)], None),
        ([row(state="04")], 1000),
        ([row(state="05")], 1000),
        ([row(uid=0, inode=0, state="06")], None),  # TIME_WAIT
        ([row(state="02")], None),  # SYN_SENT: asks for a connection that another had before
        ([row(state="02"), row(uid=1001)], 1001),
        ([row(local=PAGE, remote=BROWSER)], None),  # our own end
        ([row(local=b"0100007F:D432")], None),
        ([row(remote=b"0200007F:B389")], None),
        ([row(local=PAGE, remote=BROWSER, uid=7), row(uid=1001)], 1001),
        ([row()[:60]], None),
    ],
)
def test_the_row_of_the_other_end_says_who_holds_it(rows: list[bytes], holder: int | None) -> None:
    assert find_holder([HEADER, *rows], BROWSER, PAGE) == holder


ends = st.builds(format_end, st.binary(min_size=4, max_size=4), st.integers(0, 65535))
rows = st.builds(
    row,
    local=ends,
    remote=ends,
    state=st.sampled_from([f"{state:02X}" for state in range(1, 13)]),
    uid=st.integers(0, 2**32 - 1),
    inode=st.integers(0, 2**64 - 1),
)


@given(before=st.lists(rows), uid=st.integers(0, 2**32 - 1), inode=st.integers(1), local=ends, remote=ends)
def test_it_is_found_among_any_others(before: list[bytes], uid: int, inode: int, local: bytes, remote: bytes) -> None:
    others = [line for line in before if b" %b %b " % (local, remote) not in line]
    wanted = row(local=local, remote=remote, uid=uid, inode=inode)
    assert find_holder([HEADER, *others, wanted], local, remote) == uid
    assert find_holder([HEADER, *others], local, remote) is None


@given(st.lists(st.binary() | st.binary().map(lambda tail: b"   1: %b %b " % (BROWSER, PAGE) + tail)))
def test_no_table_breaks_the_reading(table: list[bytes]) -> None:
    holder = find_holder(table, BROWSER, PAGE)
    assert holder is None or isinstance(holder, int)


def test_nothing_is_read_beyond_the_row() -> None:
    def table() -> Iterator[bytes]:
        yield from (HEADER, row())
        raise AssertionError

    assert find_holder(table(), BROWSER, PAGE) == 1000


@given(st.ip_addresses(v=4), st.integers(0, 65535))
def test_an_end_is_written_as_the_kernel_does(address: ipaddress.IPv4Address, port: int) -> None:
    text, _, number = format_end(address.packed, port).partition(b":")
    assert socket.inet_aton(str(address)) == int(text, 16).to_bytes(4, "little" if _little() else "big")
    assert number == b"%04X" % port


def _little() -> bool:
    return socket.htons(1) != 1


@pytest.mark.skipif(not _little(), reason="written in the other order there")
def test_an_ipv4_address_within_ipv6_is_four_numbers() -> None:
    mapped = ipaddress.IPv6Address("::ffff:127.0.0.1")
    assert format_end(mapped.packed, 0xD431) == b"0000000000000000FFFF00000100007F:D431"


@pytest.mark.parametrize(
    ("own", "holder", "owner"),
    [
        (1000, 1000, Owner.OURS),
        (1000, 0, Owner.OURS),
        (1000, 1001, Owner.ANOTHERS),
        (0, 0, Owner.OURS),
        (0, 1000, Owner.ANOTHERS),
        (1000, None, Owner.NOBODYS),
        (0, None, Owner.NOBODYS),
    ],
)
def test_let_in_are_our_user_and_the_superuser(
    monkeypatch: pytest.MonkeyPatch, own: int, holder: int | None, owner: Owner
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: own)
    monkeypatch.setattr(linux, "_read_holder", lambda *_: holder)
    assert linux.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001)) is owner


def test_a_row_that_one_reading_passed_over_is_found_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([None, None, None, 1000])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(linux, "_read_holder", lambda *_: next(found))
    assert linux.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001)) is Owner.OURS


def test_a_number_that_all_unknown_users_share_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = int(Path("/proc/sys/kernel/overflowuid").read_bytes())
    monkeypatch.setattr("os.geteuid", lambda: shared)
    monkeypatch.setattr(linux, "_read_holder", lambda *_: shared)
    ends = ("127.0.0.1", 5000), ("127.0.0.1", 5001)

    monkeypatch.setattr(linux, "_EVERY_USER", Path("/proc/self/uid_map").read_bytes().split())
    assert linux.find_owner(*ends) is Owner.OURS
    monkeypatch.setattr(linux, "_EVERY_USER", [b"another", b"map"])
    assert linux.find_owner(*ends) is Owner.NOBODYS


def test_the_kernel_says_of_one_connection_what_its_tables_say() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_INET6) as six:
        one = socket.create_connection(server.getsockname())
        ours, other = one.getsockname(), server.accept()[0]
        assert linux._ask_kernel(ours, other.getsockname()) == os.geteuid()
        six.connect(("::ffff:127.0.0.1", server.getsockname()[1]))
        through_six = server.accept()[0]
        assert linux._ask_kernel(through_six.getpeername(), through_six.getsockname()) == os.geteuid()
        one.close()
        assert linux._ask_kernel(ours, other.getsockname()) is None, "what is left of a closed socket is nobody's"
        with pytest.raises(OSError, match="No such file"):
            linux._ask_kernel(("127.0.0.1", 1), ("127.0.0.1", 2))
        for connection in (other, through_six):
            connection.close()


@given(st.binary(max_size=200))
def test_no_answer_of_the_kernel_breaks_the_reading(answer: bytes) -> None:
    try:
        holder = linux.read_answer(answer)
    except OSError:
        return
    assert holder is None or isinstance(holder, int)


def test_where_the_kernel_may_not_be_asked_its_tables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(linux, "_ask_kernel", refuse)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
        server.accept()[0] as other,
    ):
        assert linux.find_owner(one.getsockname(), other.getsockname()) is Owner.OURS
