"""The words about the settings: of ``sso-tray settings``, and of what cannot be read or written."""

from __future__ import annotations

import json

from tray.core.message import Line, Text, whole

DEFAULT = Line("default")
CANNOT_READ = Text("The settings cannot be read", "Check {file:whole}: {reason:whole}.")
NOT_UTF8 = Text("The settings cannot be read", "Check {file:whole}: not UTF-8 text.")
NOT_TOML = Text("The settings are not valid TOML", "Check {file:whole}: {reason:whole}.")
TOO_DEEP = Line("brackets within brackets, too many")
NOT_IN_FORCE = Text("Setting {name:whole} is not in force", "It should be {expected:whole}; see {file:whole}.")
UNKNOWN = Text("Unknown setting {name:whole}", "Remove it from {file:whole}, or check its spelling.")
LENGTH_NOT_SET = Text("The session length could not be set.", "{reason:whole}")
CORRECT_FIRST = Text("{file:whole} is not valid TOML", "Correct it first; `sso-tray settings` names the place.")
ONLY_YOURS_TO_CHANGE = Text(
    "{file:whole} is written in a way that only you can change", "Set length_hours in it yourself."
)


def written(value: object) -> str:
    """Write a value as TOML: text, a flag, a number, or a list of these."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float):
        return f"{value:.15g}"
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted)


def in_force(name: str, value: object, source: str) -> str:
    """Say what a setting is, as the file would, and where that is from."""
    return whole(f"{name} = {written(value)}  # {source}")
