"""Messages out of the bytes of a D-Bus connection; what is none ends it, and what is too much is not kept."""

from __future__ import annotations

import logging
import struct

from tray.desktop.linux.bus.parcels import Parcel, decode

log = logging.getLogger(__name__)

_LONGEST_MESSAGE = 128 << 20
_LONGEST_FIELDS = 64 << 20
"""Bytes, as the D-Bus specification allows ("Message Format", and of arrays, "Container types")."""

_LONGEST_KEPT = 4 << 20
"""Bytes. Nobody who has to do with a tray sends as much: what is longer is passed over, and not kept in memory."""

_HEAD = {b"l": struct.Struct("<xBxBIII"), b"B": struct.Struct(">xBxBIII")}
"""What each message begins with: its kind, the version, the lengths of its body and of its fields, among them."""

_IN_A_SIGNATURE = frozenset(b"ybnqiuxtdsoghva(){}")
_LONGEST_SIGNATURE = 255


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
        # No more is looked at than a signature can have, and that once: nobody shall keep us busy with a long message.
        end = message.find(b"\0", at, at + _LONGEST_SIGNATURE + 1)
        if end < 0:
            continue
        last = message.rfind(b"()", at, end)
        for start in range(last - 1, max(-1, end - 2 - _LONGEST_SIGNATURE), -1):
            if message[start] == end - start - 1 and _IN_A_SIGNATURE.issuperset(message[start + 1 : end]):
                raise ValueError("a structure without members")
            if message[start] not in _IN_A_SIGNATURE:
                break
        at = last


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
                    return decode(message)
                except Exception as error:  # noqa: BLE001 - only its meaning is lost: where the next begins is known
                    self._complain("passed over a message that cannot be read: %s", type(error).__name__)

    def _complain(self, form: str, what: object) -> None:
        """Say so once of a connection: who sends one such message may send a thousand."""
        log.log(logging.DEBUG if self._complained else logging.WARNING, form, what)
        self._complained = True
