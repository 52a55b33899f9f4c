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


def contrast(screen: Image.Image, within: Box) -> float:
    """
    Tell how well the icon stands out: the contrast of what differs most from its ground (WCAG 2.1, 1 to 21).

    Args:
        screen: A picture of the screen.
        within: The icon and some of the panel around it, of which there is more than of anything else.
    """
    colours = Counter(_triples(screen.crop(within)))
    ground, _count = colours.most_common(1)[0]
    lights = [_luminance(colour) for colour, count in colours.items() if count >= _FEW or colour == ground]
    grounds = _luminance(ground)
    return max((max(light, grounds) + 0.05) / (min(light, grounds) + 0.05) for light in lights)


def _triples(picture: Image.Image) -> list[Colour]:
    data = picture.convert("RGB").tobytes()
    return [(data[start], data[start + 1], data[start + 2]) for start in range(0, len(data), 3)]


def _luminance(colour: Colour) -> float:
    """Relative luminance, as WCAG 2.1 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
