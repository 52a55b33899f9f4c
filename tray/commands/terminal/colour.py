"""
Colour, where it helps: put around words that are printable already, by whoever prints them.

The codes come from here alone, and never from a name or from AWS: what is shown has been cleaned before it is painted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO


class Colour(StrEnum):
    """What a word means by its colour; the values are parameters of the terminal's own sixteen (ECMA-48 8.3.117)."""

    GOOD = "32"
    SOON = "33"
    BAD = "31"
    STRONG = "1"
    FAINT = "2"


class Painter:
    """
    Paints what is printed to a stream, or leaves it as it is.

    Args:
        stream: Where it is printed; None for nowhere.
        environ: The environment.
    """

    def __init__(self, stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> None:
        self.paints = stream is not None and wanted(environ, is_terminal=stream.isatty())
        if self.paints and sys.platform == "win32" and stream is not None and stream.isatty():
            from tray.commands.terminal.windows import understands_codes

            self.paints = understands_codes(stream.fileno())

    def __call__(self, text: str, colour: Colour | None) -> str:
        """Paint a text."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.paints and colour is not None and text else text


def wanted(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """
    Tell whether there shall be colour.

    ``NO_COLOR`` (https://no-color.org) counts most, then ``CLICOLOR_FORCE`` and ``FORCE_COLOR``; without them there is
    none in a pipe, and none where ``TERM`` is ``dumb`` or ``CLICOLOR`` is 0 (https://bixense.com/clicolors).
    """
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("CLICOLOR_FORCE", "FORCE_COLOR")):
        return True
    return is_terminal and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def columns_of(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> int | None:
    """Tell how wide a terminal is; None where a stream is none, which has no limit."""
    if stream is None or not stream.isatty():
        return None
    given = environ.get("COLUMNS", "")
    if given.isascii() and given.isdecimal() and len(given) < 5 and int(given) > 0:
        return int(given)
    try:
        # A terminal that does not know its size says 0.
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):  # No file behind it, as in a test.
        return None
