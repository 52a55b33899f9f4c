"""
What is said to a person: one kind of message, and the templates that messages are made from.

A template is a whole sentence (or label) with named fields, so that it can be translated: nothing is glued from parts,
and what depends on a number or on an estimate is written out in each of its forms. Every field is made fit for one line
where it is filled in, so that no name can move a cursor or hide what stands beside it. It is written in English, and
said in the language that is spoken (`tray.core.language`).
"""

from __future__ import annotations

import sys
from functools import reduce
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field
from tray.core.language import spoken, translated, translated_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 60
"""Characters and columns of a name in a menu, and of a line there that tells of a problem."""

_PLAIN_IN_CMD = "_-.:/\\"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in two lines: in the terminal, in a notice, on a page, in JSON."""

    title: str
    """What happened, or is so. Holds no token, code or secret."""

    hint: str = ""
    """What to do about it; empty where there is nothing to do."""

    english: Message | None = field(default=None, compare=False, repr=False)
    """The same in English; None where it is English, or nobody knows."""

    def __str__(self) -> str:
        return f"{self.title}\n{self.hint}"

    @property
    def for_log(self) -> Message:
        """The same as the log has it, which is in English as far as that is known: others read it, too."""
        return self.english or self

    @property
    def happened(self) -> str:
        """The title as a sentence, to be followed by another."""
        return SENTENCE(words=self.title.rstrip(_STOPS))

    @property
    def in_one_line(self) -> str:
        """Both as sentences that follow each other."""
        return sentences(self.happened, self.hint)


class Text:
    """
    A template of a `Message`.

    Args:
        title: Of the message, with fields as ``{name}``, each treated as `short` does; or as ``{path:whole}``,
            ``{name:shell}``.
        hint: Of the message, likewise.
    """

    __slots__ = ("hint", "title")

    def __init__(self, title: str, hint: str = "") -> None:
        self.title = title
        self.hint = hint

    def __call__(self, **fields: object) -> Message:
        """Fill in every field, by name."""
        if spoken().catalogue is None:
            return Message(_filled(self.title, fields), _filled(self.hint, fields))
        title, hint = _filled(translated(self.title), fields), _filled(translated(self.hint), fields)
        return Message(title, hint, Message(_filled(self.title, fields), _filled(self.hint, fields)))


class Line:
    """
    A template of a single line; its fields as those of a `Text`.

    Args:
        line: What is said.
        context: What sets it apart, for translators, from the same words elsewhere that mean something else.
    """

    __slots__ = ("context", "line")

    def __init__(self, line: str, context: str = "") -> None:
        self.line = line
        self.context = context

    def __call__(self, **fields: object) -> str:
        """Fill in every field, by name."""
        return _filled(translated(self.line, self.context), fields)


class Plural:
    """A line in two forms: of one thing, and of any other number, which is its field ``count``."""

    __slots__ = ("many", "one")

    def __init__(self, one: str, many: str) -> None:
        self.one = one
        self.many = many

    def __call__(self, count: float, **fields: object) -> str:
        """Fill in every field of the form for a number of things."""
        return _filled(translated_plural(self.one, self.many, count), {"count": count, **fields})


class Estimate:
    """A line in two forms: of a time that is known, and of one that is estimated."""

    __slots__ = ("estimated", "known")

    def __init__(self, known: str, estimated: str) -> None:
        self.known = known
        self.estimated = estimated

    def __call__(self, estimated: bool, **fields: object) -> str:
        """Fill in every field of the form for a time."""
        return _filled(translated(self.estimated if estimated else self.known), fields)


SENTENCE = Line("{words:whole}.")
_FOLLOWED = Line("{sentence:whole} {another:whole}")
_LISTED = Line("{names:whole}, {another:whole}")
_DECIMAL = Line("{whole}.{fraction}")

_STOPS = ".。"


def sentences(*several: str) -> str:
    """Put whole sentences one after the other, without those that are empty."""
    said = [each for each in several if each]
    return reduce(lambda before, each: _FOLLOWED(sentence=before, another=each), said) if said else ""


def listed(names: Sequence[str]) -> str:
    """Put the names of a list one after the other."""
    return reduce(lambda before, each: _LISTED(names=before, another=each), names) if names else ""


def number(value: float) -> str:
    """Write a number: ``8``, ``0.5``."""
    whole_part, point, fraction = f"{value:g}".partition(".")
    return _DECIMAL(whole=whole_part, fraction=fraction) if point else whole_part


def short(name: str) -> str:
    """Fit a name into one line of a menu: printable, and at most 60 characters and columns."""
    # Nearly every name is short and printable as it is, and a menu may hold tens of thousands.
    wide = may_be_wide(name)
    if not wide and len(name) <= LONGEST and name.isprintable():
        return name
    if name.isprintable() and _is_plain(name):
        # Where no file may be opened, nothing can be loaded either; a path that is to be shown then is mostly plain.
        return f"{name[: LONGEST - 1]}…"
    from tray.core.clusters import cleaned, cut  # noqa: PLC0415 - a prompt shows none but plain names

    printable = cleaned(name, " ")
    shown = printable if len(printable) <= LONGEST else cut(printable, LONGEST - 1) + "…"
    if not wide:
        return shown
    from tray.core.columns import fitted  # noqa: PLC0415 - few names have wide letters

    return fitted(shown, LONGEST)


def may_be_wide(text: str) -> bool:
    """Tell whether a letter of a text may take two columns: by itself, or as it is to look like a picture."""
    return not text.isascii() and any(each >= "\u231a" or "\u1100" <= each <= "\u115f" for each in text)


def _is_plain(line: str) -> bool:
    """Tell whether each character is one that is seen, and one column wide: Latin letters and usual punctuation."""
    return all(character < "\u0300" or "\u2010" <= character <= "\u2027" for character in line)


def whole(line: str) -> str:
    """Show a path or a line whole, without characters that a terminal might obey."""
    if line.isprintable():
        return line
    from tray.core.clusters import cleaned  # noqa: PLC0415 - a prompt shows none but plain names

    return cleaned(line, "?")


def wrapped(line: str) -> list[str]:
    """Break a line between words into lines of a menu: at most 60 columns each; a longer word is broken too."""
    if may_be_wide(line):
        from tray.core.columns import prose_anywhere  # noqa: PLC0415 - few menus hold wide letters

        # A picture that takes two columns may have many characters.
        return [part for each in prose_anywhere(whole(line), LONGEST) for part in _parts(each)]
    lines: list[str] = []
    for word in whole(line).split():
        if lines and len(lines[-1]) + 1 + len(word) <= LONGEST:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines += _parts(word)
    return lines


def _parts(word: str) -> list[str]:
    """Break a word, if it is longer than a line."""
    if _is_plain(word):  # As in `short`: it needs nothing that is still to be loaded.
        return [word[at : at + LONGEST] for at in range(0, len(word), LONGEST)] or [word]
    parts = []
    while len(word) > LONGEST:
        from tray.core.clusters import cut  # noqa: PLC0415 - few words are so long

        parts.append(cut(word, LONGEST))
        word = word.removeprefix(parts[-1])
    return [*parts, word]


def shell(word: str) -> str:
    """Show a word of a command as one types it in a shell; on Windows in cmd and PowerShell alike."""
    if sys.platform == "win32":
        plain = word and all(each.isalnum() or each in _PLAIN_IN_CMD for each in word)
        return whole(word if plain else f'"{word}"')
    import shlex  # noqa: PLC0415 - few messages name a command, and a prompt shows none

    return whole(shlex.quote(word))


_TREATMENTS = {"": short, "whole": whole, "shell": shell}


class _Field:
    """A value on its way into a template: a text, a path, a number, or several texts for a list."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, treatment: str) -> str:
        if isinstance(self.value, int):
            return str(self.value)
        if isinstance(self.value, float):
            return number(self.value)
        treat = _TREATMENTS[treatment]
        if isinstance(self.value, list | tuple):
            return listed([treat(str(each)) for each in self.value])
        return treat(str(self.value))


def _filled(template: str, fields: dict[str, object]) -> str:
    return template.format_map({name: _Field(value) for name, value in fields.items()})
