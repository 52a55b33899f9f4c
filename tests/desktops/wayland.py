"""A pointer for compositors without a screen: just enough of the Wayland protocol to use one."""

from __future__ import annotations

import socket
import struct
import sys
import time
from pathlib import Path

LEFT, RIGHT, MIDDLE = 0x110, 0x111, 0x112
"""Buttons, by their numbers in linux/input-event-codes.h."""

_DISPLAY, _REGISTRY, _SYNC, _MANAGER, _POINTER = 1, 2, 3, 4, 5


class _Connection:
    """A connection to a compositor that has bound one global object."""

    def __init__(self, path: Path, interface: str, version: int) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(str(path))
        self._next = _SYNC
        self._send(_DISPLAY, 1, struct.pack("<I", _REGISTRY))
        names = self._globals()
        assert interface in names, f"the compositor has no {interface}: {sorted(names)}"
        encoded = _string(interface)
        self._send(_REGISTRY, 0, struct.pack("<I", names[interface]) + encoded + struct.pack("<II", version, _MANAGER))
        self._next = _POINTER + 1

    def close(self) -> None:
        """Let the pointer go."""
        self._socket.close()

    def _send(self, target: int, operation: int, arguments: bytes = b"") -> None:
        self._socket.sendall(struct.pack("<II", target, (len(arguments) + 8) << 16 | operation) + arguments)

    def _globals(self) -> dict[str, int]:
        """Ask for the global objects; gives their numbers by interface."""
        self._send(_DISPLAY, 0, struct.pack("<I", _SYNC))
        found: dict[str, int] = {}
        while True:
            target, operation, body = self._receive()
            if target == _SYNC:
                return found
            if (target, operation) == (_REGISTRY, 0):
                name, length = struct.unpack_from("<II", body)
                found[body[8 : 8 + length - 1].decode()] = name

    def round_trip(self) -> None:
        """Wait until the compositor has dealt with everything sent so far."""
        number, self._next = self._next, self._next + 1
        self._send(_DISPLAY, 0, struct.pack("<I", number))
        while True:
            target, operation, body = self._receive()
            assert (target, operation) != (_DISPLAY, 0), f"the compositor refused: {body!r}"
            if target == number:
                return

    def _receive(self) -> tuple[int, int, bytes]:
        target, rest = struct.unpack("<II", self._exactly(8))
        return target, rest & 0xFFFF, self._exactly((rest >> 16) - 8)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            assert piece, "the compositor has gone"
            data += piece
        return data


class WlrootsPointer(_Connection):
    """
    A pointer in sway: zwlr_virtual_pointer_manager_v1.

    Args:
        path: The compositor's socket.
        size: Of the screen, in pixels.
    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        super().__init__(path, "zwlr_virtual_pointer_manager_v1", 1)
        self._size = size
        self._send(_MANAGER, 0, struct.pack("<II", 0, _POINTER))
        self.round_trip()

    def move(self, x: int, y: int) -> None:
        """Move the pointer, in two steps so that what is below sees it come in."""
        for offset in (1, 0):
            self._send(_POINTER, 1, struct.pack("<IIIII", _milliseconds(), x - offset, y, *self._size))
            self._send(_POINTER, 4)
            self.round_trip()

    def click(self, button: int = LEFT) -> None:
        """Press and release a button."""
        for state in (1, 0):
            self._send(_POINTER, 2, struct.pack("<III", _milliseconds(), button, state))
            self._send(_POINTER, 4)
            self.round_trip()


class KWinPointer(_Connection):
    """
    A pointer in KWin: org_kde_kwin_fake_input. KWin must have been started without permission checks.

    Args:
        path: The compositor's socket.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "org_kde_kwin_fake_input", 4)
        self._next = _POINTER  # the manager is the pointer here, and numbers have to follow each other
        self._send(_MANAGER, 0, _string("sso-tray") + _string("make desktops"))
        self.round_trip()

    def move(self, x: int, y: int) -> None:
        """Move the pointer, in two steps so that what is below sees it come in."""
        for offset in (1, 0):
            self._send(_MANAGER, 9, struct.pack("<ii", (x - offset) * 256, y * 256))
            self.round_trip()

    def click(self, button: int = LEFT) -> None:
        """Press and release a button."""
        for state in (1, 0):
            self._send(_MANAGER, 2, struct.pack("<II", button, state))
            self.round_trip()

    def key(self, code: int) -> None:
        """Press and release a key, by its number in linux/input-event-codes.h."""
        for state in (1, 0):
            self._send(_MANAGER, 10, struct.pack("<II", code, state))
            self.round_trip()


def _serve(path: str) -> None:
    """Do what the standard input says, a line each: ``move X Y``, ``click BUTTON``, ``key CODE``."""
    pointer = KWinPointer(Path(path))
    print("ready", flush=True)
    for line in sys.stdin:
        name, *numbers = line.split()
        if name == "move":
            pointer.move(int(numbers[0]), int(numbers[1]))
        elif name == "click":
            pointer.click(int(numbers[0]))
        else:
            pointer.key(int(numbers[0]))
        print("done", flush=True)


def _milliseconds() -> int:
    return int(time.monotonic() * 1000) & 0xFFFFFFFF


def _string(text: str) -> bytes:
    encoded = text.encode() + b"\0"
    return struct.pack("<I", len(encoded)) + encoded + b"\0" * (-len(encoded) % 4)


if __name__ == "__main__":
    _serve(sys.argv[1])
