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
class Menu:
    """What is on the screen of a menu."""

    left: int
    """Its left edge."""

    lines: tuple[tuple[int, int], ...]
    """Where to click each line that is no separator: its middle."""


def read(before: Image.Image, after: Image.Image, right: int, bottom: int) -> Menu | None:
    """
    Read the menu that appeared between two looks at the screen.

    Args:
        before: The screen without the menu.
        after: The screen with it.
        right: Where the menu ends at the latest, from the left of the screen.
        bottom: The same from its top.

    Returns:
        The menu; None where nothing appeared.
    """
    change = ImageChops.difference(before, after).convert("L").crop((0, 0, right, bottom))
    box = change.point(lambda value: 255 * (value > 8)).getbbox()
    if not box:
        return None
    left, top, right, bottom = box[0] + _BORDER, box[1] + _BORDER, box[2] - _BORDER, box[3] - _BORDER
    menu = after.convert("L").crop((left, top, right, bottom))
    paper = max(menu.getcolors(), key=lambda counted: counted[0])[1]
    ink = menu.crop((0, 0, menu.width - _ARROWS, menu.height)).point(lambda value: 255 * (abs(value - paper) > _INK))
    found = []
    begin = None
    for row in range(menu.height + 1):
        inked = row < menu.height and ink.crop((0, row, ink.width, row + 1)).getbbox() is not None
        if inked and begin is None:
            begin = row
        if not inked and begin is not None:
            if row - begin > 3:  # else a separator
                found.append(((left + right) // 2, top + (begin + row) // 2))
            begin = None
    return Menu(left - _BORDER, tuple(found))
