"""What a terminal makes of what a program writes to it: as much of xterm as ours use, and nothing that is not known."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

_SEQUENCE = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])")
_JOINED = {"\u200d", "\ufe0f"}


class Screen:
    """
    A grid of characters; the other half of a wide one is an empty cell.

    As most terminals, it takes each picture of a joined one for two columns.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.other = False
        """Whether the other screen is shown, that editors use."""
        self.wraps = True
        self.reversed: list[str] = []
        """What was written in reverse, newest last."""
        self._look = ""
        self._rest = ""
        self.row = self.column = 0
        self._cells: list[list[str]] = []
        self._clear()
        self._kept: tuple[list[list[str]], int, int] | None = None

    def resize(self, rows: int, columns: int) -> None:
        """Change the size; what is cut off is lost, and nothing is wrapped anew."""
        cells = [line[:columns] + [" "] * (columns - len(line)) for line in self._cells[:rows]]
        self._cells = cells + [[" "] * columns for _ in range(rows - len(cells))]
        self.rows, self.columns = rows, columns
        self.row, self.column = min(self.row, rows - 1), min(self.column, columns - 1)

    @property
    def lines(self) -> list[str]:
        """What is to be seen, without blanks at the ends."""
        return ["".join(line).rstrip() for line in self._cells]

    def feed(self, text: str) -> None:
        """Take what the program wrote, in whatever pieces."""
        text, self._rest = self._rest + text, ""
        while text:
            if text[0] != "\x1b":
                self._put(text[0])
                text = text[1:]
            elif found := _SEQUENCE.match(text):
                self._obey(*found.groups())
                text = text[found.end() :]
            else:
                assert re.fullmatch(r"\x1b(\[[?\d;]*)?", text), f"no terminal is known to understand {text[:20]!r}"
                self._rest = text
                return

    def _put(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
            return
        if letter == "\n":
            if self.row == self.rows - 1:
                self._cells = [*self._cells[1:], [" "] * self.columns]
            self.row = min(self.row + 1, self.rows - 1)
            return
        assert letter.isprintable() or letter in _JOINED, f"{letter!r} is nothing that shows"
        if combining(letter) or letter in _JOINED:
            self._cells[self.row][max(self.column - 1, 0)] += letter
            return
        wide = 2 if east_asian_width(letter) in {"W", "F"} else 1
        if self.column + wide > self.columns:
            if self.wraps:
                self._put("\r")
                self._put("\n")
            else:
                self.column = self.columns - wide
        self._cells[self.row][self.column : self.column + wide] = [letter, *[""] * (wide - 1)]
        self.column += wide
        if self._look == "7":
            self.reversed[-1] += letter

    def _obey(self, parameters: str, final: str) -> None:
        numbers = [int(part or "1") for part in parameters.split(";")] if parameters[:1] != "?" else []
        match (parameters, final):
            case (_, "H"):
                self.row, self.column = (
                    min(each - 1, most - 1)
                    for each, most in zip([*numbers, 1, 1][:2], (self.rows, self.columns), strict=True)
                )
            case ("", "K"):
                self._cells[self.row][self.column :] = [" "] * (self.columns - self.column)
            case ("2", "J"):
                self._cells = [[" "] * self.columns for _ in range(self.rows)]
            case (_, "m"):
                self._look = parameters
                if parameters == "7":
                    self.reversed.append("")
            case ("?1049", "h"):
                assert not self.other
                self._kept, self.other = (self._cells, self.row, self.column), True
                self._clear()
            case ("?1049", "l"):
                assert self._kept is not None
                self._cells, self.row, self.column = self._kept
                self._kept, self.other = None, False
            case ("?7", "h" | "l"):
                self.wraps = final == "h"
            case _:
                raise AssertionError(f"no terminal is known to understand CSI {parameters}{final}")

    def _clear(self) -> None:
        self.row = self.column = 0
        self._cells = [[" "] * self.columns for _ in range(self.rows)]
