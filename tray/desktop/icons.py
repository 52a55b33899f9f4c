"""
Draws the tray icon: what is true of a sign-in, told by shape as well as by colour.

All shapes lie on a grid of 16 by 16. Each is drawn twice: grown by a little, as the outline that keeps it visible on a
panel of the other brightness, and upon that in its colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from tray.core.dataclass import dataclass
from tray.core.model import Status

_GRID = 16.0
_MIDDLE = (8.0, 8.0)

_Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Palette:
    """
    Okabe and Ito's colours, which every kind of colour vision tells apart.

    Where one has a contrast of less than 3:1 (WCAG 1.4.11) with the panel, it is darkened or lightened.
    """

    neutral: _Colour
    faint: _Colour
    green: _Colour
    amber: _Colour
    red: _Colour
    blue: _Colour
    outline: _Colour
    outline_width: float = 0.7


PALETTES = {
    "light": _Palette(
        neutral=(58, 58, 58),
        faint=(110, 110, 110),
        green=(0, 142, 103),
        amber=(178, 115, 0),
        red=(203, 80, 0),
        blue=(0, 114, 178),
        outline=(255, 255, 255),
    ),
    "dark": _Palette(
        neutral=(240, 240, 240),
        faint=(170, 170, 170),
        green=(20, 190, 142),
        amber=(240, 172, 20),
        red=(255, 122, 46),
        blue=(86, 180, 233),
        outline=(24, 24, 24),
    ),
    "colour": _Palette(
        neutral=(132, 132, 132),
        faint=(132, 132, 132),
        green=(0, 158, 115),
        amber=(230, 159, 0),
        red=(213, 94, 0),
        blue=(0, 128, 200),
        outline=(24, 24, 24),
        outline_width=0.45,
    ),
}
"""By theme: for a light panel, for a dark one, and for one that nobody knows."""


class _Pen:
    """Draws on a mask in units of the grid."""

    def __init__(self, pixels: int, grow: float) -> None:
        self.mask = Image.new("L", (pixels, pixels))
        self.grow = grow
        self._draw = ImageDraw.Draw(self.mask)
        self._unit = pixels / _GRID

    def disc(self, centre: tuple[float, float], radius: float) -> None:
        self._ellipse(centre, radius + self.grow, 255)

    def ring(self, radius: float, width: float) -> None:
        self._ellipse(_MIDDLE, radius + width / 2 + self.grow, 255)
        self._ellipse(_MIDDLE, radius - width / 2 - self.grow, 0)

    def arc(self, radius: float, width: float, begin: float, end: float) -> None:
        """In degrees clockwise from three o'clock, with round ends."""
        self.line(_on_circle(radius, begin, end), width)

    def line(self, points: Sequence[tuple[float, float]], width: float) -> None:
        """With round ends and corners."""
        self._line(points, width + 2 * self.grow, 255)

    def cut(self, points: Sequence[tuple[float, float]], width: float) -> None:
        """Take a line away, so that the outline's colour shows."""
        if not self.grow:
            self._line(points, width, 0)

    def wedge(self, radius: float, begin: float, end: float) -> None:
        """A slice of a disc, in degrees clockwise from three o'clock."""
        self.polygon([_MIDDLE, *_on_circle(radius, begin, end)], 0.0)

    def polygon(self, points: Sequence[tuple[float, float]], rounding: float) -> None:
        """With corners rounded outwards by that much."""
        self._draw.polygon([(x * self._unit, y * self._unit) for x, y in points], fill=255)
        self.line([*points, points[0]], 2 * rounding)

    def _line(self, points: Sequence[tuple[float, float]], width: float, ink: int) -> None:
        if not width:
            return
        unit = self._unit
        self._draw.line([(x * unit, y * unit) for x, y in points], fill=ink, width=round(width * unit))
        for point in points:
            self._ellipse(point, width / 2, ink)

    def _ellipse(self, centre: tuple[float, float], radius: float, ink: int) -> None:
        x, y, unit = *centre, self._unit
        self._draw.ellipse(
            [(x - radius) * unit, (y - radius) * unit, (x + radius) * unit - 1, (y + radius) * unit - 1], fill=ink
        )


def _on_circle(radius: float, begin: float, end: float) -> list[tuple[float, float]]:
    x, y = _MIDDLE
    angles = [math.radians(begin + (end - begin) * step / 24) for step in range(25)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def _no_config(pen: _Pen) -> None:
    for begin in (0, 90, 180, 270):
        pen.arc(6.1, 1.5, begin + 22, begin + 68)
    pen.line([(8.0, 5.6), (8.0, 10.4)], 1.6)
    pen.line([(5.6, 8.0), (10.4, 8.0)], 1.6)


def _signed_out(pen: _Pen) -> None:
    pen.ring(5.7, 2.2)


def _signing_in(pen: _Pen) -> None:
    for x in (3.0, 8.0, 13.0):
        pen.disc((x, 8.0), 1.9)


_CHECK = ((4.9, 8.3), (7.2, 10.6), (11.3, 5.7))


def _signed_in(pen: _Pen) -> None:
    pen.disc(_MIDDLE, 6.9)
    pen.cut(_CHECK, 1.9)


def _renewable(pen: _Pen) -> None:
    pen.ring(6.2, 1.3)
    pen.line(_CHECK, 1.5)


def _ending(pen: _Pen) -> None:
    pen.ring(6.2, 1.3)
    pen.wedge(6.2, -90, 30)


def _expired(pen: _Pen) -> None:
    pen.ring(6.0, 1.8)
    pen.line([(5.5, 8.0), (10.5, 8.0)], 2.4)


def _unreadable(pen: _Pen) -> None:
    pen.polygon([(8.0, 2.7), (13.7, 12.9), (2.3, 12.9)], 1.2)
    pen.cut([(8.0, 5.6), (8.0, 9.2)], 1.7)
    pen.cut([(8.0, 11.9), (8.0, 11.9)], 1.8)


_SHAPES: dict[Status, tuple[Callable[[_Pen], None], str]] = {
    Status.NO_CONFIG: (_no_config, "faint"),
    Status.SIGNED_OUT: (_signed_out, "neutral"),
    Status.SIGNING_IN: (_signing_in, "blue"),
    Status.SIGNED_IN: (_signed_in, "green"),
    Status.ENDING: (_ending, "amber"),
    Status.RENEWABLE: (_renewable, "neutral"),
    Status.EXPIRED: (_expired, "red"),
    Status.UNREADABLE: (_unreadable, "red"),
}


def draw(status: Status, size: int, theme: str) -> Image.Image:
    """Draw the icon of a status, ``size`` pixels wide: RGBA, transparent outside the shape and its outline."""
    shape, colour = _SHAPES[status]
    palette = PALETTES[theme]
    finer = 8 if size <= 64 else 4
    inner, outer = (_mask(shape, size * finer, grow).reduce(finer) for grow in (0.0, palette.outline_width))
    icon = Image.composite(
        Image.new("RGB", (size, size), getattr(palette, colour)), Image.new("RGB", (size, size), palette.outline), inner
    )
    icon.putalpha(outer)
    return icon


def _mask(shape: Callable[[_Pen], None], pixels: int, grow: float) -> Image.Image:
    pen = _Pen(pixels, grow)
    shape(pen)
    return pen.mask
