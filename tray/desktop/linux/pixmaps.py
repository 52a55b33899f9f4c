"""
Our icons in the form that a StatusNotifierItem carries them, drawn ahead of time (ADR 7).

The resident program on Linux need not load Pillow then: 4 MB of memory, and a quarter of the time to the first icon.
``packaging/tray_icons.py`` draws them anew; a test fails when they are stale.
"""

from __future__ import annotations

import threading
import zlib
from functools import cache
from pathlib import Path
from typing import BinaryIO

from tray.core.model import Status

SIZES = (16, 22, 24, 32, 48, 64)
"""Pixels: what panels ask for, from a small one to a high-resolution one, so that none has to scale up."""

THEMES = ("light", "dark", "colour")
"""The values of `View.theme`."""

FILE = Path(__file__).with_name("pixmaps.bin")
"""For each theme and each status in turn: four bytes of length (big-endian), then the deflated pixels of every size."""

Pixmaps = tuple[tuple[int, int, bytes], ...]
"""
The same icon in each of `SIZES`.

Width, height, and ARGB32 in network byte order (StatusNotifierItem specification, "Icons").
"""

_PIXEL_BYTES = 4
_READING = threading.Lock()


def load(status: Status, theme: str) -> Pixmaps:
    """Load the icon of a status in one of `THEMES`."""
    wanted = THEMES.index(theme) * len(Status) + list(Status).index(status)
    with _READING:
        file = _opened()
        file.seek(0)
        for _ in range(wanted):
            file.seek(_length(file.read(4)), 1)
        pixels = memoryview(zlib.decompress(file.read(_length(file.read(4)))))
    found = []
    for size in SIZES:
        length = size * size * _PIXEL_BYTES
        found.append((size, size, bytes(pixels[:length])))
        pixels = pixels[length:]
    return tuple(found)


@cache
def _opened() -> BinaryIO:
    """Open the file once, and keep it: the icon has to change where this process may open nothing more, too."""
    return FILE.open("rb")


def _length(written: bytes) -> int:
    return int.from_bytes(written, "big")
