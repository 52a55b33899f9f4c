"""The words of ``sso-tray settings``."""

from __future__ import annotations

import json

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


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _escaped(character: str) -> str:
    """Name a character that a terminal might obey."""
    return f"\\U{ord(character):08x}"
