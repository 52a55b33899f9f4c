"""
Draws the icons of the tray ahead of time: ``make icons``.

For Linux into the file that `tray.desktop.linux.pixmaps` loads (ADR 7), and for the documents: all of them into one
picture, and one picture for each.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

from PIL import Image

from tray.core.model import Status
from tray.desktop import icons
from tray.desktop.linux.pixmaps import SIZES, THEMES, Pixmaps


def draw(status: Status, theme: str) -> Pixmaps:
    """Draw the icon of a status in every size."""
    return tuple((size, size, to_argb(icons.draw(status, size, theme))) for size in SIZES)


def to_argb(image: Image.Image) -> bytes:
    """Give the pixels of an image as a StatusNotifierItem carries them."""
    rgba = image.convert("RGBA").tobytes()
    argb = bytearray(len(rgba))
    argb[0::4] = rgba[3::4]
    argb[1::4] = rgba[0::4]
    argb[2::4] = rgba[1::4]
    argb[3::4] = rgba[2::4]
    return bytes(argb)


def write_pixmaps(file: Path) -> None:
    """Draw every icon into a file that `tray.desktop.linux.pixmaps` can load."""
    packed = []
    for theme in THEMES:
        for status in Status:
            pixels = zlib.compress(b"".join(data for _, _, data in draw(status, theme)), level=9)
            packed.append(len(pixels).to_bytes(4, "big") + pixels)
    file.write_bytes(b"".join(packed))


def contact_sheet() -> Image.Image:
    """Draw every status at every size in use: for a light and a dark panel, and unknowing on both."""
    sizes = (16, 22, 24, 32, 44, 48, 64)
    gap = 12
    width, height = len(Status) * (max(sizes) + gap) + gap, sum(sizes) + (len(sizes) + 1) * gap
    blocks = (("light", "#f2f2f2"), ("dark", "#202020"), ("colour", "#f2f2f2"), ("colour", "#202020"))
    sheet = Image.new("RGB", (2 * width, 2 * height))
    for block, (theme, panel) in enumerate(blocks):
        left, top = (block % 2) * width, (block // 2) * height
        sheet.paste(Image.new("RGB", (width, height), panel), (left, top))
        for column, status in enumerate(Status):
            x, y = left + gap + column * (max(sizes) + gap) + max(sizes) // 2, top + gap
            for size in sizes:
                icon = icons.draw(status, size, theme)
                sheet.paste(icon, (x - size // 2, y), icon)
                y += size + gap
    return sheet


def write_pictures(folder: Path) -> None:
    """Draw each status as the documents show it: for a page of which nobody knows whether it is light or dark."""
    folder.mkdir(parents=True, exist_ok=True)
    for status in Status:
        icons.draw(status, 48, "colour").save(folder / f"{status.value}.png", optimize=True)


if __name__ == "__main__":
    project = Path(sys.argv[1])
    write_pictures(project / "docs" / "pictures" / "icons")
    contact_sheet().save(project / "assets" / "icons.png")
    write_pixmaps(project / "tray" / "desktop" / "linux" / "pixmaps.bin")
