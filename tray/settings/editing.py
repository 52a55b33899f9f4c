"""Writes one setting into ``settings.toml``, and leaves every other byte as it is."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tray.core.errors import ConfigProblem, TrayError
from tray.core.words import settings as settings_words
from tray.disk.files import update_file
from tray.settings.keys import SIGN_IN, Name, spelled

Value = str | bool | float | list[str] | list[float]
"""What a key can hold, as TOML reads it; a whole number is one of the numbers."""


class Written(NamedTuple):
    """The contents of a file before and after a change."""

    before: bytes
    after: bytes


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
    try:
        _write(path, (SIGN_IN, sign_in, "length_hours"), hours)
    except TrayError as problem:
        raise ConfigProblem(settings_words.LENGTH_NOT_SET(reason=problem.message.in_one_line)) from problem


def write_setting(
    path: Path, name: Name, value: Value | None, *, allow: Callable[[bytes], object] = lambda _data: None
) -> Written:
    """
    Set one key, and leave every other byte of the settings file as it is.

    Args:
        path: ``settings.toml``; may be missing. A symbolic link stays one.
        name: Which key.
        value: What it is to be; None to take it out, so that the site's or the default counts.
        allow: Is told what the file holds right before it is replaced, and raises `ConfigProblem` to have it stay.

    Raises:
        ConfigProblem: The file cannot be read or written, or is written in a way that only its author can change.
    """
    try:
        return _write(path, name, value, allow)
    except TrayError as problem:
        raise ConfigProblem(settings_words.NOT_SET(name=spelled(name), reason=problem.message.in_one_line)) from problem


def undo_setting(path: Path, name: Name, written: Written) -> None:
    """
    Undo what `write_setting` did: to the byte where the file is as it was left, else for that key alone.

    Raises:
        ConfigProblem: That key has been changed since, or as for `write_setting`; the file is as it was.
    """
    before, after = value_in(written.before, name), value_in(written.after, name)

    def change(data: bytes) -> bytes:
        if data == written.after:
            return written.before
        if not same(value_in(data, name), after):
            raise ConfigProblem(settings_words.CHANGED_SINCE())
        return _changed(path, data, name, before)

    try:
        update_file(path, change, lock=None)
    except TrayError as problem:
        raise ConfigProblem(settings_words.NOT_SET(name=spelled(name), reason=problem.message.in_one_line)) from problem


def value_in(data: bytes, name: Name) -> Any:
    """Give what the contents of a file say about a key, followed or not; None for nothing."""
    return found_in(document_in(data), name)


def document_in(data: bytes) -> Mapping[str, Any]:
    """Give all that the contents of a file say; nothing where they are not valid TOML."""
    try:
        return _parsed(data.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def found_in(document: Mapping[str, Any], name: Name) -> Any:
    """Give what a file says about a key; None for nothing."""
    found: Any = document
    for part in filter(None, name):  # What stands before any section has none.
        found = found.get(part) if isinstance(found, dict) else None
    return found


def same(one: object, other: object) -> bool:
    """Tell whether two values of a file are the same: true is not 1."""
    return repr(one) == repr(other)


def _write(
    path: Path, name: Name, value: Value | None, allow: Callable[[bytes], object] = lambda _data: None
) -> Written:
    written = Written(b"", b"")

    def change(data: bytes) -> bytes:
        nonlocal written
        allow(data)
        written = Written(data, _changed(path, data, name, value))
        return written.after

    update_file(path, change, lock=None)
    return written


def _changed(path: Path, data: bytes, name: Name, value: Value | None) -> bytes:
    """Give the contents with one key changed; raises `ConfigProblem` where only their author can do that."""
    name = tuple(filter(None, name))  # What stands before any section has none.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""  # By Notepad or PowerShell.
    try:
        before = data[len(mark) :].decode("utf-8")
        wanted = _parsed(before)
    except (ValueError, RecursionError) as error:
        raise ConfigProblem(settings_words.CORRECT_FIRST(file=path)) from error
    only_yours = ConfigProblem(settings_words.ONLY_YOURS_TO_CHANGE(file=path, key=name[-1]))
    try:
        after = _with_value(before, name, value)
        lines = _lines_of(before, name)
        as_wanted = _means(after, wanted, name, value) and _lines_gone(before, after) <= lines
    except Exception as error:  # whatever the library stumbles over
        raise only_yours from error
    if not as_wanted:
        raise only_yours
    return mark + after.encode("utf-8")


def _with_value(document: str, name: Name, value: Value | None) -> str:
    """Change the one key, or add it; the caller checks that this is what came of it."""
    import tomlkit  # noqa: PLC0415 - 15 ms and 2 MB, for what is seldom done
    from tomlkit.items import InlineTable, Table  # noqa: PLC0415 - likewise

    written = tomlkit.parse(document)
    *sections, key = name
    if not sections:
        return _with_ends_of(document, _with_top(written, document, key, value))
    above: list[Any] = [written]
    for section in sections[:-1]:
        above.append(above[-1].get(section, {}))
    own: Any = above[-1].get(sections[-1])
    if value is None:
        if own is not None:
            own.pop(key, None)
    elif own is None and isinstance(above[-1], InlineTable):
        above[-1][sections[-1]] = {key: value}
    elif own is None:
        gap = "" if not document else "\n" if document.endswith("\n") else "\n\n"
        # The name of a section is ours, that of a sign-in may be anything.
        heading = ".".join((*sections[:1], *(tomlkit.string(each).as_string() for each in sections[1:])))
        return _with_ends_of(document, f"{document}{gap}[{heading}]\n{key} = {tomlkit.item(value).as_string()}\n")
    elif key not in own and all(isinstance(each, Table) for each in (*above[1:], own)) and not own.is_super_table():
        # Right below its heading: what follows the last key may belong to the next one.
        line = tomlkit.item(value)
        own.trivia.trail = own.trivia.trail or "\n"
        line.trivia.trail = "\n"
        own.value.body.insert(0, (tomlkit.key(key), line))
    else:
        own[key] = value
    return _with_ends_of(document, written.as_string())


def _with_top(written: Any, document: str, key: str, value: Value | None) -> str:
    """Change what stands before any section, or add it as the first line."""
    import tomlkit  # noqa: PLC0415 - as above

    if value is None:
        written.pop(key, None)
    elif key in written:
        written[key] = value
    else:
        line = f"{key} = {tomlkit.item(value).as_string()}\n"
        return f"{line}\n{document}" if document else line
    text: str = written.as_string()
    return text


def _lines_of(document: str, name: Name) -> int:
    """
    Count the lines that a value takes, at least 1, which may go with it.

    Raises:
        ValueError: There are comments inside it, which would be lost.
    """
    import tomlkit  # noqa: PLC0415 - as above

    found: Any = tomlkit.parse(document)
    for part in name:
        if part not in found:
            return 1
        found = found[part]
    if isinstance(found, bool):  # The library hands these out bare.
        return 1
    text: str = found.as_string()
    if "\n" in text and "#" in text:
        raise ValueError(name)
    return 1 + text.count("\n")


def _with_ends_of(document: str, after: str) -> str:
    """End new lines as a document of Windows ends all of its own."""
    if "\r\n" in document and "\n" not in document.replace("\r\n", ""):
        return after.replace("\r\n", "\n").replace("\n", "\r\n")
    return after


def _parsed(document: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only who changes a setting needs it

    return tomllib.loads(document)


def _means(after: str, before: dict[str, Any], name: Name, value: Value | None) -> bool:
    """Tell whether a changed text says what was asked, and all else that was said before; changes ``before``."""
    found = _parsed(after)
    *sections, key = name
    of_one, of_one_before = found, before
    for section in sections:
        of_one, of_one_before = (each.setdefault(section, {}) for each in (of_one, of_one_before))
    said = of_one.pop(key, None)
    of_one_before.pop(key, None)
    return said == value and isinstance(said, bool) is isinstance(value, bool) and found == before


def _lines_gone(before: str, after: str) -> int:
    """Count the lines of a text that are not in another one, byte for byte and in the same order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _alike(old, new)
    return len(old) - start - _alike(old[start:][::-1], new[start:][::-1])


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """Count the lines at the beginning that are the same."""
    differing = (index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differing, min(len(old), len(new)))
