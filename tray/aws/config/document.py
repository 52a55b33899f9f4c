"""
A file of ``~/.aws``, parsed once: what it says to botocore, and every byte of it.

The text is cut at the headers. A section knows its own text and what that says; an edit gives it another text and
leaves all the others alone. What stands between two lines of one section cannot change what another one says, but for
a header that is indented so deep that it would go on with the value above it: `tray.aws.config.edit` sees to that.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.aws.config.grammar import (
    FAULT,
    HEADER,
    KEY,
    MORE,
    SHARED,
    BrokenIni,
    Fault,
    Settings,
    Subject,
    Value,
    missing_bracket,
    split_lines,
    subject,
    value_of,
    walk,
)
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem
from tray.core.words import config as config_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLAIN_SECTION = re.compile(
    r"\[(?<![^\r\n]\[)([^\[\]\r\n]++)\]\r?\n"
    r"(?:#[ -~]*+\r?\n)?+"
    r"((?:[a-z0-9_]++ ?= ?(?:[!-~]++(?: ++[!-~]++)*+)?\r?\n)*+)"
    r"(?:\r?\n)*+(?=\[[^\r\n]+\]|\Z)"
)
"""
A section as AWS programs write it, with nothing in it that needs `walk`: no comment but one right below the header,
where ours stand; no indentation, no block.

Its header begins a line, so that it is one whatever stands above it. Ten thousand of these are read in a tenth of the
time. Nothing in here is ever tried twice. Like `walk` it is held to what botocore reads.
"""

_PLAIN_KEY = re.compile(r"([^ =]+) ?= ?([^\r\n]*)\r?\n")
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(slots=True)
class Entry:
    """A key and its value, which can go on over indented lines."""

    key: str
    """In lower case, as keys are compared."""

    text: str
    """The value, with a line break where the file has one."""

    start: int
    """Index of the key's line in its section."""

    end: int
    """Index after the last line that adds to the value."""


class Section:
    """A section: from its header to the next; without a header what is above the first. It reads itself when asked."""

    __slots__ = ("_entries", "_settings", "_text", "about", "header")

    def __init__(
        self, header: str, text: str, *, settings: Settings | None = None, entries: list[Entry] | None = None
    ) -> None:
        self.header = header
        self.about = subject(header)
        """What it describes; see `subject`."""

        self._text = text
        self._settings = settings
        self._entries = entries

    @property
    def text(self) -> str:
        """All of it, byte for byte; another text must begin with the same header."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = text
        self._settings = self._entries = None

    @property
    def lines(self) -> list[str]:
        """Its lines, from the header on, with their ends; a new list each time."""
        return split_lines(self._text)

    @property
    def entries(self) -> list[Entry]:
        """Its keys, in the order of the file; lines that are no part of one are passed over."""
        if self._entries is None:
            self._entries = []
            for kind, index, name, value in walk(self.lines):
                _collect(self._entries, kind, index, name, value)
        return self._entries

    @property
    def settings(self) -> Settings:
        """What its own keys say; of two alike the last one counts. Raises ValueError for a broken block."""
        if self._settings is None:
            self._settings = {entry.key: value_of(entry.text) for entry in self.entries}
        return self._settings


def _collect(entries: list[Entry], kind: int, index: int, name: str, value: str) -> None:
    """Add what a line of a section says to the section's keys."""
    if kind == KEY:
        entries.append(Entry(name, value, index, index + 1))
    elif kind == MORE:
        entries[-1].text += f"\n{value}"
        entries[-1].end = index + 1


