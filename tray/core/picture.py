"""What a screen shows while a person picks one of many: parts of text, each at its place."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tray.core.clusters import cleaned
from tray.core.columns import GAP, fitted, tail, width
from tray.core.picking import Choice, Picking
from tray.core.words import picking as picking_words

_LEAST = 10
"""A detail is shown where it has so many columns, or all that it needs."""

_NARROWEST = 20
_ROWS_FOR_COUNT = 5
_ROWS_IN_ALL = 2


class Style(StrEnum):
    """How a part looks."""

    PLAIN = "plain"
    FAINT = "faint"
    CURRENT = "current"
    WARNED_OF = "warned-of"
    CHOSEN = "chosen"
    """The line that Enter takes, in whatever way the terminal makes a line stand out."""


class Part(NamedTuple):
    """A text, and where it begins."""

    column: int
    """From 0."""

    text: str
    """Printable."""

    style: Style = Style.PLAIN


class Picture(NamedTuple):
    """All that a screen shows."""

    lines: tuple[tuple[Part, ...], ...]
    """From the top; those that are not there are empty."""

    cursor: int
    """The column, in the first line, where typing goes on."""


class Layout(NamedTuple):
    """How wide the parts of each choice would be, which stays as it is while the list gets shorter."""

    name: int
    details: tuple[int, ...]


def layout(choices: Sequence[Choice]) -> Layout:
    """Measure all the choices, of which there is at least one."""
    details = zip(*(choice.details for choice in choices), strict=True)
    return Layout(
        max(width(_shown(choice.name)) for choice in choices), tuple(max(map(width, each)) for each in details)
    )


def page(rows: int) -> int:
    """Tell how many choices a screen of so many rows shows at once; at least 1."""
    return max(rows - _rows_above(rows), 1)


def picture(picking: Picking, measured: Layout, rows: int, columns: int, top: int) -> tuple[Picture, int]:
    """
    Draw it all.

    Args:
        picking: What to show.
        measured: The layout of all choices.
        rows: The height of the screen.
        columns: Its width.
        top: The number of the choice that was the topmost one.

    Returns:
        The picture, and the number of the topmost choice, so that the list moves no more than it must.
    """
    held = page(rows)
    top = max(min(top, picking.at, len(picking.found) - held), picking.at - held + 1, 0)
    prompt = fitted(picking_words.PROMPT(), max(columns - 2, 1))
    room = max(columns - 1 - width(prompt), 1)
    typed = tail(cleaned(picking.typed, "?"), room)
    lines: list[tuple[Part, ...]] = [(Part(0, prompt, Style.FAINT), Part(width(prompt), typed))]
    if _rows_above(rows) == _ROWS_IN_ALL:
        said = picking_words.COUNT(shown=len(picking.found), total=len(picking.choices))
        lines.append((Part(0, fitted(said, columns), Style.FAINT),))
    for number, choice in enumerate(picking.found[top : top + held], top):
        lines.append(tuple(_line(choice, measured, columns, chosen=number == picking.at)))
    return Picture(tuple(lines[:rows]), min(width(prompt) + width(typed), columns - 1)), top


def _line(choice: Choice, measured: Layout, columns: int, *, chosen: bool) -> list[Part]:
    style = Style.WARNED_OF if choice.warned_of else Style.CURRENT if choice.current else Style.PLAIN
    mark = f"{'>' if chosen else ' '}{'*' if choice.current else ' '} "
    room = columns - len(mark)
    if room < 1:
        return [Part(0, mark[:columns])]
    most = max(_NARROWEST, room * 6 // 10) if any(measured.details) else room
    used = min(measured.name, most, room)
    parts = [Part(0, mark), Part(len(mark), fitted(_shown(choice.name), used), Style.CHOSEN if chosen else style)]
    for text, natural in zip(choice.details, measured.details, strict=True):
        given = min(natural, room - used - GAP)
        if natural and given >= min(natural, _LEAST):
            parts.append(Part(len(mark) + used + GAP, fitted(text, given), Style.FAINT))
            used += GAP + given
    return parts


def _rows_above(rows: int) -> int:
    return _ROWS_IN_ALL if rows >= _ROWS_FOR_COUNT else 1


def _shown(name: str) -> str:
    return name if name.isprintable() else cleaned(name, "?")
