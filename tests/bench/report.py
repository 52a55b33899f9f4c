"""Figures, and whether they keep to the budget."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity."""

    what: str
    measured: str
    beside: str = ""
    """The same of something comparable, measured in the same run."""

    budget: str = ""
    kept: bool = True


def spread(values: Sequence[float], unit: str) -> str:
    """Word the median and the range of some measurements."""
    return f"{statistics.median(values):.1f} {unit} [{min(values):.1f}-{max(values):.1f}]"


def of_the_best(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Divide the shortest time of one by that of another: what the machine does besides only adds."""
    return min(ours) / min(theirs)


def show(figures: Sequence[Figure]) -> bool:
    """Print a table; tell whether every budget was kept."""
    head = Figure("", "measured", "beside", "budget")
    columns = [max(len(cell) for cell in column) for column in zip(*map(_cells, (head, *figures)), strict=True)]
    for figure in (head, *figures):
        line = "  ".join(cell.ljust(width) for cell, width in zip(_cells(figure), columns, strict=True))
        print(line.rstrip() if figure.kept else f"{line}  EXCEEDED")
    return all(figure.kept for figure in figures)


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    return figure.what, figure.measured, figure.beside, figure.budget
