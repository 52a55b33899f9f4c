"""What is true of every message, whichever it is: it is whole, on one line, and says all that it was told."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from support.build import NOW, utc

from tray import core
from tray.core import text_setup
from tray.core.errors import TrayError


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(core.__path__, "tray.core."):
        if re.search(r"\.(text|words)", found.name):
            yield importlib.import_module(found.name)


_MESSAGES: dict[str, Callable[..., object]] = {
    f"{module.__name__.removeprefix('tray.core.')}.{name}": value
    for module in _modules()
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
}
_CONSTANTS: dict[str, object] = {
    f"{module.__name__.removeprefix('tray.core.')}.{name}": value
    for module in _modules()
    for name, value in vars(module).items()
    if not name.startswith("_") and isinstance(value, str | tuple)
}


def _samples(kind: Any, name: str) -> list[Any]:
    """Believable values of a type, for an argument or a field of a name."""
    plain: dict[Any, list[Any]] = {
        str: [f"the-{name}".replace("_", "-")],
        object: [f"the-{name}".replace("_", "-")],
        bool: [False, True],
        int: [1, 3],
        float: [0.5, 9.0],
        datetime: [NOW],
        timedelta: [timedelta(minutes=1), timedelta(hours=8)],
        NoneType: [None],
        Callable[[datetime], datetime]: [utc],
    }
    kind = getattr(kind, "__supertype__", kind)
    if name == "question":  # one of those that a set-up asks
        return [text_setup.START_URL]
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        return [kind(**arguments) for arguments in _arguments(kind)]
    return _composed(get_origin(kind), get_args(kind), name)


def _composed(origin: Any, inner: tuple[Any, ...], name: str) -> list[Any]:
    if origin in {Union, UnionType}:
        return [value for each in inner for value in _samples(each, name)]
    if callable(getattr(origin, "keys", None)):
        return [{f"the-key-{number}": _samples(inner[1], name)[0] for number in range(2)}]
    each = _samples(inner[0], name)
    return [tuple(itertools.islice(itertools.cycle(each), count)) for count in (1, 5)]


def _arguments(made: Callable[..., object]) -> list[dict[str, Any]]:
    """Arguments for each case of a message: each value of each, with the first of the others; and the last of all."""
    kinds = get_type_hints(made)
    samples = {name: _samples(kind, name) for name, kind in kinds.items() if name != "return"}
    first = {name: values[0] for name, values in samples.items()}
    others = [first | {name: value} for name, values in samples.items() for value in values[1:]]
    return [first, *others, {name: values[-1] for name, values in samples.items()}]


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [said]
    if isinstance(said, TrayError):
        return [said.title, said.hint]
    if isinstance(said, tuple):
        return [text for each in said for text in _texts(each)]
    if dataclasses.is_dataclass(said):
        return [text for field in dataclasses.fields(said) for text in _texts(getattr(said, field.name))]
    return []


_PLACEHOLDERS = {"{account_id}", "{account_name}", "{role}", "{session}"}
"""What a name pattern may hold; a person reads these as they are."""

_SPOILT = re.compile(
    r"\bNone\b|\{\w*\}|\t|[a-z]  [a-z]|^ |\.\.|[a-z] [.,;:]( |$)|“”|\(\)|\[\]| object at |datetime|timedelta"
    r"|\b1 (account|name|profile|role|sign-in)s\b"
)


def _spoilt(texts: list[str]) -> list[str]:
    return [found[0] for text in texts for found in _SPOILT.finditer(text) if found[0] not in _PLACEHOLDERS]


@pytest.mark.parametrize("message", _MESSAGES)
def test_a_message_is_whole_and_leaves_out_nothing_that_it_was_told(message: str) -> None:
    for arguments in _arguments(_MESSAGES[message]):
        texts = _texts(_MESSAGES[message](**arguments))
        assert not _spoilt(texts), (texts, arguments)
        assert "\n" not in "".join(texts)
        if False not in arguments.values():  # a thing may be asked for that leaves out another
            assert [value for name, value in arguments.items() if _must_be_said(name, value, texts)] == [], texts


def _must_be_said(name: str, value: object, texts: list[str]) -> bool:
    said = not isinstance(value, str) or isinstance(value, Enum) or value in " ".join(texts)
    return not said and name != "question" and not name.startswith("_")


@pytest.mark.parametrize("message", _CONSTANTS)
def test_a_message_that_is_always_the_same_is_whole(message: str) -> None:
    texts = _texts(_CONSTANTS[message])
    assert not _spoilt(texts)


def test_the_messages_are_found() -> None:
    assert len(_MESSAGES) > 100
    assert len(_CONSTANTS) > 30
