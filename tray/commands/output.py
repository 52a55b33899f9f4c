"""
Prints whatever there is to say in whatever encoding standard output has.

On Windows a pipe or a file gets the code page of the system, as it does from every program in Python and from the
AWS CLI: one that has no “✓”, or no letter of a profile's name. What cannot be said in it is said more simply.
"""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import sys
from typing import Any, TextIO

from tray.core.message import Message

_ENCODING = "PYTHONIOENCODING"
"""Names the encoding wanted; Python heeds it by itself, but a frozen program does not."""

_SIMPLER = "sso-tray-simpler"
_IN_ASCII = str.maketrans({"“": '"', "”": '"', "·": "-", "…": "...", "✓": "+", "✗": "x"})


def prepare() -> None:
    """Make standard output and standard error take every character."""
    codecs.register_error(_SIMPLER, _say_simpler)
    encoding = os.environ.get(_ENCODING, "").partition(":")[0] if getattr(sys, "frozen", False) else ""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A program without a console has none.
            stream.reconfigure(encoding=encoding or None, errors=_SIMPLER)


def reader_has_gone(error: Exception) -> bool:
    """Tell whether an error is that nobody reads what is printed; Windows says so less clearly (cpython #79935)."""
    if isinstance(error, BrokenPipeError):
        return True
    return (
        sys.platform == "win32"
        and isinstance(error, OSError)
        and error.errno == errno.EINVAL
        and error.filename is None
        and sys.stdout is not None
        and not sys.stdout.isatty()
    )


def print_json(document: dict[str, Any]) -> None:
    r"""
    Print an object on a line of its own, at once: the one way in which commands print JSON.

    It can be read as UTF-8 whatever the encoding of the output is, for where that is another one, all but ASCII is
    escaped. A byte of a path that is no text, which Python holds as a lone surrogate, is always escaped: 0xFF is
    ``\udcff``. JSON allows that, and Python's reader makes the same path of it again.
    """
    readable = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    line = json.dumps(document, ensure_ascii=not readable)
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


def print_warning(said: Message, *, file: TextIO | None = None) -> None:
    """Print a message beside what was asked for; without a file on standard error."""
    print(f"! {said.title}", f"  {said.hint}", sep="\n", file=file or sys.stderr, flush=True)


def _say_simpler(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what the encoding does not have, as the `codecs` module asks for it."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - nothing decodes with it
    lost = error.object[error.start : error.end]
    return "".join(each if each.isascii() else "?" for each in lost.translate(_IN_ASCII)), error.end
