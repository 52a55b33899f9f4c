"""Reads an open menu off the screen: where it is, and where its lines are."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

_INK = 70
"""By how much the letters differ from the paper, of 255."""

_BORDER = 4
_ARROWS = 24
"""The right edge, where the arrows of submenus are."""


@dataclass(frozen=True)
class Line:
    """A line that can be clicked."""

    at: tuple[int, int]
    """Its middle."""

    image: Image.Image


def lines(before: Image.Image, after: Image.Image, under: int) -> list[Line]:
    """
    Find the lines of the menu that appeared between two looks at the screen; separators are none.

    Args:
        before: The screen without the menu.
        after: The screen with it.
        under: Where the taskbar begins: what changes there is none of the menu's.
    """
    change = ImageChops.difference(before, after).convert("L").crop((0, 0, before.width, under))
    box = change.point(lambda value: 255 if value > 8 else 0).getbbox()
    assert box, "no menu appeared"
    left, top, right, bottom = box[0] + _BORDER, box[1] + _BORDER, box[2] - _BORDER, box[3] - _BORDER
    menu = after.convert("L").crop((left, top, right, bottom))
    paper = max(menu.getcolors(), key=lambda counted: counted[0])[1]
    ink = menu.crop((0, 0, menu.width - _ARROWS, menu.height)).point(lambda value: 255 * (abs(value - paper) > _INK))
    found: list[Line] = []
    begin = None
    for row in range(menu.height + 1):
        inked = row < menu.height and ink.crop((0, row, ink.width, row + 1)).getbbox() is not None
        if inked and begin is None:
            begin = row
        if not inked and begin is not None:
            if row - begin > 3:  # else a separator
                middle = ((left + right) // 2, top + (begin + row) // 2)
                found.append(Line(middle, menu.crop((0, begin, menu.width, row))))
            begin = None
    return found
