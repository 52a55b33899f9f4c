"""Icons in the form that a StatusNotifierItem carries them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SIZES = (22, 24, 32, 48, 64)
"""Pixels: what panels ask for, from a small one to a high-resolution one, so that none has to scale up."""

Pixmap = tuple[int, int, bytes]
"""Width, height, and ARGB32 in network byte order (StatusNotifierItem specification, "Icons")."""

Pixmaps = tuple[Pixmap, ...]
"""The same icon in several sizes."""


def draw_pixmaps(draw: Callable[[int], Any]) -> Pixmaps:
    """
    Draw an icon in every size.

    Args:
        draw: Draws it as a Pillow image of that many pixels.
    """
    return tuple(to_pixmap(draw(size)) for size in SIZES)


def scale_pixmaps(image: Any) -> Pixmaps:
    """Scale a Pillow image to every size; its longer side becomes that long."""
    longer = max(image.size)
    rgba = image.convert("RGBA")
    return draw_pixmaps(lambda size: rgba.resize(tuple(max(1, round(side * size / longer)) for side in image.size)))


def to_pixmap(image: Any) -> Pixmap:
    """Turn a Pillow image into a pixmap."""
    rgba = image.convert("RGBA").tobytes()
    argb = bytearray(len(rgba))
    argb[0::4] = rgba[3::4]
    argb[1::4] = rgba[0::4]
    argb[2::4] = rgba[1::4]
    argb[3::4] = rgba[2::4]
    width, height = image.size
    return width, height, bytes(argb)
