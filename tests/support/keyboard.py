"""A person at a keyboard: says the next line whenever they are asked."""

from __future__ import annotations

import io
from collections.abc import Iterable

from tray.setup.prompt import Prompt


class Keyboard(io.StringIO):
    """Standard input that is a terminal, or is not."""

    def __init__(self, lines: Iterable[str], *, terminal: bool = True) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def prompt(*lines: str, terminal: bool = True) -> Prompt:
    """A prompt where these lines are typed; what it says is in ``words`` and ``data``."""
    return Prompt(Keyboard(lines, terminal=terminal), io.StringIO(), io.StringIO())


def said(prompt: Prompt) -> str:
    """All that was said so far."""
    assert isinstance(prompt.words, io.StringIO)
    return prompt.words.getvalue()
