"""
Draws the tray icon: what is true of a sign-in, told by shape as well as by colour.

All shapes lie on a grid of 16 by 16, which is the smallest icon that panels show, and come out on whole pixels in every
size (hinted): radii, strokes and bars begin and end where a pixel does, so that nothing is blurred that need not be.
Each is drawn twice: grown by some whole pixels, as the outline that keeps it visible on a panel of any colour, and upon
that in its own colour.
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

    Where one has a contrast of less than 3:1 (WCAG 1.4.11) with the panel, it is darkened or lightened. Colour and
    outline have a contrast of their own, so that on a panel of any other colour one of the two is seen (ADR 24).
    """

    neutral: _Colour
    faint: _Colour
    green: _Colour
    amber: _Colour
    red: _Colour
    blue: _Colour
    outline: _Colour


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
        neutral=(225, 225, 225),
        faint=(185, 185, 185),
        green=(0, 158, 115),
        amber=(230, 159, 0),
        red=(213, 94, 0),
        blue=(30, 144, 214),
        outline=(24, 24, 24),
    ),
}
"""By theme: for a light panel, for a dark one, and for one that nobody knows."""

_OUTLINE_WIDTH = 0.7
"""On the grid; at least a pixel."""


class _Pen:
    """Draws on a mask in units of the grid; widths and edges end on whole pixels of the icon."""

    def __init__(self, size: int, finer: int, *, outline: bool) -> None:
        self.mask = Image.new("L", (size * finer, size * finer))
        self._draw = ImageDraw.Draw(self.mask)
        self._size = size
        self._scale = size / _GRID
        self._finer = finer
        self._outline = outline
        self._grow = max(1, round(_OUTLINE_WIDTH * self._scale)) if outline else 0
        self._half = size % 2 / 2
        """Pixels from the middle of the icon to the nearest edge of a pixel."""

    def disc(self, centre: tuple[float, float], radius: float) -> None:
        x, y = (round(place * self._scale - self._half) + self._half for place in centre)
        self._ellipse((x, y), self._whole(radius) + self._grow, 255)

    def ring(self, radius: float, width: float) -> None:
        outer = self._whole(radius + width / 2)
        middle = (_MIDDLE[0] * self._scale, _MIDDLE[1] * self._scale)
        self._ellipse(middle, outer + self._grow, 255)
        self._ellipse(middle, outer - self._stroke(width) - self._grow, 0)

    def ground(self, radius: float) -> None:
        """Lay the outline's colour under thin strokes, whose own outlines would only be a tangle."""
        if self._outline:
            self.disc(_MIDDLE, radius)

    def arc(self, radius: float, width: float, begin: float, end: float) -> None:
        """In degrees clockwise from three o'clock, with round ends; the outer edge lies where a ring's would."""
        middle = (self._whole(radius + width / 2) - self._stroke(width) / 2) / self._scale
        self.line(_on_circle(middle, begin, end), width)

    def line(self, points: Sequence[tuple[float, float]], width: float) -> None:
        """With round ends and corners."""
        self._line(points, self._stroke(width) + 2 * self._grow, 255)

    def cut(self, points: Sequence[tuple[float, float]], width: float) -> None:
        """Take a line away, so that the outline's colour shows."""
        if not self._outline:
            self._line(points, self._stroke(width), 0)

    def bar(self, left: float, top: float, right: float, bottom: float) -> None:
        """A rectangle."""
        self._rectangle((left, top, right, bottom), 255)

    def cut_bar(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take a rectangle away, so that the outline's colour shows."""
        if not self._outline:
            self._rectangle((left, top, right, bottom), 0)

    def wedge(self, radius: float, begin: float, end: float) -> None:
        """A slice of a disc, in degrees clockwise from three o'clock."""
        self.polygon([_MIDDLE, *_on_circle(self._whole(radius) / self._scale, begin, end)], 0.0)

    def triangle(self, left: float, top: float, right: float, bottom: float, rounding: float) -> None:
        """With corners rounded within these bounds."""
        foot = round(bottom * self._scale) / self._scale - rounding
        corners = ((_MIDDLE[0], top + 1.4 * rounding), (right - rounding, foot), (left + rounding, foot))
        self.polygon(corners, rounding)

    def polygon(self, points: Sequence[tuple[float, float]], rounding: float) -> None:
        """With corners rounded outwards by that much."""
        unit = self._scale * self._finer
        self._draw.polygon([(x * unit, y * unit) for x, y in points], fill=255)
        if width := 2 * (rounding * self._scale + self._grow):
            self._line([*points, points[0]], width, 255)

    def _whole(self, radius: float) -> float:
        """Give the radius, in pixels, at which a circle around the middle of the icon ends where a pixel does."""
        return round(radius * self._scale - self._half) + self._half

    def _stroke(self, width: float) -> int:
        return max(1, round(width * self._scale))

    def _line(self, points: Sequence[tuple[float, float]], pixels: float, ink: int) -> None:
        unit = self._scale * self._finer
        self._draw.line([(x * unit, y * unit) for x, y in points], fill=ink, width=round(pixels * self._finer))
        for x, y in points:
            self._ellipse((x * self._scale, y * self._scale), pixels / 2, ink)

    def _rectangle(self, corners: tuple[float, float, float, float], ink: int) -> None:
        # Right and bottom as seen from over there, so that what is in the middle stays there.
        left, top = (math.floor(edge * self._scale + 0.5) for edge in corners[:2])
        right, bottom = (self._size - math.floor((_GRID - edge) * self._scale + 0.5) for edge in corners[2:])
        grow, finer = self._grow, self._finer
        box = [(left - grow) * finer, (top - grow) * finer, (right + grow) * finer - 1, (bottom + grow) * finer - 1]
        self._draw.rectangle(box, fill=ink)

    def _ellipse(self, centre: tuple[float, float], radius: float, ink: int) -> None:
        """All in pixels."""
        x, y, finer = *centre, self._finer
        self._draw.ellipse(
            [(x - radius) * finer, (y - radius) * finer, (x + radius) * finer - 1, (y + radius) * finer - 1], fill=ink
        )


def _on_circle(radius: float, begin: float, end: float) -> list[tuple[float, float]]:
    x, y = _MIDDLE
    angles = [math.radians(begin + (end - begin) * step / 24) for step in range(25)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def _no_config(pen: _Pen) -> None:
    pen.ground(6.95)
    for begin in (0, 90, 180, 270):
        pen.arc(6.05, 1.8, begin + 24, begin + 66)
    pen.bar(7.0, 5.0, 9.0, 11.0)
    pen.bar(5.0, 7.0, 11.0, 9.0)


def _signed_out(pen: _Pen) -> None:
    pen.ring(5.85, 2.2)


def _signing_in(pen: _Pen) -> None:
    for x in (3.0, 8.0, 13.0):
        pen.disc((x, 8.0), 2.0)


_CHECK = ((4.5, 8.25), (7.0, 10.75), (11.5, 6.25))


def _signed_in(pen: _Pen) -> None:
    pen.disc(_MIDDLE, 6.95)
    pen.cut(_CHECK, 1.9)


def _renewable(pen: _Pen) -> None:
    pen.ring(6.3, 1.3)
    pen.ground(6.95)
    pen.line(_CHECK, 1.6)


def _ending(pen: _Pen) -> None:
    pen.ring(6.3, 1.3)
    pen.wedge(6.95, -90, 30)


def _expired(pen: _Pen) -> None:
    pen.ring(5.95, 2.0)
    pen.bar(4.9, 6.9, 11.1, 9.1)


def _unreadable(pen: _Pen) -> None:
    pen.triangle(1.0, 1.0, 15.0, 14.0, rounding=1.2)
    pen.cut_bar(7.0, 5.0, 9.0, 10.0)
    pen.cut_bar(7.0, 11.0, 9.0, 13.0)


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
    """
    Draw the icon of a status, ``size`` pixels wide: RGBA, transparent outside the shape and its outline.

    Where it is transparent it is black inside: some panels take the colours as multiplied by the opacity already
    (docs/facts: Icon pictures).
    """
    shape, colour = _SHAPES[status]
    palette = PALETTES[theme]
    finer = 8 if size <= 64 else 4
    inner, outer = (_mask(shape, size, finer, outline=outline) for outline in (False, True))
    icon = Image.composite(
        Image.new("RGB", (size, size), getattr(palette, colour)), Image.new("RGB", (size, size), palette.outline), inner
    )
    icon.paste((0, 0, 0), mask=outer.point([255] + 255 * [0]))
    icon.putalpha(outer)
    return icon


def _mask(shape: Callable[[_Pen], None], size: int, finer: int, *, outline: bool) -> Image.Image:
    pen = _Pen(size, finer, outline=outline)
    shape(pen)
    return pen.mask.reduce(finer)
