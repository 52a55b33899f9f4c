"""Which profiles are production, as the settings say: a switch to one of them is asked about."""

from __future__ import annotations

from fnmatch import fnmatchcase

from tray.core.model import Settings


def is_production(profile: str, settings: Settings) -> bool:
    """Tell whether a profile matches one of the patterns of ``profiles.production`` (as in a shell; case counts)."""
    return any(fnmatchcase(profile, pattern) for pattern in settings.production)
