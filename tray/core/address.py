"""
The address by which a notice's button reaches us wherever the notice is: ``sso-tray:log-in/NAME``, ``sso-tray:status``.

Every web page and every program may call it. So it can ask for no more than what is here, and whatever else it says
shows the status (ADR 28).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from tray.core.command import Command, Do, LogIn

SCHEME = "sso-tray"
_STATUS, _LOG_IN = "status", "log-in"
_LONGEST = 200
"""Characters: Windows takes 5 kB for a whole notice, with an address for each button."""

_ADDRESS = re.compile(rf"{SCHEME}:{_LOG_IN}/([\w.~%-]+?)/?", re.ASCII | re.IGNORECASE)


def address_of(command: Command | None) -> str | None:
    """Give the address that asks for a command; None where none may."""
    match command:
        case Do.SHOW_STATUS:
            return f"{SCHEME}:{_STATUS}"
        case LogIn(name):
            address = f"{SCHEME}:{_LOG_IN}/{quote(name, safe='')}"
            return address if len(address) <= _LONGEST else None
        case _:
            return None


def read_address(words: Sequence[str]) -> Do | LogIn:
    """
    Read what was called.

    Args:
        words: What followed on the command line: one address. A caller may have put more there, with a quotation mark;
            that is nothing of ours.

    Returns:
        A login that its page asks about before anything ends, of a sign-in that may not be there; or `Do.SHOW_STATUS`.
    """
    found = _ADDRESS.fullmatch(words[0]) if len(words) == 1 and len(words[0]) <= _LONGEST else None
    if found is not None:
        try:
            name = unquote(found[1], errors="strict")
        except UnicodeDecodeError:
            name = ""
        if name.isprintable() and name:
            return LogIn(name, new=True, ask=True)
    return Do.SHOW_STATUS
