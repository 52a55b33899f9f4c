"""Browsers that show a page in the terminal that they are started from."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tray.installation.programs import which

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


def is_text_browser(words: Sequence[str]) -> bool:
    """
    Tell whether a command line, as words, is that of a browser that shows pages in a terminal.

    It is started without one, and could not sign in anyway: the pages of AWS need scripts. ``www-browser`` is what the
    system's administrator has it stand for (Debian Policy, 11.8.4).
    """
    name = os.path.basename(words[0])  # noqa: PTH119 - the words are no paths of ours
    real = os.path.basename(os.path.realpath(which(words[0]) or words[0]))  # noqa: PTH119
    if "-g" in words and not _HAVE_WINDOWS_TOO.isdisjoint({name, real}):
        return False
    return real in _NEED_A_TERMINAL or (name in _NEED_A_TERMINAL and name != "www-browser")
