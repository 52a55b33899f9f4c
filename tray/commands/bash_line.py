"""
The line that is being typed in bash, taken apart, and a name put back so that bash reads it as that name.

bash hands a completion the raw line, and inserts the answer as it is: quoting is the completion's own business. The
line is data here; no part of it is ever evaluated.
"""

from __future__ import annotations

import re

from tray.core.dataclass import dataclass

_BARE = re.compile(r"[^\w@%+:=,./^-]", re.ASCII)
_BLANKS = " \t\n"

_IMPOSSIBLE_INSIDE = {"'": "'", '"': '"!'}
"""
What no backslash helps against inside quotation marks: a "!" recalls the history, and readline takes an escaped mark
at the end for the closing one.
"""


@dataclass(slots=True)
class Word:
    """A word of the line, as bash would read it; a variable in it stays as it is written."""

    value: str = ""
    quote: str = ""
    """The quotation mark that is still open."""

    opened: int = 0
    """How much of the value stands before that mark."""

    kept: int = 0
    """How much of the value readline leaves alone: up to the last character at which it breaks words."""


def split(line: str, breaks: str) -> list[Word]:
    """
    Split a line up to the cursor.

    Args:
        line: What was typed.
        breaks: ``COMP_WORDBREAKS``.

    Returns:
        At least one word; the last is the one that the cursor is in, and may be empty.
    """
    words = [Word()]
    begun = False
    characters = iter(line)
    for character in characters:
        word = words[-1]
        if word.quote:
            if character == word.quote:
                word.quote = ""
            elif character == "\\" and word.quote == '"':
                following = next(characters, "")
                word.value += following if following in '"$`\\' else character + following
            else:
                word.value += character
        elif character in _BLANKS:
            if begun:
                words.append(Word())
            begun = False
            continue
        elif character in "'\"":
            word.quote, word.opened = character, len(word.value)
        elif character == "\\":
            word.value += next(characters, "")
        else:
            word.value += character
            if character in breaks:
                word.kept = len(word.value)
        begun = True
    return words


def insertion(word: Word, name: str) -> str | None:
    """
    Write what bash shall put in place of what readline takes for the word at the cursor.

    Args:
        word: The word at the cursor.
        name: What it shall become; begins with the word's value.

    Returns:
        None where the name cannot stand inside the quotation marks that are open, or they began inside the word.
    """
    if not word.quote:
        rest = name[word.kept :]
        bare = _BARE.sub(lambda found: found[0] if ord(found[0]) > 127 else f"\\{found[0]}", rest)
        return f"\\{bare}" if bare.startswith("~") else bare
    if word.opened or any(mark in name for mark in _IMPOSSIBLE_INSIDE[word.quote]):
        return None
    return name if word.quote == "'" else re.sub(r"([$`\\])", r"\\\1", name)
