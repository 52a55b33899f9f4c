"""The person's settings: ``settings.toml``, every key with a default (DESIGN section 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tray.core import quiet
from tray.core.model import Problem, Settings

TEMPLATE = """\
# Settings of SSO Tray. A line that begins with # is not in force; the values shown are the defaults.

[notify]
# lead_minutes = [15]       # remind so many minutes before a sign-in ends; fractions are allowed
# quiet_hours = ""          # "22:00-07:00": no notices in between

[icon]
# theme = "auto"            # "light", "dark" or "colour"
# follows = "default"       # the default profile's sign-in, or the "worst" of all

[browser]
# command = ""              # such as "firefox --new-window %s"; empty for the system's browser
"""

_LONGEST_LEAD_MINUTES = 7 * 24 * 60


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


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "unreadable") if isinstance(error, OSError) else "not UTF-8 text"


def _settings(document: Mapping[str, Any], path: Path) -> tuple[Settings, tuple[Problem, ...]]:
    values: dict[str, Any] = {}
    problems = []
    for section, content in document.items():
        keys = content if isinstance(content, dict) else {"": content}
        for key, value in keys.items():
            name = f"{section}.{key}" if key else section
            if name not in _READERS:
                problems.append(Problem(f"Unknown setting {name}", f"Remove it from {path}, or check its spelling."))
                continue
            field, read, expected = _READERS[name]
            try:
                values[field] = read(value)
            except (TypeError, ValueError):
                problems.append(Problem(f"Setting {name} is not in force", f"It should be {expected}; see {path}."))
    return Settings(**values), tuple(problems)


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


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return read


_READERS: Mapping[str, tuple[str, Callable[[object], object], str]] = {
    "notify.lead_minutes": ("lead_minutes", _lead_minutes, "a list of minutes, such as [15] or [60, 5]"),
    "notify.quiet_hours": ("quiet_hours", _quiet_hours, 'a span such as "22:00-07:00"'),
    "icon.theme": ("icon_theme", _one_of("auto", "light", "dark", "colour"), '"auto", "light", "dark" or "colour"'),
    "icon.follows": ("icon_follows", _one_of("default", "worst"), '"default" or "worst"'),
    "browser.command": ("browser_command", _text, 'a command in quotes, such as "firefox %s"'),
}
"""By the name in the file: the field of `Settings`, what reads its value, and what to say it should be."""
