"""
Our icons as pixmaps, drawn by Pillow ahead of time.

The resident program on Linux need not load Pillow then: 4 MB of memory, and a quarter of the time to the first icon.
``python -m tray.desktop.trayicon.drawn`` draws them anew; a test fails when they are stale.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from tray.core.model import Status
from tray.desktop.trayicon.pixmap import SIZES, Pixmaps, draw_pixmaps

THEMES = ("light", "dark", "colour")
"""The values of `View.theme`."""

FILE = Path(__file__).with_name("drawn.bin")
"""For each theme and each status in turn: four bytes of length (big-endian), then the deflated pixels of every size."""

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

    return draw_pixmaps(lambda size: icons.draw(status, size, theme))


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
