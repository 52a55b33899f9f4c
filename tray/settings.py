"""The person's settings: ``settings.toml``, every key with a default (DESIGN section 9)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tray.core import quiet
from tray.core.errors import ConfigProblem
from tray.core.model import Problem, Settings, SignInSettings
from tray.core.text import short

TEMPLATE = """\
# Settings of SSO Tray. A line that begins with # is not in force; the values shown are the defaults.

[notify]
# lead_minutes = [15]       # remind so many minutes before a sign-in ends; fractions are allowed
# quiet_hours = ""          # "22:00-07:00": no notices in between

[renew]
# enabled = true            # renew tokens silently before they expire; never opens a browser

[icon]
# theme = "auto"            # "light", "dark" or "colour"
# follows = "default"       # the default profile's sign-in, or the "worst" of all

[browser]
# command = ""              # such as "firefox --new-window %s"; empty for the system's browser

# For one sign-in; the name is that of its sso-session, or its start URL:
#   [sign_in."my-sso"]
#   length_hours = 8        # how long a sign-in lasts, if you know it; otherwise it is learned
#   browser = ""            # as browser.command, for this sign-in alone
#   scopes = []             # what to ask for, in place of sso_registration_scopes
"""

_SIGN_IN = "sign_in"
_LONGEST_LEAD_MINUTES = 7 * 24 * 60

LONGEST_HOURS = 90 * 24
"""The longest sign-in that Identity Center allows (AWS-SSO-FACTS section 2)."""


def read_settings(path: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """
    Read the settings file.

    Never raises: what cannot be read or followed keeps its default and is named as a problem.

    Args:
        path: ``settings.toml``; may be missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), (Problem("The settings cannot be read", f"Check {path}: {_reason(error)}."),)
    import tomllib  # noqa: PLC0415 - most people have no settings file

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings(), (Problem("The settings are not valid TOML", f"Check {path}: {error}."),)
    return _settings(document, path)


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
            _replace_file(path, after)
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
    own = next((index for index in heads if _means(lines[index], {_SIGN_IN: {sign_in: {}}})), None)
    if own is None:
        if key is None:
            return document
        gap = "" if not document else end if document.endswith("\n") else end * 2
        return f"{document}{gap}[{_SIGN_IN}.{json.dumps(sign_in, ensure_ascii=False)}]{end}{key}{end}"
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
        sign_ins = document.setdefault(_SIGN_IN, {})
        if not isinstance(sign_ins, dict) or not isinstance(sign_ins.setdefault(sign_in, {}), dict):
            return False
    if hours is None:
        wanted[_SIGN_IN][sign_in].pop("length_hours", None)
    else:
        wanted[_SIGN_IN][sign_in]["length_hours"] = hours
    return wanted == found


def _replace_file(path: Path, content: str) -> None:
    """Write atomically; whoever could read the file before still can."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(content.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "unreadable") if isinstance(error, OSError) else "not UTF-8 text"


def _settings(document: Mapping[str, Any], path: Path) -> tuple[Settings, tuple[Problem, ...]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    sign_ins = document.get(_SIGN_IN)
    if isinstance(sign_ins, dict):
        of_sign_ins: dict[str, SignInSettings] = {}
        for name, content in sign_ins.items():
            own: dict[str, Any] = {}
            problems += _read_section(f'{_SIGN_IN}."{short(name)}"', content, _SIGN_IN_READERS, own, path)
            of_sign_ins[name] = SignInSettings(**own)
        values["sign_ins"] = MappingProxyType(of_sign_ins)
    for section, content in document.items():
        if section != _SIGN_IN or not isinstance(content, dict):
            problems += _read_section(section, content, _READERS.get(section, {}), values, path)
    return Settings(**values), tuple(problems)


def _read_section(
    section: str, content: object, readers: Mapping[str, _Reader], values: dict[str, Any], path: Path
) -> Iterator[Problem]:
    """Put what can be followed into ``values``, and name the rest."""
    keys = content if isinstance(content, dict) else {"": content}
    for key, value in keys.items():
        name = f"{section}.{key}" if key else section
        if key not in readers:
            yield Problem(f"Unknown setting {name}", f"Remove it from {path}, or check its spelling.")
            continue
        field, read, expected = readers[key]
        try:
            values[field] = read(value)
        except (TypeError, ValueError):
            yield Problem(f"Setting {name} is not in force", f"It should be {expected}; see {path}.")


def _lead_minutes(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or any(isinstance(entry, bool) for entry in value):
        raise TypeError
    minutes = tuple(float(entry) for entry in value)
    if not all(0 < entry <= _LONGEST_LEAD_MINUTES for entry in minutes):
        raise ValueError
    return minutes


def _quiet_hours(value: object) -> str:
    span = _text(value)
    quiet.parse(span)
    return span


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not 0 < value <= LONGEST_HOURS:
        raise ValueError
    return float(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return read


_Reader = tuple[str, Callable[[object], object], str]

_READERS: Mapping[str, Mapping[str, _Reader]] = {
    "notify": {
        "lead_minutes": ("lead_minutes", _lead_minutes, "a list of minutes, such as [15] or [60, 5]"),
        "quiet_hours": ("quiet_hours", _quiet_hours, 'a span such as "22:00-07:00"'),
    },
    "renew": {"enabled": ("renew_enabled", _flag, "true or false")},
    "icon": {
        "theme": ("icon_theme", _one_of("auto", "light", "dark", "colour"), '"auto", "light", "dark" or "colour"'),
        "follows": ("icon_follows", _one_of("default", "worst"), '"default" or "worst"'),
    },
    "browser": {"command": ("browser_command", _text, 'a command in quotes, such as "firefox %s"')},
}
"""By section and name in the file: the field of `Settings`, what reads its value, and what to say it should be."""

_SIGN_IN_READERS: Mapping[str, _Reader] = {
    "length_hours": ("length_hours", _hours, "a number of hours, such as 8"),
    "browser": ("browser", _text, 'a command in quotes, such as "firefox %s"'),
    "scopes": ("scopes", _texts, 'a list such as ["sso:account:access"]'),
}
"""The same for one sign-in, with fields of `SignInSettings`."""
