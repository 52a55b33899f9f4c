"""
The words of ``sso-tray status --short``: as few as a shell prompt has room for.

Programs read them, so that they are the same in every language.
"""

from __future__ import annotations

from datetime import datetime

from tray.core.model import SignInStatus, Status
from tray.core.words.names import spoken
from tray.core.words.times import LocalTime, clock

CONFIG_UNREADABLE = "config unreadable"

_WORDS = {
    Status.SIGNED_OUT: "signed out",
    Status.RENEWABLE: "renews",
    Status.EXPIRED: "expired",
    Status.UNREADABLE: "unreadable",
}


def prompt(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """
    Say the status of a sign-in: ``corp until 17:05``, ``corp ends ~12:05``, ``corp ok``, ``corp expired``.

    A ``~`` stands before an estimate; a ``?`` behind what could not be checked lately, as in ``corp renews?``.
    """
    unchecked = "" if found.unchecked_since is None else "?"
    return f"{spoken(found.sign_in)} {_words(found, now, local)}{unchecked}"


def _words(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    if found.status in _WORDS:
        return _WORDS[found.status]
    if found.deadline is None:
        return "ok"
    end = f"{'~' if found.deadline.estimated else ''}{clock(found.deadline.at, now, local)}"
    return f"ends {end}" if found.status is Status.ENDING else f"until {end}"
