"""The socket of a D-Bus connection: dialling, greeting, bytes out and messages in."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

from jeepney.auth import AuthenticationError  # type: ignore[import-untyped]
from jeepney.bus import find_system_bus, get_connectable_addresses  # type: ignore[import-untyped]
from jeepney.io.blocking import prep_socket  # type: ignore[import-untyped]

from tray.desktop.linux.bus.incoming import Incoming
from tray.desktop.linux.bus.parcels import Kind, Parcel

DAEMON = "org.freedesktop.DBus"
DAEMON_PATH = "/org/freedesktop/DBus"

_ANSWER_SECONDS = 2.0


class BusUnavailable(Exception):
    """There is no message bus to talk to: no address, nobody listening, or access refused."""


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
