"""Finds the icon on a picture of the screen, by the colours that the program has drawn it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops

_TOLERANCE = 30
_FEW = 6
_OPAQUE = 250

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]


def main_colours(pixmaps: Sequence[tuple[int, int, bytes]]) -> set[Colour]:
    """Give the colour that covers most of each of the icon's pictures (ARGB32); thin lines differ from size to size."""
    found: set[Colour] = set()
    for _width, _height, pixels in pixmaps:
        colours = Counter(
            (pixels[start + 1], pixels[start + 2], pixels[start + 3])
            for start in range(0, len(pixels), 4)
            if pixels[start] >= _OPAQUE
        )
        found |= {colour for colour, _count in colours.most_common(1)}
    return found


def find(screen: Image.Image, colours: Iterable[Colour], within: Box) -> tuple[int, int] | None:
    """Tell where something of about one of these colours is: its middle; None for too few pixels."""
    part = screen.crop(within)
    places = (_find(part, colour) for colour in colours)
    return next(((within[0] + place[0], within[1] + place[1]) for place in places if place), None)


def _find(part: Image.Image, colour: Colour) -> tuple[int, int] | None:
    away = ImageChops.difference(part, Image.new("RGB", part.size, colour))
    near = [band.point(lambda value: 255 if value <= _TOLERANCE else 0) for band in away.split()]
    alike = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    box = alike.getbbox()
    if box is None or alike.histogram()[255] < _FEW:
        return None
    return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
