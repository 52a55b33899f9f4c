"""What an administrator enforces by the system's own means: on Windows by keys of the registry."""

from __future__ import annotations

from typing import NamedTuple


class Policies(NamedTuple):
    """What one place of the system says."""

    source: str
    """The place, as the system's own tools name it."""

    guarded: bool
    """Whether this account cannot change it; else it is no more than an ordinary setting of the site."""

    values: tuple[tuple[str, object], ...]
    """By the names that ``sso-tray settings`` prints; numbers, texts and lists of texts."""
