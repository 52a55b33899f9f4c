"""Reads what is painted: text on a picture of the screen, by tesseract."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image, ImageChops

from desktops.lines import Menu, alike

_SCALE = 3
_DENSE = 0.5
_SMALLEST = 50
"""Pixels; no menu is as small."""

Box = tuple[int, int, int, int]


def menu_box(before: Image.Image, after: Image.Image) -> Box | None:
    """
    Tell where a menu has opened: the block of the screen that has changed. None for nothing of that size.

    A notice beside it, a tooltip or the pointer may have changed too, but not over so many rows and columns.
    """
    bands = ImageChops.difference(before, after).split()
    mask = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2]).point(lambda value: 255 if value else 0)
    columns = _block([sum(mask.crop((x, 0, x + 1, mask.height)).getdata()) for x in range(mask.width)])
    rows = _block([sum(mask.crop((0, y, mask.width, y + 1)).getdata()) for y in range(mask.height)])
    if columns is None or rows is None:
        return None
    return columns[0], rows[0], columns[1], rows[1]


def _block(changes: list[int]) -> tuple[int, int] | None:
    """Give the first and the last place, of those where at least half as much has changed as anywhere."""
    most = max(changes)
    places = [place for place, change in enumerate(changes) if change > most * _DENSE]
    return (places[0], places[-1] + 1) if most and len(places) >= _SMALLEST else None


def read(picture: Image.Image, folder: Path) -> list[str]:
    """Read the lines of text on a picture."""
    file = folder / "text.png"
    large = picture.convert("L").resize((picture.width * _SCALE, picture.height * _SCALE), Image.Resampling.LANCZOS)
    large.save(file)
    done = subprocess.run(["tesseract", file, "-", "--psm", "6"], capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def with_painted_labels(menu: Menu, painted: list[str]) -> Menu:
    """
    Give a menu the labels that are painted, where they are not those that are told over accessibility.

    Args:
        menu: As told; libdbusmenu-gtk tells the first label of a line for as long as the line lives, without underscores.
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
            text = left.pop(0) if left else f"{line.label} (not painted)"
            relabelled.append(line._replace(label=text))
    return tuple(relabelled)

