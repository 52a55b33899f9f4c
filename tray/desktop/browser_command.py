"""Command lines that name a browser, such as a setting or a choice of ``BROWSER``."""

from __future__ import annotations

import logging
import sys

from tray.desktop.text_browsers import is_text_browser

if sys.platform == "win32":
    from tray.desktop.windows.command_line import find_program
    from tray.desktop.windows.command_line import split as split_line
else:
    from shlex import split as split_line

    from tray.installation.programs import which as find_program

__all__ = ["find_program", "is_found", "needs_terminal", "split"]

_log = logging.getLogger(__name__)


def split(command: str) -> list[str]:
    """Split a command, to nothing where it makes no sense; ``BROWSER`` may end in ``&``, and nothing is awaited."""
    try:
        words = split_line(command)
    except ValueError:
        _log.warning("the browser command has a quote that is not closed")
        return []
    if words[-1:] == ["&"]:
        words.pop()
    return [] if words and "%s" in words[0] else words


def is_found(command: str) -> bool:
    """Tell whether a command names a program that is there."""
    words = split(command)
    return bool(words) and find_program(words[0]) is not None


def needs_terminal(command: str) -> bool:
    """Tell whether a command names a browser that shows pages in a terminal (see `is_text_browser`)."""
    words = split(command)
    return bool(words) and is_text_browser(words)
