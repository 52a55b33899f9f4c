"""Remembers the ``[default]`` sections that switches of the default profile replaced, so that each can be undone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tray.core.dataclass import asdict, dataclass, field, replace
from tray.disk.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = 1
_KEPT = 20


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch of the default profile."""

    profile: str
    """The profile that became the default."""

    sections: dict[str, str] = field(repr=False)
    """What `default_sections` found before; it may hold keys."""

    gap: str = ""
    """What was put between the file and a new ``[default]``."""


def read_switches(journal: Path, config: Path, copied: str | None) -> list[Switch]:
    """
    Read the switches that led to what a config file says now.

    A switch is written down before it is made, and struck out after it was undone. So the last one may not have come
    about, or be undone already: then the copy is of another profile.

    Args:
        journal: Where they are written down; one that is missing or unreadable holds none.
        config: The config file.
        copied: What `kept_copy` finds in that file.

    Returns:
        Oldest first. None where ``[default]`` is not our copy: it was edited since, and nothing leads back from there.
    """
    switches = _read(journal).get(str(config.absolute()), [])
    for made in (switches, switches[:-1]):
        if made and made[-1].profile == copied:
            return made
    return []


def write_switches(journal: Path, config: Path, switches: list[Switch]) -> None:
    """
    Write down the switches of a config file, before the last of them is made or undone.

    Of more than 20 the oldest are joined into one, so that the way back still ends where the first began.

    Raises:
        ConfigProblem: The state folder forbids it.
        ServiceProblem: The disk failed.
    """
    if len(switches) > _KEPT:
        first, joined = switches[0], switches[-_KEPT]
        switches = [replace(joined, sections=first.sections, gap=first.gap), *switches[1 - _KEPT :]]
    files = _read(journal) | {str(config.absolute()): switches}
    document = {
        "schema": _SCHEMA,
        "files": {file: [asdict(switch) for switch in made] for file, made in files.items() if made},
    }
    write_private(journal, json.dumps(document).encode())


def _read(journal: Path) -> dict[str, list[Switch]]:
    try:
        document = json.loads(journal.read_bytes())
        if document["schema"] != _SCHEMA:
            return {}
        return {file: [_switch(entry) for entry in made] for file, made in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _switch(entry: dict[str, Any]) -> Switch:
    """
    Check one entry.

    Raises:
        TypeError: It has other fields, or of other types.
    """
    switch = Switch(**entry)
    texts = [switch.profile, switch.gap, *switch.sections, *switch.sections.values()]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return switch
