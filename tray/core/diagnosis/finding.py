"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "ok"
    WARNING = "warning"
    """Works, but not as it should."""

    PROBLEM = "problem"
    """Something will not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """Stable, for programs: ``config``, ``sign-in``, ``tray`` …"""

    level: Level
    title: str
    """What is so."""

    hint: str = ""
    """What to do; empty where there is nothing to do."""

    fix: str | None = None
    """What ``doctor --fix`` calls it; None where only a person can put it right."""
