"""
Our icons in the form that a StatusNotifierItem carries them, drawn by Pillow ahead of time.

The resident program on Linux need not load Pillow then: 4 MB of memory, and a quarter of the time to the first icon.
``python -m tray.desktop.linux.pixmaps`` draws them anew; a test fails when they are stale.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.model import Status

if TYPE_CHECKING:
    from PIL.Image import Image

SIZES = (22, 24, 32, 48, 64)
"""Pixels: what panels ask for, from a small one to a high-resolution one, so that none has to scale up."""

THEMES = ("light", "dark", "colour")
"""The values of `View.theme`."""

FILE = Path(__file__).with_name("pixmaps.bin")
"""For each theme and each status in turn: four bytes of length (big-endian), then the deflated pixels of every size."""

Pixmap = tuple[int, int, bytes]
"""Width, height, and ARGB32 in network byte order (StatusNotifierItem specification, "Icons")."""

Pixmaps = tuple[Pixmap, ...]
"""The same icon in each of `SIZES`."""

_PIXEL_BYTES = 4


def load(status: Status, theme: str) -> Pixmaps:
    """
    Load the icon of a status.

    Args:
        status: What is true of the sign-in.
        theme: One of `THEMES`.
    """
    wanted = THEMES.index(theme) * len(Status) + list(Status).index(status)
    with FILE.open("rb") as file:
        for _ in range(wanted):
            file.seek(_length(file.read(4)), 1)
        pixels = memoryview(zlib.decompress(file.read(_length(file.read(4)))))
    found = []
    for size in SIZES:
        length = size * size * _PIXEL_BYTES
        found.append((size, size, bytes(pixels[:length])))
        pixels = pixels[length:]
    return tuple(found)


def draw(status: Status, theme: str) -> Pixmaps:
    """Draw the icon of a status with Pillow."""
    from tray.desktop import icons  # noqa: PLC0415 - loads Pillow

    return tuple(to_pixmap(icons.draw(status, size, theme)) for size in SIZES)


def to_pixmap(image: Image) -> Pixmap:
    """Turn a Pillow image into a pixmap."""
    rgba = image.convert("RGBA").tobytes()
    argb = bytearray(len(rgba))
    argb[0::4] = rgba[3::4]
    argb[1::4] = rgba[0::4]
    argb[2::4] = rgba[1::4]
    argb[3::4] = rgba[2::4]
    width, height = image.size
    return width, height, bytes(argb)


def write(file: Path) -> None:
    """Draw every icon into a file that `load` can read."""
    packed = []
    for theme in THEMES:
        for status in Status:
            pixels = zlib.compress(b"".join(data for _, _, data in draw(status, theme)), level=9)
            packed.append(len(pixels).to_bytes(4, "big") + pixels)
    file.write_bytes(b"".join(packed))


def _length(written: bytes) -> int:
    return int.from_bytes(written, "big")


if __name__ == "__main__":
    write(FILE)
