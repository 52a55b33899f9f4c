"""The words about the settings: of ``sso-tray settings``, and of what cannot be written."""

from __future__ import annotations

import json

from tray.core.model import Problem

DEFAULT = "default"


def in_force(name: str, value: object, source: str) -> str:
    """Say what a setting is, as the file would, and where that is from."""
    return f"{name} = {written(value)}  # {source}"


def written(value: object) -> str:
    """Write a value as TOML: text, a flag, a number, or a list of these."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "".join(character if character.isprintable() else _escaped(character) for character in _quoted(value))


def length_not_set(title: str, hint: str) -> Problem:
    """Say that the length of a sign-in could not be written, and why."""
    return Problem("The session length could not be set.", f"{title}. {hint}")


def not_toml(file: str) -> Problem:
    """Say that a settings file cannot be changed as nobody can read it."""
    return Problem(f"{file} is not valid TOML", "Correct it first; `sso-tray settings` names the place.")


def only_yours_to_change(file: str) -> Problem:
    """Say that a change of a settings file would touch more than was asked for."""
    return Problem(f"{file} is written in a way that only you can change", "Set length_hours in it yourself.")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _escaped(character: str) -> str:
    """Name a character that a terminal might obey."""
    return f"\\U{ord(character):08x}"
