"""
Owns the clipboard of an X server: what other programs paste is asked of the owner, for as long as it lives (ICCCM 2).

A handful of requests of the X11 protocol, spoken directly: no library for it is on every desktop, nor in our packages.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import threading
from pathlib import Path

from tray.desktop.linux import display
from tray.disk.plain import read_plain

_log = logging.getLogger(__name__)

_SECONDS = 3.0
_LARGEST = 1 << 20
"""Bytes of an authority file."""

_COOKIE = b"MIT-MAGIC-COOKIE-1"
_LOCAL, _ANY = 256, 65535  # Families of addresses in an authority file (Xau(3)).

_CREATE_WINDOW, _INTERN_ATOM, _CHANGE_PROPERTY = 1, 16, 18
_SET_OWNER, _GET_OWNER, _SEND_EVENT = 22, 23, 25
_SELECTION_CLEAR, _SELECTION_REQUEST, _SELECTION_NOTIFY = 29, 30, 31
_ATOM, _STRING, _INPUT_ONLY = 4, 31, 2

_TEXTS = (b"UTF8_STRING", b"TEXT", b"text/plain;charset=utf-8", b"text/plain")


def own(text: str) -> bool:
    """
    Own the clipboard of the X server that ``DISPLAY`` names, with a text that other programs may paste.

    It is given up when another program copies something; a thread serves it until then.

    Returns:
        Whether it is ours. Only a server of this machine is asked.
    """
    if (number := display.local_x_server()) is None:
        return False
    try:
        connection = display.connect(*display.x_sockets(number), seconds=_SECONDS)
    except TimeoutError:
        connection = None
    if connection is None:
        return False
    owner = _Owner(connection, text.encode())
    try:
        owns = owner.begin(number)
    except (OSError, ValueError, struct.error) as error:
        _log.info("The X server gives no clipboard: %s", error)
        owns = False
    if owns:
        threading.Thread(target=owner.serve, name="clipboard", daemon=True).start()
    else:
        connection.close()
    return owns


class _Owner:
    """A connection that owns the clipboard."""

    def __init__(self, connection: socket.socket, text: bytes) -> None:
        self._connection = connection
        self._text = text
        self._targets = 0
        self._kinds = {_STRING}

    def begin(self, number: str) -> bool:
        """
        Become the owner of the clipboard; tell whether that is so.

        Raises:
            OSError, ValueError, struct.error: The server lets us not in, or does not speak as it should.
        """
        root, window = self._introduce(number)
        self._send(_CREATE_WINDOW, struct.pack("<IIhhHHHHII", window, root, 0, 0, 1, 1, 0, _INPUT_ONLY, 0, 0))
        clipboard, self._targets = self._atom(b"CLIPBOARD"), self._atom(b"TARGETS")
        self._kinds |= set(map(self._atom, _TEXTS))
        self._send(_SET_OWNER, struct.pack("<III", window, clipboard, 0))
        self._send(_GET_OWNER, struct.pack("<I", clipboard))
        owns = self._answer() == window
        self._connection.settimeout(None)
        return owns

    def serve(self) -> None:
        """Give the text to whoever pastes, until somebody else owns the clipboard, or the server ends."""
        try:
            with self._connection:
                while (event := self._event())[0] & 0x7F != _SELECTION_CLEAR:
                    if event[0] & 0x7F == _SELECTION_REQUEST:
                        self._hand_over(event)
        except OSError as error:
            _log.info("The clipboard is given up: %s", error)

    def _hand_over(self, event: bytes) -> None:
        time, _, requestor, selection, target, place = struct.unpack("<4x6I4x", event)
        place = place or target  # Programs of old name no place (ICCCM 2.2).
        if target == self._targets:
            offered = sorted({*self._kinds, self._targets})
            self._put(requestor, place, _ATOM, 32, struct.pack(f"<{len(offered)}I", *offered))
        elif target in self._kinds:
            self._put(requestor, place, target, 8, self._text)
        else:
            place = 0
        told = struct.pack("<BxHIIIII8x", _SELECTION_NOTIFY, 0, time, requestor, selection, target, place)
        self._send(_SEND_EVENT, struct.pack("<II", requestor, 0) + told)

    def _put(self, window: int, place: int, kind: int, bits: int, data: bytes) -> None:
        head = struct.pack("<IIIB3xI", window, place, kind, bits, len(data) * 8 // bits)
        self._send(_CHANGE_PROPERTY, head + _padded(data))

    def _introduce(self, number: str) -> tuple[int, int]:
        """Introduce ourselves; gives the root window, and a number for one of our own."""
        cookie = _cookie_for(number)
        name = _COOKIE if cookie else b""
        lengths = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie))
        self._connection.sendall(lengths + _padded(name) + _padded(cookie))
        status, units = struct.unpack("<B5xH", self._read(8))
        told = self._read(4 * units)
        if status != 1:
            raise ValueError("it lets us not in")
        base, vendor, formats = *struct.unpack_from("<I", told, 4), *struct.unpack_from("<H", told, 16), told[21]
        (root,) = struct.unpack_from("<I", told, 32 + len(_padded(bytes(vendor))) + 8 * formats)
        return root, base

    def _atom(self, name: bytes) -> int:
        self._send(_INTERN_ATOM, struct.pack("<Hxx", len(name)) + _padded(name))
        return self._answer()

    def _answer(self) -> int:
        """Give the first number of a reply; events that come before it are none of ours yet."""
        while (reply := self._event())[0] != 1:
            if reply[0] == 0:
                raise ValueError(f"it refused (error {reply[1]})")
        (number,) = struct.unpack_from("<I", reply, 8)
        return int(number)

    def _event(self) -> bytes:
        return self._read(32)

    def _send(self, request: int, body: bytes) -> None:
        self._connection.sendall(struct.pack("<BxH", request, 1 + len(body) // 4) + body)

    def _read(self, count: int) -> bytes:
        found = bytearray()
        while len(found) < count:
            part = self._connection.recv(count - len(found))
            if not part:
                raise ConnectionResetError("the X server has ended")
            found += part
        return bytes(found)


def _cookie_for(server: str) -> bytes:
    """Find what the server knows us by, as Xlib does (Xau(3)); empty where there is nothing."""
    file = Path(os.environ.get("XAUTHORITY") or Path.home() / ".Xauthority")
    try:
        data = read_plain(file, _LARGEST)
    except OSError:
        return b""
    here = os.fsencode(socket.gethostname())
    at = 0
    while at + 2 <= len(data):
        (family,) = struct.unpack_from(">H", data, at)
        at += 2
        fields = []
        for _ in range(4):
            (length,) = struct.unpack_from(">H", data, at)
            fields.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        address, number, name, cookie = fields
        is_ours = family == _ANY or (family == _LOCAL and address == here)
        if is_ours and number in {b"", server.encode()} and name == _COOKIE:
            return cookie
    return b""


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
