"""Looks for a browser without opening one."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tray.desktop import browser

_VARIABLE = "BROWSER"


@dataclass(frozen=True, slots=True)
class Found:
    """What could show a page."""

    any: bool
    """Whether ``BROWSER`` or the system opens one."""

    display: bool
    missing: tuple[tuple[str, str], ...]
    """What names a command that cannot be started, and the command."""


def look(commands: Mapping[str, str]) -> Found:
    """
    Look for what `tray.desktop.browser.open_url` would start.

    On Windows and macOS the system itself opens links; not checked there.

    Args:
        commands: Those of the settings, by what names them; empty ones are passed over.
    """
    missing = [(name, command) for name, command in commands.items() if command and not browser.is_found(command)]
    choices = [choice for choice in os.environ.get(_VARIABLE, "").split(os.pathsep) if choice.strip()]
    by_variable = any(map(browser.is_found, choices))
    if choices and not by_variable:
        missing.append((_VARIABLE, os.environ[_VARIABLE]))
    if sys.platform != "linux":
        return Found(any=True, display=True, missing=tuple(missing))
    from tray.desktop.opener import freedesktop  # noqa: PLC0415 - there is none on the other systems

    display = freedesktop.has_display()
    by_system = display and freedesktop.can_open_link()
    return Found(any=by_variable or by_system, display=display or by_variable, missing=tuple(missing))
