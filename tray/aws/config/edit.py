"""
Edits of a document of ``~/.aws/config``: each changes one thing, and not one byte more.

A section is named by its header: what stands between the brackets, verbatim. Where there is none, it is a
`ConfigProblem`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tray.aws.config.document import Document, Entry, Section
from tray.core.clusters import is_clean
from tray.core.errors import ConfigProblem
from tray.core.words import config as config_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    Values = Iterable[tuple[str, str]]


class Keys(NamedTuple):
    """Keys with their blocks, as they are written in a section; none of none."""

    section: Section | None = None
    entries: Sequence[Entry] = ()


_KEY_LINE = re.compile(
    r"(?P<indent>\s*)(?P<key>[^=:]*?)(?P<before>\s*)(?P<delimiter>[=:])(?P<after>\s*)(?P<value>.*?)(?P<rest>\s*)",
    re.DOTALL,
)
NO_COMMENTS: Mapping[str, str] = MappingProxyType({})
_FIT_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


def set_value(document: Document, header: str, key: str, value: str) -> None:
    """
    Give a key a value, on one line.

    A key that is there keeps its place, its spelling and the space around its ``=``. A new key follows the section's
    last one, in its style. Of sections or keys that are there twice the last one changes, as it is the one that counts.

    Raises:
        ConfigProblem: There is no such section, or the key or value cannot stand in an INI file.
    """
    _check(key, value)
    named = document.named(header)
    found = [(section, entry) for section in named for entry in section.entries if entry.key == key.lower()]
    if not found:
        _insert(document, named[-1], key, value)
    elif found[-1][1].text != value:
        _rewrite(*found[-1], value)


def add_sections(document: Document, sections: Mapping[str, Values], comments: Mapping[str, str] = NO_COMMENTS) -> None:
    """
    Add sections at the end of a file, each after an empty line, in the style of the file's first key.

    Args:
        document: The file.
        sections: Keys with their values, by header.
        comments: What stands right below a header, as `set_comment` would put it there.

    Raises:
        ConfigProblem: There is such a section already, or something cannot stand in an INI file.
    """
    taken = {section.header for section in document.sections}
    newline = document.newline
    equals = _equals(document.sections)
    for header, values in sections.items():
        if not header or not is_clean(header) or header in taken:
            raise ConfigProblem(config_words.UNFIT_SECTION(section=header))
        lines = [f"[{header}]", *([comments[header]] if header in comments else ())]
        for key, value in values:
            _check(key, value)
            lines.append(f"{key}{equals}{value}")
        above = document.sections[-1] if document.sections else document.head
        end = above.lines[-1:]
        if end and not _end(end[0]):
            above.text += newline
        if end and end[0].strip():
            above.text += newline
        document.sections.append(Section(header, "".join(line + newline for line in lines)))


def remove_section(document: Document, header: str) -> None:
    """
    Remove a section: from its header to its last key, with the comments between, and the empty lines that follow.

    Comments below the last key stay, as they mostly speak of the section that comes next. If that one's header stands
    so deep that it would now be read as a part of the value above it, it moves to the left. Of two sections with one
    header both go.
    """
    for section in document.named(header):
        lines = section.lines
        end = section.entries[-1].end if section.entries else 1
        while end < len(lines) and not lines[end].strip():
            end += 1
        at = document.sections.index(section)
        del document.sections[at]
        above = document.sections[at - 1] if at else document.head
        above.text += "".join(lines[end:])
        if at < len(document.sections) and above.entries:
            following = document.sections[at]
            limit = _indent(above.lines[above.entries[-1].start])
            if len(_indent(following.text)) > len(limit):
                following.text = limit + following.text.lstrip()


def fill_section(document: Document, header: str, keys: Keys, *, kept: Collection[str] = ()) -> None:
    """
    Give a section the keys and blocks of another, verbatim, in place of its own; comments in both stay where they are.

    They come first in it; where they are there already, and nothing else but what is kept, nothing changes.

    Args:
        document: The file.
        header: Of the section.
        keys: Those wanted.
        kept: Keys of the section's own that stay where they are.
    """
    section = document.named(header)[-1]
    wanted, own = keys.entries, [entry for entry in section.entries if entry.key not in kept]
    if {each.key: each.text for each in wanted} == {each.key: each.text for each in own} and (
        own == section.entries[: len(own)]
    ):
        return
    source = keys.section.lines if keys.section else []
    block = [line for each in wanted for line in source[each.start : each.end] if not _is_comment(line)]
    for at, (above, line) in enumerate(pairwise(block), 1):
        if above.endswith("\r") and line == "\n":  # Without the comment that stood between, they would be one line.
            block[at] = "\r\n"
    if block and not _end(block[-1]):
        block[-1] += document.newline
    lines = section.lines
    first = next((_indent(lines[entry.start]) for entry in section.entries if entry.key in kept), "")
    deeper = max(_indent_below(document, section), first, key=len)
    if any(len(_indent(line)) < len(deeper) for line in block if line.strip()):
        block = [deeper + line if line.strip() else line for line in block]
    at = section.entries[0].start - 1 if section.entries else 0
    for entry in own:
        _blank(lines, entry.start, entry.end)
    if block and not _end(lines[at]):
        lines[at] += document.newline
    lines[at] += "".join(block)
    section.text = "".join(lines)


def set_comment(document: Document, header: str, mark: str, words: str | None) -> None:
    """
    Put a comment of ours right below a section's header, in place of an earlier one; without words remove it.

    It begins with the mark, which tells it from comments of others.
    """
    section = document.named(header)[-1]
    lines = section.lines
    ours = [index for index, line in enumerate(lines) if line.lstrip().startswith(mark)]
    wanted = [] if words is None else [f"{mark}{words}"]
    if [lines[index].rstrip("\r\n") for index in ours] == wanted:
        return
    for index in ours:
        lines[index] = ""
    for comment in wanted:
        _put_after(lines, 0, comment, document.newline)
    section.text = "".join(lines)


def rename_section(document: Document, header: str, corrected: str) -> None:
    """Write another header above a section; what stands beside the brackets stays."""
    section = document.named(header)[0]
    document.sections[document.sections.index(section)] = _renamed(section, corrected)


def rename_sections(document: Document, headers: Mapping[str, str]) -> None:
    """Write other headers above several sections at once, so that they may change places; by the header they have."""
    document.sections = [
        _renamed(section, headers[section.header]) if section.header in headers else section
        for section in document.sections
    ]


def _renamed(section: Section, header: str) -> Section:
    first, *rest = section.lines
    before, _, inner = first.partition("[")
    _, _, after = inner.rpartition("]")
    return Section(header, "".join([f"{before}[{header}]{after}", *rest]))


def _check(key: str, value: str) -> None:
    if not _FIT_KEY.fullmatch(key):
        raise ConfigProblem(config_words.UNFIT_KEY(key=key))
    if value != value.strip() or not is_clean(value):
        raise ConfigProblem(config_words.UNFIT_VALUE(key=key))


def _rewrite(section: Section, entry: Entry, value: str) -> None:
    """Put another value in place of an entry's own."""
    lines = section.lines
    parts = _parts(lines[entry.start])
    after = parts["after"] or ("" if parts["value"] or not parts["before"] else " ")
    head = f"{parts['indent']}{parts['key']}{parts['before']}{parts['delimiter']}{after}{value}"
    lines[entry.start] = head + parts["rest"] + _end(lines[entry.start])
    _blank(lines, entry.start + 1, entry.end)
    section.text = "".join(lines)


