"""Reads what is painted: text on a picture of the screen, by tesseract."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

from PIL import Image, ImageChops

from desktops.lines import Menu, alike, key, likeness

_SCALE = 3
_STRETCH = 2
_RELATED = 0.4
"""How alike the texts of one line are at different times, at least."""

_DENSE = 0.5
_DENSE_ROW = 0.4
"""A submenu that opened beside the menu makes the rows that it is in twice as long."""

_SMALLEST = 50
"""Pixels; no menu is as small."""

_ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}

Box = tuple[int, int, int, int]


def menu_box(before: Image.Image, after: Image.Image) -> Box | None:
    """
    Tell where a menu has opened: the block of the screen that has changed. None for nothing of that size.

    A notice beside it, a tooltip or the pointer may have changed too, but not over so many rows and columns.
    """
    bands = ImageChops.difference(before, after).split()
    mask = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2]).point(lambda value: 255 if value else 0)
    columns = _block([sum(mask.crop((x, 0, x + 1, mask.height)).getdata()) for x in range(mask.width)], _DENSE)
    rows = _block([sum(mask.crop((0, y, mask.width, y + 1)).getdata()) for y in range(mask.height)], _DENSE_ROW)
    if columns is None or rows is None:
        return None
    return columns[0], rows[0], columns[1], rows[1]


def _block(changes: list[int], share: float) -> tuple[int, int] | None:
    """Give the first and the last place, of those where at least this share has changed of what has anywhere."""
    most = max(changes)
    places = [place for place, change in enumerate(changes) if change > most * share]
    return (places[0], places[-1] + 1) if most and len(places) >= _SMALLEST else None


def read(picture: Image.Image, folder: Path) -> list[str]:
    """Read the lines of text on a picture."""
    file = folder / "text.png"
    found: list[str] = []
    plain = picture.convert("L")
    # The second time for a line that is chosen: it is light on dark.
    for each in (plain, _dark_on_light(plain)):
        each.resize((each.width * _SCALE, each.height * _SCALE), Image.Resampling.LANCZOS).save(file)
        command = ["tesseract", str(file), "-", "--psm", "6"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=_ONE_THREAD)
        lines = [line.strip() for line in done.stdout.splitlines() if key(line)]
        found += [line for line in lines if not any(alike(line, other) for other in found)]
    return found


def _dark_on_light(picture: Image.Image) -> Image.Image:
    """Give each row of pixels a white ground, so that a line that is chosen reads like the others."""
    even = picture.copy()
    for y in range(picture.height):
        row = picture.crop((0, y, picture.width, y + 1))
        ground = Counter(row.tobytes()).most_common(1)[0][0]
        even.paste(row.point(lambda value, ground=ground: 255 - min(255, _STRETCH * abs(value - ground))), (0, y))
    return even


def with_painted_labels(menu: Menu, painted: list[str]) -> Menu:
    """
    Give a menu the labels that are painted, where they are not those that are told over accessibility.

    Args:
        menu: As told; libdbusmenu-gtk tells a line's first label for as long as the line lives, without underscores.
        painted: The lines of text on a picture of it.
    """
    left = list(painted)
    for line in menu:
        match = next((text for text in left if alike(text, line.label)), None)
        if match is not None:
            left.remove(match)
    relabelled = []
    for line in menu:
        if any(alike(text, line.label) for text in painted):
            relabelled.append(line)
        else:
            likely, nearest = max(((likeness(text, line.label), text) for text in left), default=(0.0, ""))
            label = nearest if likely >= _RELATED else f"{line.label} (not painted)"
            relabelled.append(line._replace(label=label))
    return tuple(relabelled)
