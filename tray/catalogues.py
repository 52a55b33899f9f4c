"""
Reads a catalogue of messages as gettext writes them (GNU gettext's manual, "The Format of GNU MO Files").

It stays as it is in the file, and is searched when a message is said: what Python's own `gettext` makes of one, a
table of all messages, is half a megabyte for the icon, which says few of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import ceil
from pathlib import Path

from tray.core.dataclass import dataclass, field
from tray.disk.plain import read_plain

_MAGIC = 0x950412DE
_LARGEST = 4 << 20
"""Bytes; a catalogue has about 150 KB."""

_CONTEXT = "\x04"
_FORMS = "\0"
_RULES: dict[str, Callable[[int], int]] = {"0": lambda _count: 0, "(n != 1)": lambda count: count != 1}
"""The most usual ones, for which nothing has to be loaded."""


@dataclass(frozen=True, slots=True)
class MoFile:
    """A compiled catalogue."""

    data: bytes
    count: int
    originals: int
    """Where the table of the originals begins, sorted."""

    translations: int
    rule: Callable[[int], int]
    """Gives the number of the form for a number of things."""

    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was looked up before."""

    def text(self, template: str, context: str = "") -> str:
        """Give the translation of a template; without one, the template."""
        forms = self._forms(f"{context}{_CONTEXT}{template}" if context else template)
        return forms[0] if forms and forms[0] else template

    def plural(self, one: str, many: str, count: float) -> str:
        """Give the form for a number of things; a fraction has that of the next whole number from 2 on."""
        forms = self._forms(f"{one}{_FORMS}{many}")
        number = int(count) if float(count).is_integer() else max(2, ceil(count))
        at = self.rule(abs(number))
        if at < len(forms) and forms[at]:
            return forms[at]
        return one if count == 1 else many

    def _forms(self, key: str) -> tuple[str, ...]:
        forms = self.found.get(key)
        if forms is None:
            forms = self.found[key] = tuple(self._look_up(key.encode()).decode().split(_FORMS))
        return forms

    def _look_up(self, key: bytes) -> bytes:
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._entry(self.originals, middle) < key:
                low = middle + 1
            else:
                high = middle
        there = low < self.count and self._entry(self.originals, low) == key
        return self._entry(self.translations, low) if there else b""

    def _entry(self, table: int, at: int) -> bytes:
        length, start = struct.unpack_from("<II", self.data, table + 8 * at)
        return self.data[start : start + length]


def read_catalogue(path: Path) -> MoFile:
    """
    Read a compiled catalogue, in UTF-8 and of the byte order that all build tools write.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no catalogue.
    """
    data = read_plain(path, _LARGEST)
    if len(data) < 20 or struct.unpack_from("<I", data)[0] != _MAGIC:
        raise ValueError("no catalogue")
    _, _, count, originals, translations = struct.unpack_from("<5I", data)
    if max(originals, translations) + 8 * count > len(data):
        raise ValueError("a catalogue that was cut off")
    header = MoFile(data, count, originals, translations, _RULES["0"]).text("") if count else ""
    return MoFile(data, count, originals, translations, _rule(header))


def _rule(header: str) -> Callable[[int], int]:
    """Read the rule of ``Plural-Forms``."""
    line = next((line for line in header.splitlines() if line.startswith("Plural-Forms:")), "")
    expression = line.partition("plural=")[2].rstrip("; ")
    usual = _RULES.get(expression or "(n != 1)")
    if usual is not None:
        return usual
    from gettext import c2py  # noqa: PLC0415 - few languages have another rule

    rule: Callable[[int], int] = c2py(expression)
    return rule
