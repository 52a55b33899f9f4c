"""Whether the system starts this program when the person logs in: judged from the system's own entry (ADR 9)."""

from __future__ import annotations

import re
from enum import StrEnum

from tray.core.dataclass import dataclass, replace
from tray.core.message import Message
from tray.core.words import autostart as autostart_words

_OUR_NAMES = re.compile(r"(.*[/\\])?(sso-tray(-gui)?(\.exe)?|sso.tray.*\.appimage)", re.IGNORECASE | re.DOTALL)


class Standing(StrEnum):
    """What the next login will do."""

    ON = "on"
    OFF = "off"
    BROKEN = "broken"
    """There is an entry, but it will not start this program."""


@dataclass(frozen=True, slots=True)
class Autostart:
    """Whether this program starts at login."""

    standing: Standing
    place: str = ""
    """Where the entry stands, for people: a file, or a value of the registry; empty without one."""

    command: tuple[str, ...] = ()
    """The program that it starts, and the arguments; empty where it names none."""

    problem: Message | None = None
    """What is broken, and what to do."""

    note: Message | None = None
    """Why it is off although there is an entry, and what to do: nothing is broken, the person said so."""

    outdated: bool = False
    """Whether only the path in an entry of ours is wrong: the person wants the icon, and need not be asked again."""


def judge(entry: Autostart, *, there: bool, own: bool) -> Autostart:
    """
    Tell what the next login will do.

    Args:
        entry: What the system's entry says by itself.
        there: Whether the program that it names can be started.
        own: Whether that program is this installation.
    """
    if entry.standing is not Standing.ON:
        return entry
    ours = bool(entry.command) and _OUR_NAMES.fullmatch(entry.command[0]) is not None
    if not entry.command:
        problem = autostart_words.NAMES_NO_PROGRAM(place=entry.place)
    elif not there:
        problem = autostart_words.STARTS_NOTHING(place=entry.place, program=entry.command[0])
    elif ours and not own:
        problem = autostart_words.STARTS_ANOTHER(place=entry.place, program=entry.command[0])
    else:  # A program of another name, such as "env" or a script of the person's own, is what they want.
        return entry
    return replace(entry, standing=Standing.BROKEN, problem=problem, outdated=ours and not there)
