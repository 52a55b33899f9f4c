"""Lets a person pick many of a long list, line by line: words narrow it down, numbers pick."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tray.core.columns import padded, width
from tray.core.dataclass import dataclass, field
from tray.core.words import setup as setup_words
from tray.setup.dialogue import Dialogue

LINES = 20
_MOST_TOLD = 5
_NUMBERS = re.compile(r"(-?)(\d{1,6})(?:-(\d{1,6}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A line of the list."""

    columns: tuple[str, ...]
    """What is shown, fit for a line; each but the last one is as wide as the widest beside it."""

    searched: str
    """What words are looked for in."""

    mark: str = " "
    """Stands where the cross will stand if it is chosen."""

    refusal: str = ""
    """What is said to who chooses it, although it cannot be chosen; empty where it can."""

    by_number: bool = False
    """Whether ``all`` leaves it out."""

    below: tuple[str, ...] = ()
    """Lines about it."""


@dataclass(slots=True)
class ListPicker:
    """One list, and what is chosen of it."""

    dialogue: Dialogue
    choices: Sequence[Choice]
    may_be_empty: bool = False
    """Whether to choose nothing is an answer."""

    shown: list[int] = field(default_factory=list)
    chosen: set[int] = field(default_factory=set)
    start: int = 0

    def run(self) -> list[int]:
        """Show the list until the person is done; gives the indices of what they chose, in its order."""
        self.shown = list(range(len(self.choices)))
        self.show()
        while True:
            answer = self.dialogue.ask(setup_words.CHOOSE())
            if answer:
                self._follow(answer)
            elif self.chosen or self.may_be_empty:
                return sorted(self.chosen)
            else:
                self.dialogue.say(setup_words.CHOOSE_SOMETHING())

    def show(self) -> None:
        """Show the part of the list that the person is at."""
        part = self.shown[self.start : self.start + LINES]
        shown = [self.choices[index] for index in part]
        widths = [max(map(width, column)) for column in zip(*(each.columns[:-1] for each in shown), strict=True)]
        for number, (index, choice) in enumerate(zip(part, shown, strict=True), self.start + 1):
            mark = "x" if index in self.chosen else choice.mark
            cells = [padded(text, widest) for text, widest in zip(choice.columns, widths, strict=False)]
            self.dialogue.say(f"{number:5} [{mark}] {'  '.join([*cells, choice.columns[-1]])}")
            for line in choice.below:
                self.dialogue.say(f"          {line}")
        chosen = len(self.chosen)
        if not part:
            self.dialogue.say(setup_words.NONE_SHOWN(chosen=chosen))
            return
        first, last = self.start + 1, self.start + len(part)
        self.dialogue.say(setup_words.SHOWN(first=first, last=last, total=len(self.shown), chosen=chosen))

    def _follow(self, answer: str) -> None:
        words = answer.casefold().replace(",", " ").split()
        if words == ["more"]:
            if self.start + LINES >= len(self.shown):
                self.dialogue.say(setup_words.NO_MORE())
                return
            self.start += LINES
        elif words == ["*"]:
            self._narrow([])
        elif (change := self._change(words)) is not None:
            add, remove = change
            self.chosen |= add
            self.chosen -= remove
        else:
            self._narrow([word.removeprefix("/") for word in words])
        self.show()

    def _change(self, words: list[str]) -> tuple[set[int], set[int]] | None:
        """Read numbers, ``all`` and ``none`` as what to add and what to take back; None where they are other words."""
        if words == ["all"]:
            every = (index for index in self.shown if not self.choices[index].refusal)
            return {index for index in every if not self.choices[index].by_number}, set()
        if words == ["none"]:
            return set(), set(self.shown)
        add: set[int] = set()
        remove: set[int] = set()
        for word in words:
            found = _NUMBERS.fullmatch(word)
            if found is None:
                return None
            first, last = int(found[2]), int(found[3] or found[2])
            if not 1 <= first <= last <= len(self.shown):
                return None
            (remove if found[1] else add).update(self.shown[first - 1 : last])
        refused = sorted(index for index in add if self.choices[index].refusal)
        for index in refused[:_MOST_TOLD]:
            self.dialogue.say(self.choices[index].refusal)
        return add.difference(refused), remove

    def _narrow(self, words: list[str]) -> None:
        texts = ((index, choice.searched.casefold()) for index, choice in enumerate(self.choices))
        self.shown = [index for index, text in texts if all(word in text for word in words)]
        self.start = 0
        if not self.shown:
            self.dialogue.say(setup_words.NO_MATCH())
