"""
Reads and writes desktop entries, as far as a start at login needs them.

Source of the rules: Desktop Entry Specification 1.5, "Basic format of the file", "Possible value types" and "The Exec
key". Reading is tolerant; what is written is understood by GLib, KDE and every tool that goes by the specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tray.core import text_autostart

GROUP = "Desktop Entry"
_BLANK = " \t\r"
_RESERVED = re.compile(r"""[\s"'\\><~|&;$*?#()`]""")
_ESCAPED_IN_QUOTES = re.compile(r'(["`$\\])')
_ENV = "/usr/bin/env"
_STRING_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_ESCAPED_IN_STRINGS = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


class NotAnEntry(ValueError):
    """The text is no desktop entry; why, in words."""


def read_group(text: str) -> dict[str, str]:
    """
    Read the values of the group that counts, as they are written. Of a key that is given twice, the last one counts.

    Raises:
        NotAnEntry: There is no such group.
    """
    values: dict[str, str] | None = None
    inside = False
    for line in text.split("\n"):  # A path may hold any other character that Python takes for the end of a line.
        stripped = line.strip(_BLANK)
        if stripped.startswith("["):
            inside = stripped == f"[{GROUP}]"
            if inside and values is None:
                values = {}
        elif inside and values is not None and "=" in stripped and not stripped.startswith("#"):
            key, _, value = stripped.partition("=")
            values[key.rstrip(_BLANK)] = value.lstrip(_BLANK)
    if values is None:
        raise NotAnEntry(text_autostart.NO_COMMAND)
    return values


def write_group(values: Mapping[str, str]) -> str:
    """Write a file with one group; the values are escaped already."""
    return "".join([f"[{GROUP}]\n", *(f"{key}={value}\n" for key, value in values.items())])


def string(value: str) -> str:
    """Undo the escapes that every string value may have."""
    return re.sub(r"\\(.)", lambda found: _STRING_ESCAPES.get(found[1], found[0]), value, flags=re.DOTALL)


def escaped(value: str) -> str:
    """Escape a string value; a space at its beginning would be lost otherwise."""
    written = value.translate(_ESCAPED_IN_STRINGS)
    return f"\\s{written[1:]}" if written.startswith(" ") else written


def truth(value: str | None) -> bool:
    """Tell whether a boolean is true; those of old files are 0 and 1."""
    return value is not None and value.strip().lower() in {"true", "1"}


def listed(value: str) -> list[str]:
    """Split a list of strings."""
    return [item for item in value.split(";") if item]


def exec_line(command: tuple[str, ...]) -> str:
    """Write a command as a value of ``Exec``: quoted where need be, no field code in it."""
    if "%" in command[0] and _fits_env(command[0]):
        # GLib (2.74) looks for the program before it makes one percent sign of two, and so does not find it.
        command = (_ENV, *command)
    return escaped(" ".join(_quoted(word.replace("%", "%%")) for word in command))


def _quoted(word: str) -> str:
    if word and not _RESERVED.search(word):
        return word
    inside = _ESCAPED_IN_QUOTES.sub(r"\\\1", word)
    return f'"{inside}"'


def command_of(value: str) -> tuple[str, ...]:
    """
    Read a value of ``Exec``; field codes stand for files to open, of which there are none here.

    Raises:
        NotAnEntry: A quote is not closed, or there is no program.
    """
    words = [plain for word in _words(string(value)) if (plain := _without_codes(word)) is not None]
    if not words or not words[0]:
        raise NotAnEntry(text_autostart.NO_COMMAND)
    return tuple(words[1:] if words[0] == _ENV and len(words) > 1 and _fits_env(words[1]) else words)


def _fits_env(program: str) -> bool:
    """Tell whether ``env`` takes a word for the program rather than for a variable or an option."""
    return "=" not in program and not program.startswith("-")


def _words(line: str) -> list[str]:
    """Split into words as the specification has it, and as GLib does with what the specification leaves open."""
    words: list[str] = []
    word: str | None = None
    quote = ""
    characters = iter(line)
    for character in characters:
        if quote:
            if character == quote:
                quote = ""
            elif character == "\\" and quote == '"':
                following = next(characters, "")
                word = (word or "") + (following if following in '"`$\\' else f"\\{following}")
            else:
                word = (word or "") + character
        elif character in {'"', "'"}:
            quote, word = character, word or ""
        elif character == "\\":
            word = (word or "") + next(characters, "")
        elif character in " \t\n":
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + character
    if quote:
        raise NotAnEntry(text_autostart.NO_COMMAND)
    return words if word is None else [*words, word]


def _without_codes(word: str) -> str | None:
    """Expand ``%%``, drop the other field codes, and the word where it was nothing else."""
    if re.fullmatch(r"%[a-zA-Z]", word):
        return None
    return re.sub(r"%(.)", lambda found: "%" if found[1] == "%" else "", word)
