"""Command lines that name a browser, such as a setting or a choice of ``BROWSER``."""

from __future__ import annotations

import logging
import os
import sys

if sys.platform == "win32":
    from tray.desktop.windows.command_line import find_program
    from tray.desktop.windows.command_line import split as split_line
else:
    from shlex import split as split_line
    from shutil import which as find_program

__all__ = ["find_program", "is_found", "needs_terminal", "split"]

_log = logging.getLogger(__name__)

_NEED_A_TERMINAL = frozenset(
    {
        "browsh",
        "carbonyl",
        "cha",
        "edbrowse",
        "elinks",
        "links",
        "links2",
        "lynx",
        "netrik",
        "retawq",
        "w3m",
        "www-browser",
    }
)
"""They show a page in the terminal that they are started from; without one, to nobody, and some call that a success."""

_HAVE_WINDOWS_TOO = frozenset({"links", "links2"})
"""With ``-g``."""


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
    """
    Tell whether a command names a browser that shows pages in a terminal.

    It is started without one, and could not sign in anyway: the pages of AWS need scripts. ``www-browser`` is what the
    system's administrator has it stand for (Debian Policy, 11.8.4).
    """
    words = split(command)
    if not words:
        return False
    name = os.path.basename(words[0])  # noqa: PTH119 - the words are no paths of ours
    real = os.path.basename(os.path.realpath(find_program(words[0]) or words[0]))  # noqa: PTH119
    if "-g" in words and not _HAVE_WINDOWS_TOO.isdisjoint({name, real}):
        return False
    return real in _NEED_A_TERMINAL or (name in _NEED_A_TERMINAL and name != "www-browser")
