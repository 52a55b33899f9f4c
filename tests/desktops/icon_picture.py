"""Finds the icon on a picture of the screen, by the colours that the program has drawn it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PIL import Image, ImageChops

_TOLERANCE = 24
_FEW = 12
_OPAQUE = 250

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]


def main_colour(pixmaps: Sequence[tuple[int, int, bytes]]) -> Colour:
    """Give the colour that covers most of the icon's largest picture (ARGB32)."""
    _width, _height, pixels = max(pixmaps)
    colours = Counter(
        tuple(pixels[start + 1 : start + 4]) for start in range(0, len(pixels), 4) if pixels[start] >= _OPAQUE
    )
    red, green, blue = colours.most_common(1)[0][0]
    return red, green, blue


def find(screen: Image.Image, colour: Colour, within: Box) -> tuple[int, int] | None:
    """Tell where something of about this colour is in a part of the screen: its middle; None for too few pixels."""
    part = screen.crop(within)
    away = ImageChops.difference(part, Image.new("RGB", part.size, colour))
    near = [band.point(lambda value: 255 if value <= _TOLERANCE else 0) for band in away.split()]
    alike = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    box = alike.getbbox()
    if box is None or alike.histogram()[255] < _FEW:
        return None
    return within[0] + (box[0] + box[2]) // 2, within[1] + (box[1] + box[3]) // 2