def _insert(document: Document, section: Section, key: str, value: str) -> None:
    """Add a key below the last one of a section."""
    lines = section.lines
    if section.entries:
        last = section.entries[-1]
        indent, index = _parts(lines[last.start])["indent"], last.end - 1
    else:
        indent, index = _indent_below(document, section), 0
    equals = _equals((section, *document.sections))
    _put_after(lines, index, f"{indent}{key}{equals}{value}", document.newline)
    section.text = "".join(lines)


def _put_after(lines: list[str], index: int, line: str, newline: str) -> None:
    """Add a line; as the last one of a file it takes over whether that ends in a line break."""
    end = _end(lines[index])
    lines[index] += f"{line}{end}" if end else f"{newline}{line}"


def _blank(lines: list[str], start: int, end: int) -> None:
    """Remove lines, but no comments."""
    for index in range(start, end):
        if not _is_comment(lines[index]):
            lines[index] = ""


def _equals(sections: Iterable[Section]) -> str:
    """Take the ``=`` of a new key, with the space around it, from the first section that has a key with a value."""
    for section in sections:
        lines = section.lines if section.entries else []
        for entry in reversed(section.entries):
            parts = _parts(lines[entry.start])
            if parts["value"]:
                return f"{parts['before']}{parts['delimiter']}{parts['after']}"
    return " = "


def _indent_below(document: Document, section: Section) -> str:
    """Return how far the next header is indented: above it, a key that is less so would swallow it."""
    following = document.sections.index(section) + 1
    return _indent(document.sections[following].text) if following < len(document.sections) else ""


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
