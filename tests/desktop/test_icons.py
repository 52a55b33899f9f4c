"""Draws the tray icon: what is true of a sign-in, told by shape as well as by colour."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from support.packaging_tools import load

from tray.core.model import Status
from tray.desktop.icons import _SHAPES, PALETTES, draw

_PANELS = {"light": "#f2f2f2", "dark": "#202020"}
_ON_PANELS = [("light", "light"), ("dark", "dark"), ("colour", "light"), ("colour", "dark")]


def _on(panel: str, icon: Image.Image) -> Image.Image:
    image = Image.new("RGB", icon.size, panel)
    image.paste(icon, (0, 0), icon)
    return image


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Root mean square of the difference, 0 to 255."""
    return ImageStat.Stat(ImageChops.difference(one, other)).rms[0]


def _luminance(colour: tuple[int, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: Any, other: Any) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "panel"), _ON_PANELS)
def test_every_two_statuses_differ_in_grey_at_the_smallest_size(theme: str, panel: str) -> None:
    grey = {status: _on(_PANELS[panel], draw(status, 16, theme)).convert("L") for status in Status}

    for one, other in itertools.combinations(Status, 2):
        assert _difference(grey[one], grey[other]) > 20, (one, other)


@pytest.mark.parametrize(("theme", "panel"), _ON_PANELS)
def test_every_two_statuses_differ_in_shape_alone(theme: str, panel: str) -> None:
    """Whatever the colours: which pixels stand out from the panel, even to an eye that blurs them a little."""
    ground = Image.new("L", (16, 16), _PANELS[panel])
    shapes = {}
    for status in Status:
        apart = ImageChops.difference(_on(_PANELS[panel], draw(status, 16, theme)).convert("L"), ground)
        apart = apart.point([255 * (value > 60) for value in range(256)])
        shapes[status] = apart.filter(ImageFilter.GaussianBlur(0.7))

    for one, other in itertools.combinations(Status, 2):
        assert _difference(shapes[one], shapes[other]) > 40, (one, other)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("status", Status)
def test_a_status_stands_out_from_its_panel_and_from_its_outline(status: Status, theme: str) -> None:
    palette = PALETTES[theme]
    colour = getattr(palette, _SHAPES[status][1])

    assert _contrast(colour, palette.outline) >= 3
    if theme in _PANELS:
        assert _contrast(colour, Image.new("RGB", (1, 1), _PANELS[theme]).getpixel((0, 0))) >= 3


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("panel", _PANELS.values())
@pytest.mark.parametrize("status", Status)
def test_on_the_wrong_panel_an_icon_can_still_be_seen(status: Status, panel: str, theme: str) -> None:
    image = _on(panel, draw(status, 16, theme))
    ground = Image.new("RGB", (1, 1), panel).getpixel((0, 0))

    seen = sum(count for count, pixel in image.getcolors() or [] if _contrast(pixel, ground) >= 3)

    assert seen >= 12


@pytest.mark.parametrize("size", [16, 22, 24, 32, 44, 48, 64, 256])
@pytest.mark.parametrize("status", Status)
def test_an_icon_has_its_exact_size_and_stays_within_it(status: Status, size: int) -> None:
    icon = draw(status, size, "light")

    assert icon.mode == "RGBA"
    assert icon.size == (size, size)
    alpha = icon.getchannel("A")
    last = size - 1
    assert [alpha.getpixel(corner) for corner in ((0, 0), (last, 0), (0, last), (last, last))] == [0, 0, 0, 0]
    edge: list[Any] = [alpha.getpixel(place) for n in range(size) for place in ((n, 0), (n, last), (0, n), (last, n))]
    assert max(edge) <= 200
    left, top, right, bottom = alpha.point([255 * (value > 40) for value in range(256)]).getbbox() or (0, 0, 0, 0)
    assert abs(left - (size - right)) <= max(1, size // 32)
    assert max(right - left, bottom - top) >= size * 0.8


def test_the_same_icon_is_drawn_the_same() -> None:
    for status in Status:
        assert draw(status, 22, "dark").tobytes() == draw(status, 22, "dark").tobytes()


def test_themes_differ() -> None:
    assert len({draw(Status.SIGNED_IN, 22, theme).tobytes() for theme in PALETTES}) == len(PALETTES)


def test_the_picture_of_all_icons_is_up_to_date() -> None:
    picture = Image.open(Path(__file__).parents[2] / "assets" / "icons.png").convert("RGB")
    sheet = load("tray_icons").contact_sheet()

    assert picture.size == sheet.size
    assert _difference(picture.convert("L"), sheet.convert("L")) < 3
