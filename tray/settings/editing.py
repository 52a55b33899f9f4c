"""Changes one setting in ``settings.toml``, and leaves every other byte as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tray.disk.files import replace_file
from tray.core.errors import ConfigProblem
from tray.core.model import Problem
from tray.settings.keys import SIGN_IN


def write_session_length(path: Path, sign_in: str, hours: float | None) -> None:
    """
    Set how long a sign-in lasts, and leave every other byte of the settings file as it is.

    Args:
        path: ``settings.toml``; may be missing.
        sign_in: Name of the sign-in.
        hours: The length; None to have it learned.

    Raises:
        ConfigProblem: The file cannot be read or written, or is written in a way that only its author can change.
    """
    try:
        path = path.resolve()  # A link, as into a collection of dot files, stays one.
        before = path.read_bytes().decode("utf-8") if path.exists() else ""
        after = _with_length(before, sign_in, hours)
        if not _differs_as_wanted(before, after, sign_in, hours):
            raise ConfigProblem(*_cannot_set_length(path, "it is written in a way that only you can change."))
        if after != before:
            replace_file(path, after.encode("utf-8"))
    except OSError as error:
        raise ConfigProblem(*_cannot_set_length(path, f"{error.strerror}.")) from error
    except ValueError as error:
        raise ConfigProblem(*_cannot_set_length(path, "it is not valid TOML.")) from error


def _cannot_set_length(path: Path, reason: str) -> Problem:
    return Problem("The session length could not be set.", f"Set it in {path}: {reason}")


def _with_length(document: str, sign_in: str, hours: float | None) -> str:
    """Change the one line, or add it; the caller checks that this is what came of it."""
    key = None if hours is None else f"length_hours = {hours:.15g}"
    lines = document.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    heads = [index for index, line in enumerate(lines) if line.lstrip().startswith("[")]
    own = next((index for index in heads if _means(lines[index], {SIGN_IN: {sign_in: {}}})), None)
    if own is None:
        if key is None:
            return document
        gap = "" if not document else end if document.endswith("\n") else end * 2
        return f"{document}{gap}[{SIGN_IN}.{json.dumps(sign_in, ensure_ascii=False)}]{end}{key}{end}"
    until = next((index for index in heads if index > own), len(lines))
    written = next((index for index in range(own + 1, until) if _sets_length(lines[index])), None)
    if written is not None:
        lines[written : written + 1] = [] if key is None else [key + end]
    elif key is not None:
        lines[own] = lines[own].rstrip("\r\n") + end
        lines.insert(own + 1, key + end)
    return "".join(lines)


def _means(line: str, document: Mapping[str, Any]) -> bool:
    return _parsed(line) == document


def _sets_length(line: str) -> bool:
    parsed = _parsed(line)
    return parsed is not None and parsed.keys() == {"length_hours"}


def _parsed(line: str) -> dict[str, Any] | None:
    import tomllib  # noqa: PLC0415 - as above

    try:
        return tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None


def _differs_as_wanted(before: str, after: str, sign_in: str, hours: float | None) -> bool:
    """Tell whether a change of the text did what was asked, and nothing else."""
    import tomllib  # noqa: PLC0415 - as above

    wanted, found = tomllib.loads(before), tomllib.loads(after)
    for document in (wanted, found):
        sign_ins = document.setdefault(SIGN_IN, {})
        if not isinstance(sign_ins, dict) or not isinstance(sign_ins.setdefault(sign_in, {}), dict):
            return False
    if hours is None:
        wanted[SIGN_IN][sign_in].pop("length_hours", None)
    else:
        wanted[SIGN_IN][sign_in]["length_hours"] = hours
    return wanted == found
