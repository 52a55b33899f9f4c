"""Changes one thing in the text of an INI file, and not one byte more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.aws.config.grammar import HEADER, KEY, MORE, split_lines, walk
from tray.core import text_config

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTE_ORDER_MARK = "\ufeff"
_KEY_LINE = re.compile(
    r"(?P<indent>\s*)(?P<key>[^=:]*?)(?P<before>\s*)(?P<delimiter>[=:])(?P<after>\s*)(?P<value>.*?)(?P<rest>\s*)",
    re.DOTALL,
)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


@dataclass(slots=True)
class Entry:
    """A key and its value, which can go on over indented lines."""

    key: str
    """In lower case, as keys are compared."""

    text: str
    """The value, with a line break where the file has one."""

    start: int
    """Index of the key's line."""

    end: int
    """Index after the last line that adds to the value."""


@dataclass(slots=True)
class Section:
    """A section: from its header to the next."""

    name: str
    """What stands between the brackets, verbatim."""

    start: int
    """Index of the header's line."""

    lines: list[str] = field(default_factory=list)
    """From the header on, with their ends."""

    entries: list[Entry] = field(default_factory=list)


def find_sections(text: str) -> list[Section]:
    """Find every section of a file, in order; what cannot be understood is passed over."""
    return _Text(text).sections


def set_value(text: str, section: str, key: str, value: str) -> str:
    """
    Give a key a value, on one line.

    A key that is there keeps its place, its spelling and the space around its ``=``. A new key follows the section's
    last one, in its style. Of sections or keys that are there twice the last one changes, as it is the one that counts.

    Args:
        text: The file.
        section: What stands between the brackets, verbatim.
        key: In any case.
        value: One line, without space around it.

    Raises:
        ConfigProblem: There is no such section, or the key or value cannot stand in an INI file.
    """
    if not _PLAIN_KEY.fullmatch(key):
        raise text_config.unfit_key(key)
    if value != value.strip() or not value.isprintable():
        raise text_config.unfit_value(key)
    parts = _Text(text)
    named = parts.named(section)
    entries = [entry for each in named for entry in each.entries if entry.key == key.lower()]
    if not entries:
        parts.insert(named[-1], key, value)
    elif entries[-1].text != value:
        parts.rewrite(entries[-1], value)
    return str(parts)


def remove_key(text: str, section: str, key: str) -> str:
    """
    Remove a key with its value; comments inside its value stay.

    Args:
        text: The file.
        section: What stands between the brackets, verbatim.
        key: In any case; where the section has no such key, nothing changes.

    Raises:
        ConfigProblem: There is no such section.
    """
    parts = _Text(text)
    for each in parts.named(section):
        for entry in each.entries:
            if entry.key == key.lower():
                parts.blank(entry.start, entry.end)
    return str(parts)


def add_section(text: str, section: str, values: Iterable[tuple[str, str]] = ()) -> str:
    """
    Add a section at the end of a file, after an empty line.

    Args:
        text: The file.
        section: What shall stand between the brackets.
        values: Its keys and values, as in `set_value`.

    Raises:
        ConfigProblem: There is such a section already, or something cannot stand in an INI file.
    """
    parts = _Text(text)
    if not section or not section.isprintable() or any(each.name == section for each in parts.sections):
        raise text_config.unfit_section(section)
    text = str(parts)
    if text and not parts.lines[-1].endswith(("\n", "\r")):
        text += parts.newline
    if parts.lines and parts.lines[-1].strip():
        text += parts.newline
    text += f"[{section}]{parts.newline}"
    for key, value in values:
        text = set_value(text, section, key, value)
    return text


def remove_section(text: str, section: str) -> str:
    """
    Remove a section: from its header to its last key, with the comments between, and the empty lines that follow.

    Comments below the last key stay, as they mostly speak of the section that comes next. If that one's header stands
    so deep that it would now be read as a part of the value above it, it moves to the left.

    Args:
        text: The file.
        section: What stands between the brackets, verbatim; where it is there twice, both go.

    Raises:
        ConfigProblem: There is no such section.
    """
    parts = _Text(text)
    for each in parts.named(section):
        parts.remove(each)
    return str(parts)


def fill_section(text: str, section: str, model: str) -> str:
    """
    Give a section the keys and blocks of another, verbatim, in place of its own; comments in both stay where they are.

    Args:
        text: The file.
        section: What stands between the brackets, verbatim.
        model: The lines of the section to be copied, from its header on.

    Returns:
        The same text where both say the same already.

    Raises:
        ConfigProblem: There is no such section.
    """
    parts, other = _Text(text), _Text(model)
    wanted, present = other.sections[0], parts.named(section)[-1]
    if {each.key: each.text for each in wanted.entries} != {each.key: each.text for each in present.entries}:
        parts.replace_entries(present, [line for each in wanted.entries for line in other.lines[each.start : each.end]])
    return str(parts)