class Document:
    """
    A parsed file; also one that botocore refuses.

    Args:
        text: All of it.
        known: Sections of a file that botocore accepts, by what their text was then. One that is plain says the same in
            every file, and is taken over unless it was edited since.
    """

    def __init__(self, text: str, known: Mapping[str, Section] | None = None) -> None:
        self.head = Section("", "")
        """What stands above the first header."""

        self.sections: list[Section] = []
        self._doubtful = False
        """Whether there is a line that botocore refuses, or a key twice in a section."""

        known = known or {}
        position = 0
        for plain in _PLAIN_SECTION.finditer(text):
            header, whole, keys = plain.group(1, 0, 2)
            if plain.start() > position:
                self._read_lines(text[position : plain.start()])
            position = plain.end()
            section = known.get(whole)
            if section is None or section.text != whole:
                pairs = _PLAIN_KEY.findall(keys)
                settings = dict(pairs)
                self._doubtful |= len(settings) != len(pairs)
                section = Section(header, whole, settings=settings)
            self.sections.append(section)
        if position < len(text):
            self._read_lines(text[position:])

    def _read_lines(self, text: str) -> None:
        """Read a part of the file that begins with a header, or with the file."""
        lines = split_lines(text)
        headers: list[tuple[int, str, list[Entry]]] = []
        for kind, index, name, value in walk(lines):
            if kind == HEADER:
                headers.append((index, name, []))
            elif kind == FAULT:
                self._doubtful = True
            else:
                start, _, entries = headers[-1]
                _collect(entries, kind, index - start, name, value)
        ends = [*(index for index, _, _ in headers), len(lines)]
        self.head.text += "".join(lines[: ends[0]])
        for (start, name, entries), end in zip(headers, ends[1:], strict=True):
            self._doubtful |= len({entry.key for entry in entries}) != len(entries)
            self.sections.append(Section(name, "".join(lines[start:end]), entries=entries))

    def by_text(self) -> dict[str, Section]:
        """Find a section by its text; of several alike, one."""
        return {section.text: section for section in self.sections}

    @property
    def text(self) -> str:
        """All of the file, byte for byte."""
        return "".join([self.head.text, *(section.text for section in self.sections)])

    @property
    def newline(self) -> str:
        """How the file ends its lines: as it ends the first."""
        found = _LINE_END.search("".join(part.text for part in (self.head, *self.sections[:1])))
        return found[0] if found else "\n"

    def numbered(self) -> Iterator[tuple[int, Section]]:
        """List the sections, each with the index of its header's line in the file."""
        line = len(self.head.lines)
        for section in self.sections:
            yield line, section
            line += len(section.lines)

    def named(self, header: str) -> list[Section]:
        """
        Find the sections with a header; only a file that botocore refuses has several.

        Raises:
            ConfigProblem: There is none.
        """
        found = [section for section in self.sections if section.header == header]
        if not found:
            raise ConfigProblem(config_words.NO_SUCH_SECTION(section=header))
        return found

    def describing(self, about: Subject) -> list[Section]:
        """Find the sections that describe a profile or an sso-session; the last of them is the one that counts."""
        return [section for section in self.sections if section.about == about]

    def settings(self) -> dict[str, Settings]:
        """
        Tell what each section says, by header, in the order of the file; with what is shared by all.

        Raises:
            BrokenIni: botocore refuses the file.
        """
        headers = {section.header for section in self.sections}
        if self._doubtful or len(headers) != len(self.sections):
            self._check()
        own = [section for section in self.sections if section.header != SHARED]
        shared: Settings = {}
        try:
            if not own or SHARED not in headers:  # botocore looks at what is shared only through a section that has it
                return {section.header: section.settings for section in own}
            for section in self.sections:
                if section.header == SHARED:
                    shared |= section.settings
            return {section.header: shared | section.settings for section in own}
        except ValueError:
            self._check_blocks()
            # A block that is broken is shared, and each section has its own key instead: botocore never looks at it.
            for section in self.sections:
                if section.header == SHARED:
                    shared |= dict(_sound(section))
            return {section.header: shared | section.settings for section in own}

    def _check(self) -> None:
        """
        Look for a line that botocore refuses.

        Raises:
            BrokenIni: The first one.
        """
        headers: set[str] = set()
        shared: set[str] = set()
        above = 0
        for section in (self.head, *self.sections):
            if section.header in headers:
                raise BrokenIni(Fault.DUPLICATE_SECTION, above + 1, section.header)
            keys: set[str] = set()
            if section.header == SHARED:
                keys = shared
            else:
                headers.add(section.header)
            lines = section.lines
            for kind, index, name, _ in walk(lines):
                if kind == FAULT:
                    fault, header = missing_bracket(lines[index]) or (Fault[name], "")
                    raise BrokenIni(fault, above + index + 1, header)
                if kind == KEY:
                    if name in keys:
                        raise BrokenIni(Fault.DUPLICATE_KEY, above + index + 1, name)
                    keys.add(name)
            above += len(lines)

    def _check_blocks(self) -> None:
        above = len(self.head.lines)
        own = [{entry.key for entry in section.entries} for section in self.sections if section.header != SHARED]
        for section in self.sections:
            for entry in section.entries:
                try:
                    value_of(entry.text)
                except ValueError:
                    if section.header == SHARED and all(entry.key in keys for keys in own):
                        continue
                    raise BrokenIni(Fault.BROKEN_BLOCK, above + entry.start + 1, entry.key) from None
            above += len(section.lines)


def _sound(section: Section) -> Iterator[tuple[str, Value]]:
    for entry in section.entries:
        with suppress(ValueError):
            yield entry.key, value_of(entry.text)
