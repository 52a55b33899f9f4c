"""
The grammar of ``~/.aws/config``, line by line, exactly as botocore reads it.

botocore uses Python's ``RawConfigParser`` with its defaults and then splits indented blocks into keys of their own
(docs/facts: Config sections). Here reading and editing share one grammar, which also tells where each key stands.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

Value = str | dict[str, str]
"""The text of a key; for a key without text of its own, above an indented block, that block's keys."""

Settings = dict[str, Value]
"""Keys in lower case; those inside a block as they are written."""

SHARED = "DEFAULT"
"""A section whose keys every other section has too."""


class Fault(Enum):
    """Why botocore refuses a file."""

    NO_SECTION = auto()
    NO_VALUE = auto()
    NO_CLOSING_BRACKET = auto()
    NO_OPENING_BRACKET = auto()
    DUPLICATE_SECTION = auto()
    DUPLICATE_KEY = auto()
    BROKEN_BLOCK = auto()


class BrokenIni(Exception):
    """
    A file that botocore refuses.

    Args:
        fault: The reason.
        line: Number of the line, from 1.
        name: The section or key that it is about, of a bracket that is missing the header; empty where the line has
            none.
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

Subject = tuple[str, str] | None
"""`PROFILE` or `SSO_SESSION`, and a name; None for what is neither."""

_PLAIN_SUBJECT = re.compile(r"(profile|sso-session)[ \t]+([^ \t\r\n\"'\\]+)")
_WORDS = re.compile(r"[^ \t\r\n]+")


def subject(header: str) -> Subject:
    """
    Tell what a section of the config file describes, by its header.

    Returns:
        `PROFILE` or `SSO_SESSION`, and its name; None for anything else, also for a header that botocore passes over.
    """
    if plain := _PLAIN_SUBJECT.fullmatch(header):
        return plain[1], plain[2]
    for kind in (PROFILE, SSO_SESSION):
        if header.startswith(kind):
            words = _words(header)
            return (kind, words[1]) if len(words) == 2 else None
    return (PROFILE, DEFAULT_PROFILE) if header == DEFAULT_PROFILE else None


def section_name(header: str, kind: str) -> str | None:
    """Name what a section of some other kind describes, such as ``services``; None where the section is of none."""
    words = _words(header) if header.startswith(kind) else []
    return words[1] if len(words) == 2 else None


def _words(header: str) -> list[str]:
    """Split as a shell would; that is slow, and most headers need no more than spaces."""
    if not any(special in header for special in "\"'\\"):
        return _WORDS.findall(header)
    import shlex  # noqa: PLC0415 - few headers need it, and it is memory all day

    try:
        return shlex.split(header)
    except ValueError:
        return []


def text_of(settings: Settings, key: str) -> str | None:
    """Return the text of a key; None where it is missing, empty, or an indented block."""
    value = settings.get(key)
    return value if isinstance(value, str) and value else None


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


_HEADER_WITHOUT_OPENING = re.compile(r"((?:profile|sso-session|services)\s+[^\[\]]+|default)\]", re.IGNORECASE)


def missing_bracket(line: str) -> tuple[Fault, str] | None:
    """Tell which bracket a line lacks to be a header, and that header; None where it is no header either way."""
    content = line.strip()
    if (
        content.startswith("[")
        and "]" not in content
        and (inner := re.sub(r"\s[#;].*", "", content[1:]).strip(" \t})>"))
    ):
        return Fault.NO_CLOSING_BRACKET, inner
    found = _HEADER_WITHOUT_OPENING.fullmatch(content.lstrip("{(< "))
    return (Fault.NO_OPENING_BRACKET, found[1]) if found else None


def value_of(text: str) -> Value:
    """
    Turn the text of a key, all its lines as `walk` gives them, into its value.

    Raises:
        ValueError: An indented block has a line that is no key.
    """
    if not text.startswith("\n"):
        return text
    block: dict[str, str] = {}
    for line in text.splitlines():
        if content := line.strip():
            inner, delimiter, value = content.partition("=")
            if not delimiter:
                raise ValueError(content)
            block[inner.strip()] = value.strip()
    return block