def set_comment(text: str, section: str, mark: str, words: str | None) -> str:
    """
    Put a comment of ours right below a section's header, in place of an earlier one.

    Args:
        text: The file.
        section: What stands between the brackets, verbatim.
        mark: How the comment begins, which tells it from those of others.
        words: How it goes on, on one line; None removes it.

    Raises:
        ConfigProblem: There is no such section.
    """
    parts = _Text(text)
    found = parts.named(section)[-1]
    ours = [index for index, line in enumerate(found.lines, found.start) if line.lstrip().startswith(mark)]
    wanted = [] if words is None else [f"{mark}{words}"]
    if [parts.lines[index].rstrip("\r\n") for index in ours] != wanted:
        for index in ours:
            parts.lines[index] = ""
        for comment in wanted:
            parts.put_after(found.start, comment)
    return str(parts)


class _Text:
    """A file while it is edited: a line that goes becomes empty, a new one is added to the one above it."""

    def __init__(self, text: str) -> None:
        self.mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
        self.lines = split_lines(text.removeprefix(_BYTE_ORDER_MARK))
        self.sections: list[Section] = []
        for kind, index, name, value in walk(self.lines):
            if kind == HEADER:
                self.sections.append(Section(name, index))
            elif kind == KEY:
                self.sections[-1].entries.append(Entry(name, value, index, index + 1))
            elif kind == MORE:
                entry = self.sections[-1].entries[-1]
                entry.text += f"\n{value}"
                entry.end = index + 1
        ends = [*(section.start for section in self.sections[1:]), len(self.lines)]
        for section, end in zip(self.sections, ends, strict=False):
            section.lines = self.lines[section.start : end]

    def __str__(self) -> str:
        return self.mark + "".join(self.lines)

    @property
    def newline(self) -> str:
        """How this file ends its lines."""
        return (_end(self.lines[0]) if self.lines else "") or "\n"

    def named(self, name: str) -> list[Section]:
        found = [section for section in self.sections if section.name == name]
        if not found:
            raise text_config.no_such_section(name)
        return found

    def blank(self, start: int, end: int) -> None:
        """Remove lines, but no comments."""
        for index in range(start, end):
            if not _is_comment(self.lines[index]):
                self.lines[index] = ""

    def put_after(self, index: int, line: str) -> None:
        """Add a line; as the last one of a file it takes over whether that ends in a line break."""
        end = _end(self.lines[index])
        self.lines[index] += f"{line}{end}" if end else f"{self.newline}{line}"

    def rewrite(self, entry: Entry, value: str) -> None:
        parts = _parts(self.lines[entry.start])
        after = parts["after"] or ("" if parts["value"] or not parts["before"] else " ")
        head = f"{parts['indent']}{parts['key']}{parts['before']}{parts['delimiter']}{after}{value}"
        self.lines[entry.start] = head + parts["rest"] + _end(self.lines[entry.start])
        self.blank(entry.start + 1, entry.end)

    def insert(self, section: Section, key: str, value: str) -> None:
        style = next((parts for each in (section, *self.sections) if (parts := self._style(each))), None)
        equals = f"{style['before']}{style['delimiter']}{style['after']}" if style else " = "
        if section.entries:
            last = section.entries[-1]
            indent, index = _parts(self.lines[last.start])["indent"], last.end - 1
        else:
            indent, index = self._indent_after(section), section.start
        self.put_after(index, f"{indent}{key}{equals}{value}")

    def remove(self, section: Section) -> None:
        end = section.entries[-1].end if section.entries else section.start + 1
        while end < section.start + len(section.lines) and not self.lines[end].strip():
            end += 1
        self.lines[section.start : end] = [""] * (end - section.start)
        at = self.sections.index(section)
        del self.sections[at]
        above = self.sections[at - 1].entries if at else []
        if at < len(self.sections) and above:
            header, limit = self.sections[at].start, _indent(self.lines[above[-1].start])
            if len(_indent(self.lines[header])) > len(limit):
                self.lines[header] = limit + self.lines[header].lstrip()

    def replace_entries(self, target: Section, lines: list[str]) -> None:
        """Put lines of keys in place of a section's own."""
        block = [line for line in lines if not _is_comment(line)]
        if block and not _end(block[-1]):
            block[-1] += self.newline
        deeper = self._indent_after(target)
        if any(len(_indent(line)) < len(deeper) for line in block if line.strip()):
            block = [deeper + line if line.strip() else line for line in block]
        at = target.entries[0].start - 1 if target.entries else target.start
        for entry in target.entries:
            self.blank(entry.start, entry.end)
        if block and not _end(self.lines[at]):
            self.lines[at] += self.newline
        self.lines[at] += "".join(block)

    def _style(self, section: Section) -> dict[str, str] | None:
        """Take a section's last key with a value on its line as the model for a new one."""
        found = (_parts(self.lines[entry.start]) for entry in reversed(section.entries))
        return next((parts for parts in found if parts["value"]), None)

    def _indent_after(self, section: Section) -> str:
        """Return how far the next header is indented: above it, a key that is less so would swallow it."""
        following = next((each for each in self.sections if each.start > section.start), None)
        return _indent(self.lines[following.start]) if following else ""


def _parts(line: str) -> dict[str, str]:
    """Take the line of a key apart, without its end."""
    found = _KEY_LINE.fullmatch(line.removesuffix(_end(line)))
    return found.groupdict() if found else {}


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", ";"))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
