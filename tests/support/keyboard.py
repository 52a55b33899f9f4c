"""A person at a keyboard: says the next line whenever they are asked."""

from __future__ import annotations

import io
from collections.abc import Iterable

from tray.setup.dialogue import Dialogue


class Keyboard(io.StringIO):
    """Standard input that is a terminal, or is not."""

    def __init__(self, lines: Iterable[str], *, terminal: bool = True) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def dialogue(*lines: str, terminal: bool = True) -> Dialogue:
    """A dialogue where these lines are typed; what it says is in ``words`` and ``data``."""
    return Dialogue(Keyboard(lines, terminal=terminal), io.StringIO(), io.StringIO())


def said(dialogue: Dialogue) -> str:
    """All that was said so far."""
    assert isinstance(dialogue.words, io.StringIO)
    return dialogue.words.getvalue()
