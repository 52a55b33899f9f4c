"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field

if TYPE_CHECKING:
    from tray.core.message import Message
    from tray.paths import Paths


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "ok"
    WARNING = "warning"
    """Works, but not as it should."""

    PROBLEM = "problem"
    """Something will not work."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that settles a finding; made only when a person asks for it by name."""

    name: str
    """What ``doctor --fix`` calls it; printable."""

    apply: Callable[[Paths], str] = field(repr=False, compare=False)
    """Makes the change, and returns in words what was done. Raises a `TrayError` where all stays as it was."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so."""

    level: Level
    name: str
    """Stable, for programs: ``config``, ``sign-in``, ``tray`` …"""

    message: Message
    """What is so, and what to do about it."""

    fix: Fix | None = None
    """None where only a person can settle it."""


fine = partial(Finding, Level.FINE)
warning = partial(Finding, Level.WARNING)
problem = partial(Finding, Level.PROBLEM)
