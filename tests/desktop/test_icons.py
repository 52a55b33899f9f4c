"""Draws the tray icon: what is true of a sign-in, told by shape as well as by colour."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageColor, ImageFilter, ImageStat
from support.packaging_tools import load

from tray.core.model import Status
from tray.desktop.icons import _SHAPES, PALETTES, draw

_PANELS = {"light": "#f2f2f2", "dark": "#202020"}
_REAL_PANELS = ("#000000", "#2e3440", "#31363b", "#f6f5f4", "#ffffff", "#3584e4")
"""Black, Nord's, Breeze Dark's, Adwaita's light one, white, and GNOME's accent colour."""

_SIZES = (16, 20, 22, 24, 32, 44, 48, 64)
_ON_PANELS = [("light", "light"), ("dark", "dark"), ("colour", "light"), ("colour", "dark")]


def _on(panel: str, icon: Image.Image) -> Image.Image:
    image = Image.new("RGB", icon.size, panel)
    image.paste(icon, (0, 0), icon)
    return image


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Root mean square of the difference, 0 to 255."""
    return ImageStat.Stat(ImageChops.difference(one, other)).rms[0]


def _is_about(pixel: Any, colours: Iterable[tuple[int, ...]]) -> bool:
    """Where a circle touches a pixel's edge, a trace of it is missing at both ends."""
    return any(max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) <= 40 for colour in colours)


def _pixels(image: Image.Image) -> list[Any]:
    return [image.getpixel((x, y)) for y in range(image.height) for x in range(image.width)]


@functools.cache
def _luminance(colour: tuple[int, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@functools.cache
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
@pytest.mark.parametrize("panel", _REAL_PANELS)
@pytest.mark.parametrize("size", [16, 22, 24, 32, 48])
def test_all_along_its_edges_a_shape_stands_out_from_whatever_panel(size: int, panel: str, theme: str) -> None:
    """By its colour or by its outline, in the pixels that a panel gets: 3:1 (WCAG 1.4.11)."""
    ground = ImageColor.getrgb(panel)
    # Across the outline and pixels that it shares with the colour, in every direction.
    reach = 2 * (max(1, round(0.7 * size / 16)) + (1 if size == 16 else 2)) + 1
    for status in Status:
        icon = draw(status, size, theme)
        shown = _on(panel, icon)
        seen = Image.new("L", icon.size)
        seen.putdata([255 * (_contrast(pixel, ground) >= 3) for pixel in _pixels(shown)])
        colour = (*getattr(PALETTES[theme], _SHAPES[status][1]), 255)
        shape = Image.new("L", icon.size)
        shape.putdata([255 * _is_about(pixel, [colour]) for pixel in _pixels(icon)])
        edge = ImageChops.subtract(shape, shape.filter(ImageFilter.MinFilter(3)))
        unseen = ImageChops.subtract(edge, seen.filter(ImageFilter.MaxFilter(reach)))

        assert unseen.getbbox() is None, status
        assert seen.histogram()[255] >= 1.5 * size, status


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("panel", _REAL_PANELS)
def test_every_two_statuses_differ_in_grey_on_whatever_panel(panel: str, theme: str) -> None:
    grey = {status: _on(panel, draw(status, 16, theme)).convert("L") for status in Status}

    for one, other in itertools.combinations(Status, 2):
        assert _difference(grey[one], grey[other]) > 20, (one, other)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("status", [Status.SIGNED_OUT, Status.EXPIRED, Status.SIGNED_IN, Status.RENEWABLE])
def test_strokes_begin_and_end_where_pixels_do(status: Status, size: int, theme: str) -> None:
    """Across the middle there is nothing but the colour, the outline and nothing."""
    palette = PALETTES[theme]
    icon = draw(status, size, theme)
    sharp = {(*getattr(palette, _SHAPES[status][1]), 255), (*palette.outline, 255)}

    across: list[Any] = [icon.getpixel((x, size // 2)) for x in range(size)]
    if status in {Status.SIGNED_IN, Status.RENEWABLE}:  # Further in there is a check mark, which slants.
        across = [*across[: size // 8 + 1], *across[-(size // 8) - 1 :]]

    assert [pixel for pixel in across if pixel[3] > 40 and not _is_about(pixel, sharp)] == []


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("size", _SIZES)
def test_where_nothing_is_drawn_a_panel_that_takes_colours_as_multiplied_shows_nothing(size: int, theme: str) -> None:
    """swaybar adds the colour as it is to what it lets through."""
    for status in Status:
        clear = [pixel for pixel in _pixels(draw(status, size, theme)) if pixel[3] == 0]
        assert clear
        assert set(clear) == {(0, 0, 0, 0)}


@pytest.mark.parametrize("size", [*_SIZES, 256])
@pytest.mark.parametrize("status", Status)
def test_an_icon_has_its_exact_size_and_stays_within_it(status: Status, size: int) -> None:
    icon = draw(status, size, "light")

    assert icon.mode == "RGBA"
    assert icon.size == (size, size)
    alpha = icon.getchannel("A")
    last = size - 1
    assert [alpha.getpixel(corner) for corner in ((0, 0), (last, 0), (0, last), (last, last))] == [0, 0, 0, 0]
    edge: set[Any] = {icon.getpixel(place) for n in range(size) for place in ((n, 0), (n, last), (0, n), (last, n))}
    assert [pixel for pixel in edge if pixel[3] > 40 and not _is_about(pixel[:3], [PALETTES["light"].outline])] == []
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
