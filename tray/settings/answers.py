"""Reads what a person types as a key and a value of the settings, without the quotes and brackets of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tray.core.errors import UsageProblem
from tray.core.words import settings as settings_words
from tray.settings.editing import Value
from tray.settings.keys import KEYS, SIGN_IN, SIGN_IN_KEYS, TOP, Name, keys_beside, spelled


def key_named(text: str) -> Name:
    """
    Find the key that was typed; the name of a sign-in may stand in quotes, or as it is, dots and all.

    Raises:
        UsageProblem: There is none; its hint names the nearest.
    """
    parts = text.split(".")
    if parts[0] == SIGN_IN and len(parts) > 2:
        name: Name = (SIGN_IN, _unquoted(".".join(parts[1:-1])), parts[-1])
    else:
        name = tuple(parts) if len(parts) > 1 else (TOP, text)
    if len(name) in {2, 3} and name[-1] in keys_beside(name):
        return name
    near = _near(name, text)
    raise UsageProblem(
        settings_words.NO_SUCH_KEY(name=text, near=near) if near else settings_words.NO_SUCH_KEY_AT_ALL(name=text)
    )


def value_for(name: Name, text: str) -> Value:
    """
    Read a value for a key: as TOML, as a text without quotes, or as a list without brackets, as the key has it.

    Raises:
        UsageProblem: It cannot be followed; its hint says what it should be.
    """
    _, read, expected = keys_beside(name)[name[-1]]
    value: Value
    for value in readings(text):
        with suppress(TypeError, ValueError):
            read(value)
            return value
    raise UsageProblem(settings_words.NOT_SUCH_A_VALUE(name=spelled(name), value=text, expected=expected()))


def readings(data: object) -> Iterator[Any]:
    """Give what may be meant by a text without TOML's quotes and brackets, or by a number or list of the registry."""
    if isinstance(data, str):
        yield from _readings(data)
    elif isinstance(data, list):
        yield [_item(part) for part in data]
        yield data
    elif isinstance(data, int):
        yield data
        yield [data]
        if data in {0, 1}:
            yield bool(data)


def _readings(text: str) -> Iterator[Any]:
    with suppress(ValueError):
        yield _toml(text)
    yield text
    if text.strip():
        yield [_item(part.strip()) for part in text.split(",")]
        yield [part.strip() for part in text.split(",")]


def _item(text: str) -> Any:
    try:
        return _toml(text)
    except ValueError:
        return text


def _toml(text: str) -> Any:
    import tomllib  # noqa: PLC0415 - only who changes a setting needs it

    document = tomllib.loads(f"value = {text}\n")
    if list(document) != ["value"]:
        raise ValueError(text)
    return document["value"]


def _unquoted(name: str) -> str:
    if name.startswith('"'):
        with suppress(ValueError):
            found = json.loads(name)
            return found if isinstance(found, str) else name
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == "'" else name


def _near(name: Name, text: str) -> str:
    """Name the key that was most likely meant; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    if name[0] == SIGN_IN and len(name) == 3:
        own = get_close_matches(name[-1], SIGN_IN_KEYS, 1, 0.5)
        return spelled((*name[:-1], own[0])) if own else ""
    known = {spelled((section, key)): key for section, keys in KEYS.items() for key in keys}
    whole = get_close_matches(text.casefold(), known, 1)
    by_key = [full for full, key in known.items() if get_close_matches(name[-1].casefold(), [key], 1, 0.7)]
    return next(iter((*whole, *by_key)), "")
