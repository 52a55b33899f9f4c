"""
What is wrong with where the files of ``~/.aws`` are looked for: with a variable that names one, or with what is there.

botocore expands ``~`` and variables in such a name, and takes everything that is no plain file for an empty one
(docs/facts: Profile choice). It says nothing of that, so this is where it is said.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tray.core.words import config as config_words
from tray.paths import CONFIG_VARIABLE, CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tray.core.message import Message

_VARIABLE: Final = re.compile(r"\$\{?\w+\}?|%\w+%")
_QUOTES: Final = "\"'`“”‘’«»"


class Place(NamedTuple):
    """Where a file is looked for."""

    path: Path
    """As botocore would open it."""

    variable: str
    """The variable that says so; empty for the usual place."""

    usual_name: str
    """How the file is called in its usual folder."""


def places(config: Path, credentials: Path, environ: Mapping[str, str]) -> tuple[Place, Place]:
    """Tell where both files are looked for, and why there."""
    return (
        Place(config, CONFIG_VARIABLE if environ.get(CONFIG_VARIABLE) else "", "config"),
        Place(credentials, CREDENTIALS_VARIABLE if environ.get(CREDENTIALS_VARIABLE) else "", "credentials"),
    )


def place_problems(config: Path, credentials: Path, environ: Mapping[str, str]) -> Iterator[Message]:
    """
    Tell of each file that no AWS program can find where it is looked for, and of variables that are empty.

    The null device is nobody's mistake.
    """
    for variable in (CONFIG_VARIABLE, CREDENTIALS_VARIABLE):
        if environ.get(variable) == "":
            yield config_words.PLACE_IS_EMPTY(variable=variable)
    for place in places(config, credentials, environ):
        if not _is_null(place.path) and (problem := place_problem(place)) is not None:
            yield problem


def place_problem(place: Place) -> Message | None:
    """Say why there can be no such file; None where there is one, or where one may be made."""
    path, variable, text = place.path, place.variable, str(place.path)
    if is_file(path):
        return None
    if os.path.isdir(path):  # noqa: PTH112 - as in `is_file`
        if not variable:
            return config_words.PLACE_IS_FOLDER(file=text)
        return config_words.VARIABLE_NAMES_FOLDER(variable=variable, inside=str(path / place.usual_name))
    if os.path.exists(path):  # noqa: PTH110 - as in `is_file`
        said = config_words.VARIABLE_NAMES_NO_FILE if variable else config_words.PLACE_IS_NO_FILE
        return said(variable=variable, file=text)
    return next(_faults(variable, text), None) if variable else None


def _faults(variable: str, text: str) -> Iterator[Message]:
    """Say what is wrong with a name of which there is no file."""
    bare, half = text.strip(_QUOTES), text[: len(text) // 2]
    if bare != text:
        yield config_words.VARIABLE_IS_QUOTED(variable=variable, corrected=bare)
    if text.strip() != text:
        yield config_words.VARIABLE_HAS_BLANKS(variable=variable, corrected=text.strip())
    several = [half] if half * 2 == text else [part for part in text.split(os.pathsep) if part not in {"", text}]
    if several:
        yield config_words.VARIABLE_NAMES_SEVERAL(variable=variable, one=next(filter(is_file, several), several[0]))
    if text.startswith("~"):
        yield config_words.VARIABLE_NAMES_NO_USER(variable=variable, user=re.split(r"[\\/]", text)[0])
    if (unset := _VARIABLE.search(text)) is not None:
        yield config_words.VARIABLE_HAS_UNSET(variable=variable, name=unset[0])
    if not os.path.isabs(text):  # noqa: PTH117 - a text
        yield config_words.VARIABLE_IS_RELATIVE(variable=variable, file=text)


def without_file(place: Place) -> Message | None:
    """Say that no sign-in is set up since a variable names a file that is not there; None where that is not why."""
    if not place.variable or is_file(place.path):
        return None
    said = config_words.NONE_IN_NULL if _is_null(place.path) else config_words.NONE_SINCE_MISSING
    return said(variable=place.variable, file=str(place.path))


def is_file(path: Path | str) -> bool:
    """Tell whether there is a plain file, as botocore does; a folder that cannot be entered has none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises there


def _is_null(path: Path) -> bool:
    return str(path).lower() == os.devnull.lower()
