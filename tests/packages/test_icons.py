"""The icons in ``assets`` are those that ``assets/sso-tray.svg`` makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import icons
import pytest
from PIL import Image, ImageChops, ImageStat
from support.needs import needs

_ASSETS = Path(__file__).parent.parent.parent / "assets"
_DRAWING = _ASSETS / "sso-tray.svg"
_APPS = _ASSETS / "hicolor"

# Versions of librsvg differ at the edges by a few levels of 255; another drawing differs by tens.
_ROUNDING = 2.0


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures are: the mean over all pixels and channels, of 255, as shown on grey."""
    shown = []
    for image in (one, other):
        grey = Image.new("RGBA", image.size, (128, 128, 128, 255))
        shown.append(Image.alpha_composite(grey, image.convert("RGBA")).convert("RGB"))
    return max(ImageStat.Stat(ImageChops.difference(*shown)).mean)


def desktop_icon(size: int) -> Path:
    return _APPS / f"{size}x{size}" / "apps" / f"{icons.APPLICATION_ID}.png"


@pytest.mark.parametrize("size", icons.DESKTOP_SIZES)
def test_the_icon_of_each_size_is_the_drawing(size: int) -> None:
    needs("rsvg-convert")
    with Image.open(desktop_icon(size)) as icon:
        assert icon.size == (size, size)
        assert difference(icon, icons.draw(_DRAWING, size)) < _ROUNDING


def test_another_drawing_would_be_noticed() -> None:
    needs("rsvg-convert")
    with Image.open(desktop_icon(48)) as icon:
        assert difference(icon, icons.draw(_ASSETS / "sso-tray-symbolic.svg", 48)) > 5 * _ROUNDING


def test_the_vectors_are_the_drawings_themselves() -> None:
    name = icons.APPLICATION_ID
    assert (_APPS / "scalable" / "apps" / f"{name}.svg").read_bytes() == _DRAWING.read_bytes()
    symbolic = _APPS / "symbolic" / "apps" / f"{name}-symbolic.svg"
    assert symbolic.read_bytes() == (_ASSETS / "sso-tray-symbolic.svg").read_bytes()


@pytest.mark.parametrize(("name", "sizes"), [("ico", icons.WINDOWS_SIZES), ("icns", icons.MACOS_SIZES)])
def test_the_icon_of_windows_and_of_macos_holds_every_size_as_it_is_drawn(name: str, sizes: tuple[int, ...]) -> None:
    needs("rsvg-convert")
    found = {}
    with Image.open(_ASSETS / f"sso-tray.{name}") as file:
        store = getattr(file, name)
        for entry in file.info["sizes"]:
            picture = store.getimage(entry)
            picture.load()
            found[picture.width] = picture
    assert set(found) == set(sizes)
    for size, picture in found.items():
        assert difference(picture, icons.draw(_DRAWING, size)) < _ROUNDING


@pytest.mark.parametrize("size", icons.DESKTOP_SIZES)
@pytest.mark.parametrize("panel", [(242, 242, 242), (32, 32, 32)], ids=["light", "dark"])
def test_the_check_mark_and_the_disc_stand_out(size: int, panel: tuple[int, int, int]) -> None:
    """WCAG 1.4.11 asks for a contrast of 3:1; the mark in its disc has it, or the disc on the panel."""
    shown: Any
    with Image.open(desktop_icon(size)) as icon:
        shown = Image.alpha_composite(Image.new("RGBA", icon.size, (*panel, 255)), icon.convert("RGBA")).convert("L")
    low, high = shown.crop((size // 4, size // 4, size - size // 4, size - size // 4)).getextrema()
    assert high > 235  # the mark is white
    assert low < 150  # upon a green that is darker
