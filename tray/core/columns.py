"""
How many columns of a terminal a text takes, and how it is cut or wrapped to fit so many.

Terminals do not agree on pictures that are joined from several. Here each takes the two columns that those take which
know them; who draws such a line lets the terminal say where the next column begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tray.core.clusters import clusters
from tray.core.message import may_be_wide

Paint = Callable[[int, int, str], str]
"""Colours a part of a cell: given the numbers of its row and its column, and the text."""

GAP = 2
"""Blanks between two columns of a table."""

_ELLIPSIS = "…"
_LOOKS_LIKE_A_PICTURE = "\ufe0f"
_WIDE = {"W", "F"}
_PIECE = re.compile(r"[^\s/_.:=@-]*[/_.:=@-]*\s*")
_LONGEST_PIECE = 24
"""A column of a table is at least as wide as its longest word, if that is no longer than this."""

_INDENT = "  "

_CLOSES = "、。，．・：；？！」』）］｝〉》】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々.,:;?!)]}”…"
_OPENS = "「『（［｛〈《【〔([{“"
"""Letters that no line of Japanese begins with, and ends with (JIS X 4051)."""


def width(text: str) -> int:
    """Give the columns that a printable text takes."""
    return len(text) if text.isascii() else sum(map(_width, clusters(text)))


def padded(text: str, columns: int) -> str:
    """Put blanks behind a printable text that takes fewer than so many columns."""
    return text + " " * (columns - width(text))


def fitted(text: str, columns: int) -> str:
    """Cut a text, with ``…`` for what is missing, so that it takes no more than so many columns (at least 1)."""
    if width(text) <= columns:
        return text
    return f"{_head(text, columns - 1)}{_ELLIPSIS}"


def tail(text: str, columns: int) -> str:
    """Give the end of a text, as much of it as so many columns hold."""
    kept: list[str] = []
    for cluster in reversed(list(clusters(text))):
        columns -= _width(cluster)
        if columns < 0:
            break
        kept.append(cluster)
    return "".join(reversed(kept))


def wrapped(text: str, columns: int) -> list[str]:
    """
    Break a text into lines of so many columns (at least 2) at most.

    It breaks between words, or behind ``-``, ``/`` and the like; what is longer than a line by itself breaks anywhere.
    """
    if width(text) <= columns:
        return [text.rstrip()]
    lines = [""]
    for piece in _pieces(text):
        if width(f"{lines[-1]}{piece}".rstrip()) > columns and lines[-1]:
            lines.append("")
        rest = piece
        while width(rest.rstrip()) > columns:
            part = _head(rest, columns)
            lines[-1] = part
            lines.append("")
            rest = rest.removeprefix(part)
        lines[-1] += rest
    return [line.rstrip() for line in lines if line.strip()]


def prose(text: str, columns: int | None) -> list[str]:
    """Break a sentence between words alone, so that an address or a path in it can be copied; None: no limit."""
    if columns is None or width(text) <= columns:
        return [text]
    if may_be_wide(text):
        return prose_anywhere(text, max(columns, 2))
    lines = [""]
    for word in text.split(" "):
        together = f"{lines[-1]} {word}" if lines[-1] else word
        if width(together) > columns and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = together
    return lines


def prose_anywhere(text: str, columns: int) -> list[str]:
    """
    Break a text into lines of so many columns (at least 2): between words, or between letters that are wide.

    Writings without blanks break nearly anywhere; but no line begins with what ends a sentence or closes a bracket, and
    none ends with what opens one.
    """
    lines = [""]
    for piece in _breakable(text):
        rest = piece
        if width(f"{lines[-1]}{rest}".rstrip()) > columns and lines[-1]:
            lines.append("")
            rest = rest.lstrip()
        while width(rest.rstrip()) > columns:
            lines[-1] = _head(rest, columns)
            rest = rest.removeprefix(lines[-1])
            lines.append("")
        lines[-1] += rest
    return [line.rstrip() for line in lines if line.strip()]


def _breakable(text: str) -> Iterator[str]:
    """Split a text where a line may end."""
    piece = ""
    for cluster in clusters(text):
        may_end = piece and (piece[-1].isspace() or _width(cluster) == 2 or _width(piece[-1]) == 2)
        if may_end and not cluster.isspace() and cluster[0] not in _CLOSES and piece[-1] not in _OPENS:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def table(rows: Sequence[Sequence[str]], columns: int | None, paint: Paint) -> Iterator[str]:
    """
    Lay out a table that fits the width that there is.

    Args:
        rows: The headings and then the cells, printable, none empty, of the same number; the first column is a mark.
        columns: The width; None where there is no limit, as in a pipe.
        paint: Colours what is printed.

    Yields:
        Lines without blanks at the end. Cells that are too long wrap between words. Where not even the longest words
        have room beside each other, the headings are left out, and each row is its mark with the first cell, and the
        others below that.
    """
    widths = _widths(rows, columns)
    if widths is None:
        assert columns is not None  # noqa: S101 - without a limit everything fits
        for number, row in enumerate(rows[1:], 1):
            yield from _block(number, row, max(columns, 4), paint)
        return
    for number, row in enumerate(rows):
        cells = [wrapped(cell, limit) for cell, limit in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            yield _line(number, [cell[line] if line < len(cell) else "" for cell in cells], widths, paint)


def _line(row: int, cells: Sequence[str], widths: Sequence[int], paint: Paint) -> str:
    last = max((at for at, cell in enumerate(cells) if cell.strip()), default=-1)
    shown: list[str] = []
    for at, cell in enumerate(cells[: last + 1]):
        gap = "" if at == last else " " * (widths[at] - width(cell) + (GAP if at else 1))
        shown.append(f"{paint(row, at, cell) if cell.strip() else cell}{gap}")
    return "".join(shown)


def _block(number: int, row: Sequence[str], columns: int, paint: Paint) -> Iterator[str]:
    mark, name, *details = row
    for at, line in enumerate(wrapped(name, columns - len(_INDENT))):
        before = f"{paint(number, 0, mark)} " if not at and mark.strip() else _INDENT
        yield f"{before}{paint(number, 1, line)}"
    lines = [""]
    for at, detail in enumerate(details):
        separated = f"{detail} ·" if at < len(details) - 1 else detail
        together = f"{lines[-1]} {separated}".lstrip()
        if width(together) <= columns - 2 * len(_INDENT):
            lines[-1] = together
        else:
            lines += wrapped(separated, columns - 2 * len(_INDENT))
    yield from (f"{_INDENT}{_INDENT}{line}" for line in lines if line)


def _widths(rows: Sequence[Sequence[str]], columns: int | None) -> list[int] | None:
    """Give the width of each column; None where they have no room beside each other."""
    natural = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if columns is None:
        return natural
    room = columns - GAP * (len(natural) - 2) - 1
    if sum(natural) <= room:
        return natural
    least = [
        min(widest, max(min(_longest_piece(cell), _LONGEST_PIECE) for cell in column))
        for widest, column in zip(natural, zip(*rows, strict=True), strict=True)
    ]
    if sum(least) > room:
        return None
    while sum(natural) > room:
        at = max(range(len(natural)), key=lambda each: natural[each] - least[each])
        natural[at] -= 1
    return natural


def _longest_piece(cell: str) -> int:
    return max((width(piece.rstrip()) for piece in _pieces(cell)), default=0) if len(cell) > 1 else len(cell)


def _pieces(text: str) -> list[str]:
    return [found[0] for found in _PIECE.finditer(text) if found[0]]


def _head(text: str, columns: int) -> str:
    kept = ""
    for cluster in clusters(text):
        columns -= _width(cluster)
        if columns < 0:
            break
        kept += cluster
    return kept


def _width(cluster: str) -> int:
    from unicodedata import east_asian_width  # noqa: PLC0415 - a megabyte, for names that are not plain

    first = cluster[0]
    wide = east_asian_width(first) in _WIDE or _LOOKS_LIKE_A_PICTURE in cluster or "\U0001f1e6" <= first <= "\U0001f1ff"
    return 2 if wide else 1
