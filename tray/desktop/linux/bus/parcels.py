"""Messages of D-Bus in plain values, and their bytes."""

from __future__ import annotations

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

_FIELDS = {field.name: field for field in HeaderFields}

Body = tuple[Any, ...]
"""The arguments of a message, as Python values; a variant is a pair ``(signature, value)``."""


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


def decode(data: bytes) -> Parcel:
    """
    Read a message.

    Raises:
        Exception: The bytes are no message, in whatever way jeepney met that.
    """
    message = Message.from_buffer(data)
    header = message.header
    fields = {field.name: value for field, value in header.fields.items() if field is not HeaderFields.unix_fds}
    return Parcel(
        **fields,
        kind=Kind(header.message_type),
        body=message.body,
        serial=header.serial,
        wants_reply=not header.flags & MessageFlag.no_reply_expected,
    )


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
