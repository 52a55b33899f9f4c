"""The bytes of a D-Bus connection: dialling, greeting, messages to and from plain values. The only user of jeepney."""

from __future__ import annotations

import logging
import os
import socket
import struct
import time
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from jeepney import (  # type: ignore[import-untyped]
    Endianness,
    Header,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
)
from jeepney.auth import AuthenticationError  # type: ignore[import-untyped]
from jeepney.bus import find_system_bus, get_connectable_addresses  # type: ignore[import-untyped]
from jeepney.io.blocking import prep_socket  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

DAEMON = "org.freedesktop.DBus"
DAEMON_PATH = "/org/freedesktop/DBus"

_ANSWER_SECONDS = 2.0

_LONGEST_MESSAGE = 128 << 20
_LONGEST_FIELDS = 64 << 20
"""Bytes, as the D-Bus specification allows ("Message Format", and of arrays, "Container types")."""

_LONGEST_KEPT = 4 << 20
"""Bytes. Nobody who has to do with a tray sends as much: what is longer is passed over, and not kept in memory."""

_HEAD = {b"l": struct.Struct("<xBxBIII"), b"B": struct.Struct(">xBxBIII")}
"""What each message begins with: its kind, the version, the lengths of its body and of its fields, among them."""

_IN_A_SIGNATURE = frozenset(b"ybnqiuxtdsoghva(){}")
_LONGEST_SIGNATURE = 255
_FIELDS = {field.name: field for field in HeaderFields}

Body = tuple[Any, ...]
"""The arguments of a message, as Python values; a variant is a pair ``(signature, value)``."""


class BusUnavailable(Exception):
    """There is no message bus to talk to: no address, nobody listening, or access refused."""


class Kind(Enum):
    """What a message is."""

    CALL = MessageType.method_call
    RETURN = MessageType.method_return
    ERROR = MessageType.error
    SIGNAL = MessageType.signal


class Parcel(NamedTuple):
    """A message in plain values; a part that the message does not have is empty."""

    kind: Kind
    destination: str = ""
    sender: str = ""
    path: str = ""
    interface: str = ""
    member: str = ""
    error_name: str = ""
    reply_serial: int = 0
    """Serial number of the call that this answers."""

    signature: str = ""
    body: Body = ()
    serial: int = 0
    """Given by the sender; 0 in a message not yet sent."""

    wants_reply: bool = True
    """False in a call that asks for no answer."""

    def answered(self, signature: str, body: Body) -> Parcel:
        """Make the answer to this call."""
        return Parcel(Kind.RETURN, destination=self.sender, reply_serial=self.serial, signature=signature, body=body)

    def refused(self, error_name: str, message: str) -> Parcel:
        """Make the error that answers this call."""
        return self.answered("s", (message,))._replace(kind=Kind.ERROR, error_name=error_name)

    def encode(self, serial: int) -> bytes:
        """
        Write the message under a serial number.

        Raises:
            TypeError, ValueError, struct.error: The body does not fit its signature.
        """
        parts = ("destination", "path", "interface", "member", "error_name", "reply_serial", "signature")
        fields = {_FIELDS[part]: value for part in parts if (value := getattr(self, part))}
        flags = 0 if self.wants_reply else MessageFlag.no_reply_expected
        header = Header(Endianness.little, self.kind.value, flags, 1, -1, serial, fields)
        encoded: bytes = Message(header, _clean(self.body)).serialise()
        return encoded


def _decode(message: Any) -> Parcel:
    header = message.header
    fields = {field.name: value for field, value in header.fields.items() if field is not HeaderFields.unix_fds}
    return Parcel(
        **fields,
        kind=Kind(header.message_type),
        body=message.body,
        serial=header.serial,
        wants_reply=not header.flags & MessageFlag.no_reply_expected,
    )


def measure(head: bytes) -> int:
    """
    Give the length of a message whose first 16 bytes these are.

    Raises:
        ConnectionError: They begin no message, so it cannot be known where the next one begins.
    """
    if (form := _HEAD.get(head[:1])) is not None:
        kind, version, body, _serial, fields = form.unpack(head)
        whole = 16 + fields + -fields % 8 + body
        if kind != 0 and version == 1 and fields <= _LONGEST_FIELDS and whole <= _LONGEST_MESSAGE:
            return int(whole)
    raise ConnectionError("what came is no message")


def _demand_finite(message: bytes) -> None:
    """
    Refuse a structure without members, which D-Bus forbids: an array of them has no end for who reads it.

    Raises:
        ValueError: There is a signature with one.
    """
    at = -1
    while (at := message.find(b"()", at + 1)) >= 0:
        end = message.find(b"\0", at)
        for start in range(max(0, end - 1 - _LONGEST_SIGNATURE), at):
            if message[start] == end - start - 1 and _IN_A_SIGNATURE.issuperset(message[start + 1 : end]):
                raise ValueError("a structure without members")


