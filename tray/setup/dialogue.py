"""A person at a terminal, line by line: no cursor keys, no colours, so that it works over ssh and reads aloud well."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from tray.core.clusters import cleaned
from tray.core.dataclass import dataclass, field
from tray.core.errors import SignInRefused, TrayError, UsageProblem
from tray.core.words import setup as setup_words

Value = TypeVar("Value")

_BAR = 30
_BAR_STEPS = 100
"""The bar is drawn anew so many times at most: every time is read aloud by a screen reader."""


@dataclass(slots=True)
class Dialogue:
    """Questions and words go to standard error, so that standard output is free for data."""

    answers: TextIO = field(default_factory=lambda: sys.stdin)
    words: TextIO = field(default_factory=lambda: sys.stderr)
    data: TextIO = field(default_factory=lambda: sys.stdout)

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return self.answers.isatty()

    def say(self, line: str = "") -> None:
        """Print a line, without what would move the cursor."""
        print(cleaned(line, " "), file=self.words, flush=True)

    def hand_over(self, lines: Iterable[str]) -> None:
        """Print lines of data for a program; a person has seen them already."""
        if not self.data.isatty():
            self.data.writelines(f"{line}\n" for line in lines)

    def complain(self, problem: TrayError) -> None:
        """Say what is wrong with an answer."""
        self.say(f"! {problem.title}")
        self.say(f"  {problem.hint}")

    def ask(self, question: str, default: str = "") -> str:
        """Ask for a line, without blanks around it; raises `SignInRefused` where the person left, with Ctrl-D."""
        print(f"{question} [{default}]: " if default else f"{question}: ", end="", file=self.words, flush=True)
        line = self.answers.readline()
        if not line:
            self.say()
            raise SignInRefused(setup_words.CANCELLED())
        return line.strip() or default

    def insist(self, question: str, default: str, check: Callable[[str], Value]) -> Value:
        """Ask until the answer passes, and return what `check` makes of it."""
        while True:
            try:
                return check(self.ask(question, default))
            except UsageProblem as problem:
                self.complain(problem)

    def agrees(self, question: str, default: str = "y") -> bool:
        """Ask for a yes or a no."""
        while True:
            match self.ask(f"{question} (y/n)", default).casefold():
                case "y" | "yes":
                    return True
                case "n" | "no":
                    return False
            self.say(setup_words.YES_OR_NO())

    @contextmanager
    def progress(self) -> Iterator[Callable[[int, int], None]]:
        """Show how far something is, on one line of a terminal; yields who is told what is done, of how much."""
        shown = -1

        def show(done: int, of: int) -> None:
            nonlocal shown
            step = _BAR_STEPS * done // max(of, 1)
            if step != shown and self.words.isatty():
                shown = step
                filled = _BAR * done // max(of, 1)
                bar = "#" * filled + "-" * (_BAR - filled)
                print(f"\r[{bar}] {setup_words.LISTED(done=done, total=of)}", end="", file=self.words, flush=True)

        try:
            yield show
        finally:
            if shown >= 0:
                print(file=self.words, flush=True)
