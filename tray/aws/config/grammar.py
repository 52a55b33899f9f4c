"""
The grammar of ``~/.aws/config``, line by line, exactly as botocore reads it.

botocore uses Python's ``RawConfigParser`` with its defaults and then splits indented blocks into keys of their own
(AWS-SSO-FACTS section 5). Here reading and editing share one grammar, which also tells where each key stands.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterable, Iterator
from enum import Enum, auto

Value = str | dict[str, str]
"""The text of a key; for a key without text of its own, above an indented block, that block's keys."""

Settings = dict[str, Value]
"""Keys in lower case; those inside a block as they are written."""

_SHARED = "DEFAULT"
"""A section whose keys every other section has too."""


class Fault(Enum):
    """Why botocore refuses a file."""

    NO_SECTION = auto()
    NO_VALUE = auto()
    DUPLICATE_SECTION = auto()
    DUPLICATE_KEY = auto()
    BROKEN_BLOCK = auto()


class BrokenIni(Exception):
    """
    A file that botocore refuses.

    Args:
        fault: The reason.
        line: Number of the line, from 1.
        name: The section or key that it is about; empty where the line has none.
    """

    def __init__(self, fault: Fault, line: int, name: str = "") -> None:
        super().__init__(fault, line, name)
        self.fault = fault
        self.line = line
        self.name = name


HEADER, KEY, MORE, FAULT = range(4)
"""What a line is: the last but one adds to the value of the key above it. Plain numbers, for speed."""


PROFILE = "profile"
SSO_SESSION = "sso-session"
DEFAULT_PROFILE = "default"

_WORDS = re.compile(r"[^ \t\r\n]+")


def subject(header: str) -> tuple[str, str] | None:
    """
    Tell what a section of the config file describes.

    Args:
        header: What stands between the brackets.

    Returns:
        `PROFILE` or `SSO_SESSION`, and its name; None for anything else, also for a header that botocore passes over.
    """
    for kind in (PROFILE, SSO_SESSION):
        if header.startswith(kind):
            words = _words(header)
            return (kind, words[1]) if len(words) == 2 else None
    return (PROFILE, DEFAULT_PROFILE) if header == DEFAULT_PROFILE else None


def _words(header: str) -> list[str]:
    """Split as a shell would; that is slow, and most headers need no more than spaces."""
    if not any(special in header for special in "\"'\\"):
        return _WORDS.findall(header)
    try:
        return shlex.split(header)
    except ValueError:
        return []


def split_lines(text: str) -> list[str]:
    """Split a file into lines, each with its end: LF, CRLF or CR."""
    return list(io.StringIO(text, newline=""))


def walk(lines: Iterable[str]) -> Iterator[tuple[int, int, str, str]]:
    """
    Tell what each line of a file is.

    Yields:
        The kind of the line, its index, a name, and a value. Of a header: what stands between the brackets. Of a key:
        the key in lower case, and its value. Of a line that adds to a value: no name, and what it adds after a
        line break. Of a fault: the name of the `Fault`.
    """
    inside = False  # a section
    continuable = False
    indent = deepest = blanks = 0
    for index, line in enumerate(lines):
        content = line.strip()
        if not content:
            blanks += 1
            continue
        first = content[0]
        if first in "#;":
            continue
        indent = 0 if line[0] == first else len(line) - len(line.lstrip())
        if continuable and indent > deepest:
            yield MORE, index, "", "\n" * blanks + content
            blanks = 0
            continue
        deepest = indent
        blanks = 0
        if first == "[" and (close := content.rfind("]")) > 1:
            inside, continuable = True, False
            yield HEADER, index, content[1:close], ""
            continue
        key, delimiter, value = content.partition("=")
        if ":" in key:
            key, delimiter, value = content.partition(":")
        key = key.rstrip().lower()
        if not inside:
            yield FAULT, index, Fault.NO_SECTION.name, ""
        elif not key or not delimiter:
            yield FAULT, index, Fault.NO_VALUE.name, ""
        else:
            continuable = True
            yield KEY, index, key, value.lstrip()


def parse(text: str) -> dict[str, Settings]:
    """
    Read what each section of a file says, in the order of the file.

    Raises:
        BrokenIni: botocore refuses the file.
    """
    sections: dict[str, Settings] = {}
    shared: Settings = {}
    known = shared
    last, line = "", 0
    more: list[tuple[Settings, str, int, list[str]]] = []
    parts: list[str] | None = None
    for kind, index, name, value in walk(split_lines(text)):
        if kind == KEY:
            if name in known:
                raise BrokenIni(Fault.DUPLICATE_KEY, index + 1, name)
            known[name] = value
            last, line, parts = name, index + 1, None
        elif kind == HEADER:
            if name in sections:
                raise BrokenIni(Fault.DUPLICATE_SECTION, index + 1, name)
            known = shared if name == _SHARED else sections.setdefault(name, {})
        elif kind == MORE:
            if parts is None:
                parts = [str(known[last])]
                more.append((known, last, line, parts))
            parts.append(value)
        else:
            raise BrokenIni(Fault[name], index + 1)
    if sections:  # botocore looks at a value only through a section that has it
        for settings, key, line, value_lines in more:
            settings[key] = "\n".join(value_lines) if value_lines[0] else _block(value_lines, key, line)
    return {name: shared | settings for name, settings in sections.items()} if shared else sections


def _block(lines: list[str], key: str, line: int) -> dict[str, str]:
    """Split an indented block into keys of its own."""
    block: dict[str, str] = {}
    for each in "\n".join(lines).splitlines():
        if content := each.strip():
            inner, delimiter, value = content.partition("=")
            if not delimiter:
                raise BrokenIni(Fault.BROKEN_BLOCK, line, key)
            block[inner.strip()] = value.strip()
    return block
