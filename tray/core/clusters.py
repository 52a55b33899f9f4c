"""
What belongs together in a name: letters with their marks, pictures that are joined from several, flags.

After the default grapheme clusters of Unicode (UAX #29), as far as names need them, and without the tables of
`unicodedata`, a megabyte that the tray has no use for otherwise. Loaded only where a name is too long, or not plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ZWJ = "\u200d"
_JOINERS = "\u200c\u200d"
"""They join pictures into one, and decide how letters of some scripts are written; by themselves they show nothing."""

_FIRST_JOINED = 0x590
"""No script before the Hebrew letters uses joiners: there, one only makes two names look alike."""

_TAGGED_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
"""A flag of a region, such as Scotland's (UTS #51, "emoji tag sequence")."""

_EXTENDS = re.compile("[\u1160-\u11ff\u20d0-\u20f0\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""Continues what stands before it: the end of a Korean syllable, keycaps, the look of a picture, skin, tags."""

_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]*")
"""Two make a flag."""

_CONJOINING = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
"""Signs of Indic scripts that write the next letter together with the one before."""

_NO_MARKS = "_\xb7\u0387\u203f\u2040\u2054\ufe33\ufe34\ufe4d\ufe4e\ufe4f\uff3f"
"""What else may continue an identifier without being a letter or a digit."""


def cleaned(text: str, instead: str) -> str:
    """Put something harmless in place of each character that does not print, and is no part of one that does."""
    if text.isprintable():
        return text
    found: list[str] = []
    at = 0
    while at < len(text):
        if (flag := _TAGGED_FLAG.match(text, at)) is not None:
            found.append(flag[0])
            at = flag.end()
            continue
        letter = text[at]
        found.append(letter if letter.isprintable() or (letter in _JOINERS and _joins(text, at)) else instead)
        at += 1
    return "".join(found)


def is_clean(text: str) -> bool:
    """Tell whether there is nothing in a text but what prints."""
    return text.isprintable() or cleaned(text, "") == text


def clusters(text: str) -> Iterator[str]:
    """List what belongs together in a text, in its order."""
    start = 0
    for at in range(1, len(text)):
        if not _together(text, at):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def cut(text: str, most: int) -> str:
    """Give the first characters of a text, so many at most, and no half of what belongs together."""
    if len(text) <= most:
        return text
    end = next((at for at in range(most, 0, -1) if not _together(text, at)), most)
    return text[:end]


def _joins(text: str, at: int) -> bool:
    """Tell whether a joiner stands between two things that are joined."""
    return 0 < at < len(text) - 1 and all(
        ord(beside) >= _FIRST_JOINED and beside.isprintable() for beside in (text[at - 1], text[at + 1])
    )


def _together(text: str, at: int) -> bool:
    """Tell whether the character there belongs to the one before it."""
    before, letter = text[at - 1], text[at]
    if before == _ZWJ or letter in _JOINERS or _EXTENDS.match(letter) or _is_mark(letter):
        return True
    if before in _CONJOINING and letter.isalpha():
        return True
    if "\U0001f1e6" <= letter <= "\U0001f1ff":
        # Which of them make a pair depends on how many there are before.
        backwards = _REGIONAL.match(text[at - 1 :: -1])
        return backwards is not None and backwards.end() % 2 == 1
    return False


def _is_mark(letter: str) -> bool:
    """Tell whether a character is written onto the one before: an identifier may go on, but not begin, with one."""
    return not letter.isascii() and f"a{letter}".isidentifier() and not letter.isalnum() and letter not in _NO_MARKS
