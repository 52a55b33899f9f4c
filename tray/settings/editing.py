"""Writes one setting into ``settings.toml``, and leaves every other byte as it is."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tray.core.errors import ConfigProblem, TrayError
from tray.core.words import settings as settings_words
from tray.disk.files import update_file
from tray.settings.keys import SIGN_IN

_LENGTH = "length_hours"


def write_session_length(path: Path, sign_in: str, hours: float | None) -> None:
    """
    Set how long a sign-in lasts, and leave every other byte of the settings file as it is.

    Args:
        path: ``settings.toml``; may be missing. A symbolic link stays one.
        sign_in: Name of the sign-in.
        hours: The length; None to have it learned.

    Raises:
        ConfigProblem: The file cannot be read or written, or is written in a way that only its author can change.
    """

    def change(data: bytes) -> bytes:
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""  # By Notepad or PowerShell.
        try:
            before = data[len(mark) :].decode("utf-8")
            wanted = _parsed(before)
        except (ValueError, RecursionError) as error:
            raise ConfigProblem(settings_words.CORRECT_FIRST(file=path)) from error
        try:
            after = _with_length(before, sign_in, hours)
            as_wanted = _means(after, wanted, sign_in, hours) and _differs_in_one_line(before, after)
        except Exception as error:  # whatever the library stumbles over
            raise ConfigProblem(settings_words.ONLY_YOURS_TO_CHANGE(file=path)) from error
        if not as_wanted:
            raise ConfigProblem(settings_words.ONLY_YOURS_TO_CHANGE(file=path))
        return mark + after.encode("utf-8")

    try:
        update_file(path, change, lock=None)
    except TrayError as problem:
        raise ConfigProblem(settings_words.LENGTH_NOT_SET(reason=problem.message.in_one_line)) from problem


def _with_length(document: str, sign_in: str, hours: float | None) -> str:
    """Change the one line, or add it; the caller checks that this is what came of it."""
    import tomlkit  # noqa: PLC0415 - 15 ms and 2 MB, for what is seldom done
    from tomlkit.items import InlineTable, Table  # noqa: PLC0415 - likewise

    written = tomlkit.parse(document)
    sign_ins: Any = written.get(SIGN_IN, {})
    own: Any = sign_ins.get(sign_in)
    value = int(hours) if hours is not None and hours == int(hours) else hours
    if value is None:
        if own is not None:
            own.pop(_LENGTH, None)
    elif own is None and isinstance(sign_ins, InlineTable):
        sign_ins[sign_in] = {_LENGTH: value}
    elif own is None:
        gap = "" if not document else "\n" if document.endswith("\n") else "\n\n"
        heading = f"[{SIGN_IN}.{tomlkit.string(sign_in).as_string()}]"
        return _with_ends_of(document, f"{document}{gap}{heading}\n{_LENGTH} = {value}\n")
    elif _LENGTH not in own and all(isinstance(each, Table) for each in (sign_ins, own)) and not own.is_super_table():
        # Right below its heading: what follows the last key may belong to the next one.
        line = tomlkit.item(value)
        own.trivia.trail = own.trivia.trail or "\n"
        line.trivia.trail = "\n"
        own.value.body.insert(0, (tomlkit.key(_LENGTH), line))
    else:
        own[_LENGTH] = value
    return _with_ends_of(document, written.as_string())


def _with_ends_of(document: str, after: str) -> str:
    """End new lines as a document of Windows ends all of its own."""
    if "\r\n" in document and "\n" not in document.replace("\r\n", ""):
        return after.replace("\r\n", "\n").replace("\n", "\r\n")
    return after


def _parsed(document: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only who changes a setting needs it

    return tomllib.loads(document)


def _means(after: str, before: dict[str, Any], sign_in: str, hours: float | None) -> bool:
    """Tell whether a changed text says what was asked, and all else that was said before; changes ``before``."""
    found = _parsed(after)
    of_one, of_one_before = (each.setdefault(SIGN_IN, {}).setdefault(sign_in, {}) for each in (found, before))
    length = of_one.pop(_LENGTH, None)
    of_one_before.pop(_LENGTH, None)
    return length == hours and found == before


def _differs_in_one_line(before: str, after: str) -> bool:
    """Tell whether every line of a text but one is in another one, byte for byte and in the same order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _alike(old, new)
    return len(old) - start - _alike(old[start:][::-1], new[start:][::-1]) <= 1


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """Count the lines at the beginning that are the same."""
    differing = (index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differing, min(len(old), len(new)))
