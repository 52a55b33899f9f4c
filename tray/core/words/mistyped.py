"""What is said of a name that is not there: of a sign-in, a profile, a command; and which one may have been meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tray.core.message import Message, Text
from tray.core.near_misses import near_misses
from tray.core.words.names import one_of

_NO_SIGN_IN = Text("There is no sign-in “{name}”.", "Known sign-ins: {known}.")
_MISTYPED_SIGN_IN = Text(
    "There is no sign-in “{name}”.", "Did you mean {similar:whole}? “sso-tray status” lists the sign-ins."
)
_NO_SIGN_IN_AT_ALL = Text(
    "There is no sign-in “{name}”.", "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup"
)
_NO_PROFILE = Text("There is no profile “{name}”.", "Known profiles: {known}.")
_MISTYPED_PROFILE = Text(
    "There is no profile “{name}”.", "Did you mean {similar:whole}? “sso-tray profiles” lists them all."
)
_NO_PROFILE_AT_ALL = Text(
    "There is no profile “{name}”.", "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup"
)
_NO_COMMAND = Text("There is no command “{name}”.", "“sso-tray --help” lists the commands.")
_MISTYPED_COMMAND = Text(
    "There is no command “{name}”.", "Did you mean {similar:whole}? “sso-tray --help” lists the commands."
)

_LISTED = 12
"""Names that are listed where none is like the one that was typed."""


def no_such_sign_in(name: str, known: Sequence[str], others: Iterable[str] = (), same: Sequence[str] = ()) -> Message:
    """
    Say that there is no sign-in of a name.

    Args:
        name: What was typed.
        known: Every sign-in.
        others: Profiles, whose names would do too.
        same: Sign-ins that the name fits all alike.
    """
    if similar := same[:3] or near_misses(name, [*known, *others]):
        return _MISTYPED_SIGN_IN(name=name, similar=one_of(similar))
    return _NO_SIGN_IN(name=name, known=some(known)) if known else _NO_SIGN_IN_AT_ALL(name=name)


def no_such_profile(name: str, known: Sequence[str]) -> Message:
    """Say that there is no profile of a name, among those that are known."""
    if similar := near_misses(name, known):
        return _MISTYPED_PROFILE(name=name, similar=one_of(similar))
    return _NO_PROFILE(name=name, known=some(known)) if known else _NO_PROFILE_AT_ALL(name=name)


def no_such_command(name: str, known: Iterable[str]) -> Message:
    """Say that there is no command of a name."""
    if similar := near_misses(name, known):
        return _MISTYPED_COMMAND(name=name, similar=one_of(similar))
    return _NO_COMMAND(name=name)


def some(names: Sequence[str]) -> list[str]:
    """Leave most of many names out."""
    return [*names[:_LISTED], *(["…"] if len(names) > _LISTED else [])]
