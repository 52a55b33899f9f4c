"""The bytes of the message bus: whatever comes, the connection goes on, or ends; it never spins, and keeps no flood."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from support import linux  # noqa: F401

from tray.desktop.linux.bus import Bus
from tray.desktop.linux.bus.incoming import Incoming, measure
from tray.desktop.linux.bus.parcels import Kind, Parcel

resource = pytest.importorskip("resource")

SIGNAL = Parcel(Kind.SIGNAL, path="/a", interface="b.c", member="D", signature="sa{sv}", body=("x", {"y": ("u", 1)}))
ENDLESS = (
    (b"a()", b"\x08\0\0\0" + b"\0" * 12),
    (b"aa()", b"\x08\0\0\0\x08\0\0\0" + b"\0" * 8),
    (b"v", b"\x03a()\0" + b"\0" * 3 + b"\x08\0\0\0" + b"\0" * 12),
    (b"v" * 200, b"\x01v\0" * 2000),
    (b"a{ss}", b"\xff\xff\xff\x7f" + b"\0" * 12),
    (b"as", b"\x08\0\0\0\xff\xff\xff\xff\0\0\0\0"),
)


def message(signature: bytes, body: bytes, *, kind: int = 4, length: int | None = None) -> bytes:
    """A message in bytes, whether or not it may be."""
    path = b"\x01\x01o\0\x02\0\0\0/a\0" + b"\0" * 5
    fields = path + b"\x08\x01g\0" + bytes([len(signature)]) + signature + b"\0"
    head = b"l" + struct.pack("<BBBIII", kind, 0, 1, len(body) if length is None else length, 7, len(fields))
    return head + fields + b"\0" * (-len(fields) % 8) + body


def read(*pieces: bytes) -> list[Parcel]:
    incoming = Incoming()
    found = []
    for piece in pieces:
        incoming.add(piece)
        while (parcel := incoming.next()) is not None:
            found.append(parcel)
    return found


@given(some.lists(some.binary(max_size=64), max_size=8))
@example([b"\0" * 16])
@example([b"l\1\0\1" + b"\xff" * 12])
def test_any_bytes_are_messages_or_end_the_connection(pieces: list[bytes]) -> None:
    with suppress(ConnectionError):
        read(*pieces)


@given(some.integers(0, 255), some.integers(0, 2**32 - 1), some.integers(0, 2**32 - 1), some.sampled_from([b"l", b"B"]))
def test_no_length_beyond_the_specification_is_believed(kind: int, body: int, fields: int, order: bytes) -> None:
    form = "<BBBIII" if order == b"l" else ">BBBIII"
    try:
        length = measure(order + struct.pack(form, kind, 0, 1, body, 1, fields))
    except ConnectionError:
        assert kind == 0 or fields > 1 << 26 or 16 + fields + body > (1 << 27) - 8
    else:
        assert kind
        assert length == 16 + fields + -fields % 8 + body <= 1 << 27
        assert fields <= 1 << 26


@given(some.binary(max_size=300), some.sampled_from("ybnqiuxtdsogv").flatmap(lambda one: some.just(one.encode())))
def test_what_is_wrong_inside_a_message_costs_that_message_alone(body: bytes, signature: bytes) -> None:
    found = read(message(signature, body) + SIGNAL.encode(9))
    assert found[-1].body == SIGNAL.body
    assert len(found) <= 2


@pytest.mark.parametrize(("signature", "body"), ENDLESS, ids=lambda each: each[:8].hex())
def test_a_message_without_end_is_passed_over(signature: bytes, body: bytes) -> None:
    assert [parcel.serial for parcel in read(message(signature, body) + SIGNAL.encode(9))][-1:] == [9]


def test_text_that_looks_like_such_a_signature_is_text() -> None:
    text = Parcel(Kind.SIGNAL, path="/a", interface="b.c", member="D", signature="s", body=("call main() or a()",))
    assert read(text.encode(1))[0].body == text.body


@given(some.lists(some.integers(1, 40), max_size=30))
def test_messages_come_whole_in_whatever_pieces_they_are_sent(sizes: list[int]) -> None:
    stream = b"".join(SIGNAL.encode(serial) for serial in (1, 2, 3))
    pieces = []
    for size in sizes:
        pieces.append(stream[:size])
        stream = stream[size:]
    assert [parcel.serial for parcel in read(*pieces, stream)] == [1, 2, 3]


def test_a_message_larger_than_anybody_sends_is_not_kept() -> None:
    incoming = Incoming()
    incoming.add(message(b"ay", b"", length=100 << 20))
    piece = b"x" * 65_536
    for _ in range((100 << 20) // len(piece)):
        assert incoming.next() is None
        incoming.add(piece)
        assert len(incoming._bytes) <= len(piece) + 64
    incoming.add(SIGNAL.encode(9))
    assert incoming.next() is not None


class FalseBus:
    """A bus that greets whoever comes, and then sends them what it likes."""

    def __init__(self, folder: Path, then: bytes) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(folder / "bus"))
        self._server.listen()
        self.address = f"unix:path={folder / 'bus'}"
        self.greeted = 0
        self.hung_up = threading.Semaphore(0)
        self._then = then
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, suppress(OSError):
                    self._greet(connection)
                    while connection.recv(4096):
                        pass
                self.hung_up.release()

    def _greet(self, connection: socket.socket) -> None:
        said = b""
        while b"BEGIN\r\n" not in said:
            said += connection.recv(4096)
            if said.endswith(b"\r\n") and b"BEGIN" not in said:
                connection.sendall(b"OK 00000000000000000000000000000000\r\n")
        while not said.partition(b"BEGIN\r\n")[2]:
            said += connection.recv(4096)
        hello = Parcel(Kind.RETURN, reply_serial=1, signature="s", body=(":1.1",))
        self.greeted += 1
        connection.sendall(hello.encode(1) + self._then)


@contextmanager
def reading(bus: Bus, run: Callable[[], None]) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield thread
    bus.stop()
    thread.join(10)
    assert not thread.is_alive()


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("filling", [b"()", b"()\0", b"()" * 126 + b"\0", b"\xfc" + b"()" * 126, b"((()))"])
def test_what_looks_like_signatures_from_end_to_end_is_read_in_no_time(filling: bytes) -> None:
    body = filling * (1_000_000 // len(filling))
    begun = processor_seconds()
    [parcel] = read(message(b"ay", struct.pack("<I", len(body)) + body))
    assert parcel.body == (body,)
    assert processor_seconds() - begun < 3


@pytest.mark.parametrize("sent", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 64, b"l\1\0\2" + b"\0" * 12], ids=repr)
def test_a_bus_that_speaks_something_else_is_left_without_spinning(tmp_path: Path, sent: bytes) -> None:
    false = FalseBus(tmp_path, sent)
    bus = Bus.connect(false.address)
    before = processor_seconds()
    with reading(bus, bus.run) as thread:
        assert false.hung_up.acquire(timeout=10)
        thread.join(10)
        assert not thread.is_alive()
    assert bus.lost
    assert processor_seconds() - before < 1
    false.close()


def test_it_is_tried_again_as_after_any_loss_and_found_when_it_is_a_bus_once_more(tmp_path: Path) -> None:
    false = FalseBus(tmp_path, b"garbage that is longer than sixteen bytes")
    bus = Bus.connect(false.address)
    with reading(bus, lambda: bus.run(reconnect_after=(0.01,))):
        assert false.hung_up.acquire(timeout=10)
        false._then = b""
        deadline = time.monotonic() + 10
        while false.greeted < 2 or bus.lost:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    false.close()