class Incoming:
    """Messages out of the bytes of a connection, in whatever pieces they come."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._passed_over = 0
        """How many bytes to come belong to a message that is not kept."""

        self._complained = False

    def add(self, data: bytes) -> None:
        """Take what has come."""
        self._bytes += data

    def next(self) -> Parcel | None:
        """
        Give the next message that has come whole, None where there is none; what cannot be read is passed over.

        Raises:
            ConnectionError: What came is no message.
        """
        while True:
            if self._passed_over:
                gone = min(self._passed_over, len(self._bytes))
                del self._bytes[:gone]
                self._passed_over -= gone
            if len(self._bytes) < 16:
                return None
            length = measure(bytes(self._bytes[:16]))
            if length > _LONGEST_KEPT:
                self._complain("passed over a message of %s bytes", length)
                self._passed_over = length
            elif len(self._bytes) < length:
                return None
            else:
                message = bytes(self._bytes[:length])
                del self._bytes[:length]
                try:
                    _demand_finite(message)
                    return _decode(Message.from_buffer(message))
                except Exception as error:  # noqa: BLE001 - only its meaning is lost: where the next begins is known
                    self._complain("passed over a message that cannot be read: %s", type(error).__name__)

    def _complain(self, form: str, what: object) -> None:
        """Say so once of a connection: who sends one such message may send a thousand."""
        log.log(logging.DEBUG if self._complained else logging.WARNING, form, what)
        self._complained = True


class Wire:
    """
    One connected socket, which never blocks. Not locked: its connection has threads take turns.

    Raises:
        BusUnavailable: No bus answers within two seconds.
    """

    def __init__(self, address: str | None, *, system: bool) -> None:
        self._incoming = Incoming()
        self.has_unread = True
        """Whether messages may have come together with the greeting: the socket will not tell of them."""

        self._unsent = bytearray()
        try:
            self.socket = _dial(address, system=system)
            try:
                self.unique_name = self._greet()
                self.socket.setblocking(False)
            except BaseException:
                self.socket.close()
                raise
        except (OSError, AuthenticationError, LookupError, RuntimeError, ValueError) as error:
            raise BusUnavailable(f"no message bus: {error}") from error

    def _greet(self) -> str:
        """Send Hello, which must be the first message, and give the unique name that comes back."""
        until = time.monotonic() + _ANSWER_SECONDS
        self.socket.settimeout(_ANSWER_SECONDS)
        hello = Parcel(Kind.CALL, destination=DAEMON, path=DAEMON_PATH, interface=DAEMON, member="Hello")
        self.socket.sendall(hello.encode(1))
        while data := self.socket.recv(4096):
            self._incoming.add(data)
            reply = self._incoming.next()
            if reply is not None:
                if reply.kind is not Kind.RETURN:
                    raise ConnectionRefusedError(f"the message bus refused us: {reply.error_name}")
                return str(reply.body[0])
            self.socket.settimeout(max(0.001, until - time.monotonic()))
        raise ConnectionResetError("the message bus hung up")

    @property
    def has_unsent(self) -> bool:
        """Whether some bytes wait until the socket takes more."""
        return bool(self._unsent)

    def send(self, data: bytes) -> None:
        """Send what the socket takes now, and keep the rest for `flush`."""
        self._unsent += data
        self.flush()

    def flush(self) -> None:
        """Send of what was kept as much as the socket takes now."""
        while self._unsent:
            try:
                sent = self.socket.send(self._unsent)
            except BlockingIOError:
                return
            except OSError:
                # The reader is about to meet the same error, and it is the one that acts on it.
                self._unsent.clear()
                return
            del self._unsent[:sent]

    def receive(self) -> Iterator[Parcel]:
        """
        Give the messages that have come.

        Raises:
            ConnectionError: The connection is lost, or carries something else than messages.
        """
        self.has_unread = False
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            pass
        except OSError as error:
            raise ConnectionError(str(error)) from error
        else:
            if not data:
                raise ConnectionResetError("the message bus hung up")
            self._incoming.add(data)
        while (parcel := self._incoming.next()) is not None:
            yield parcel


def _dial(address: str | None, *, system: bool) -> socket.socket:
    """Connect to the first address that answers, and authenticate."""
    connected: socket.socket
    if system:
        connected = prep_socket(find_system_bus(), timeout=_ANSWER_SECONDS)
        return connected
    address = address or os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if not address:
        # Where every implementation looks when the environment names no bus.
        address = f"unix:path={os.environ['XDG_RUNTIME_DIR']}/bus"
    problem: Exception | None = None
    for candidate in get_connectable_addresses(address):
        try:
            connected = prep_socket(candidate, timeout=_ANSWER_SECONDS)
        except (OSError, AuthenticationError) as error:
            problem = error
        else:
            return connected
    raise problem or ValueError(f"no usable address in {address}")


def _clean(value: Any) -> Any:
    """
    Replace what D-Bus forbids in a string: NUL and lone surrogates (D-Bus specification, "Basic types").

    The bus hangs up on a program that sends one, and names in a config file may hold anything.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if isinstance(value, list):
        return list(map(_clean, value))
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
