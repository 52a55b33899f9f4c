"""
Prints whatever there is to say in whatever encoding standard output has, and nothing that a terminal would obey.

Names come from configs, from servers and from files of others. Each is made fit where it is filled into a text
(`tray.core.message`); here is the one door behind which nothing else gets through, whoever prints it.

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


_GUARDED = "sso_tray_guards"
_OWN_CODES = r"(\n|\t|\A\r|\x1b\[(?:0|1|2|3[1-3])m)"
"""
What of our own passes: the ends of lines, columns of completions, the progress that is written over itself, and the
colours of words. None of them hides anything, or moves elsewhere.
"""


def prepare() -> None:
    """Make standard output and standard error take every character, and let no other through than `harmless` does."""
    codecs.register_error(_SIMPLER, _say_simpler)
    encoding = os.environ.get(_ENCODING, "").partition(":")[0] if getattr(sys, "frozen", False) else ""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A program without a console has none.
            stream.reconfigure(encoding=encoding or None, errors=_SIMPLER)
        if stream is not None and not hasattr(stream, _GUARDED):
            _guard(stream)


def harmless(text: str) -> str:
    """Put “?” for each character that prints nothing, and so might be obeyed or mislead, but for those of our own."""
    if text == "\n" or text.isprintable():
        return text
    import re

    from tray.core.clusters import cleaned

    # What stands between the codes that were split at are the parts with even numbers.
    parts = re.split(_OWN_CODES, text)
    return "".join(part if number % 2 else cleaned(part, "?") for number, part in enumerate(parts))


def _guard(stream: TextIO) -> None:
    """Have whatever is written to a stream pass through `harmless`: also what a library or a traceback writes."""
    write = stream.write
    setattr(stream, "write", lambda text: write(harmless(text)))  # noqa: B010 - a method is not to be assigned to
    setattr(stream, _GUARDED, True)


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
    ``\udcff``. JSON allows that, and Python's reader makes the same path of it again. So is every other character that
    prints nothing: a terminal might obey it, and it is the same to who reads JSON.
    """
    readable = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    line = json.dumps(document, ensure_ascii=not readable)
    if not line.isprintable():
        line = "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)
    print(line, flush=True)


def print_warning(said: Message, *, file: TextIO | None = None) -> None:
    """Print a message beside what was asked for; without a file on standard error."""
    print(f"! {said.title}", f"  {said.hint}", sep="\n", file=file or sys.stderr, flush=True)


def _say_simpler(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what the encoding does not have, as the `codecs` module asks for it."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - nothing decodes with it
    lost = error.object[error.start : error.end]
    return "".join(each if each.isascii() else "?" for each in lost.translate(_IN_ASCII)), error.end
