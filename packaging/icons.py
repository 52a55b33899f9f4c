"""
Makes the icons of every system from ``assets/sso-tray.svg``: ``make icons``.

librsvg draws each size anew from the vectors, so that none is a shrunken picture of another one.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

APPLICATION_ID = "io.github.sso_tray.SsoTray"

DESKTOP_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 20, 24, 32, 48, 64, 256)
MACOS_SIZES = (32, 64, 128, 256, 512, 1024)
"""The smallest is 16 points on a Retina display, the largest 512."""


def draw(drawing: Path, size: int) -> Image.Image:
    """
    Draw vectors as pixels.

    Args:
        drawing: An SVG file.
        size: Width and height in pixels.

    Returns:
        An RGBA image.
    """
    command = ["rsvg-convert", f"--width={size}", f"--height={size}", str(drawing)]
    png = subprocess.run(command, check=True, capture_output=True).stdout
    return Image.open(io.BytesIO(png)).convert("RGBA")


def make(assets: Path) -> None:
    """
    Make every icon.

    Args:
        assets: Holds the drawings, and gets the files.
    """
    drawing = assets / "sso-tray.svg"
    theme = assets / "hicolor"
    shutil.rmtree(theme, ignore_errors=True)
    for size in DESKTOP_SIZES:
        draw(drawing, size).save(_place(theme, f"{size}x{size}", f"{APPLICATION_ID}.png"), optimize=True)
    shutil.copyfile(drawing, _place(theme, "scalable", f"{APPLICATION_ID}.svg"))
    shutil.copyfile(assets / "sso-tray-symbolic.svg", _place(theme, "symbolic", f"{APPLICATION_ID}-symbolic.svg"))
    *smaller, largest = (draw(drawing, size) for size in WINDOWS_SIZES)
    sizes = [(size, size) for size in WINDOWS_SIZES]
    largest.save(assets / "sso-tray.ico", sizes=sizes, append_images=smaller)
    *smaller, largest = (draw(drawing, size) for size in MACOS_SIZES)
    largest.save(assets / "sso-tray.icns", append_images=smaller)


def _place(theme: Path, folder: str, name: str) -> Path:
    apps = theme / folder / "apps"
    apps.mkdir(parents=True, exist_ok=True)
    return apps / name


if __name__ == "__main__":
    make(Path(sys.argv[1]))
