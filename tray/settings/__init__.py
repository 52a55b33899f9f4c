"""The settings: the person's ``settings.toml``, with a site-wide one under it (docs/contracts: Settings)."""

from __future__ import annotations

from tray.settings.keys import LONGEST_HOURS, TEMPLATE
from tray.settings.reading import InForce, Layers, read_layers, read_settings

__all__ = [
    "LONGEST_HOURS",
    "TEMPLATE",
    "InForce",
    "Layers",
    "read_layers",
    "read_settings",
]
