"""Whether the system starts this program when the person logs in: judged from the system's own entry (ADR 9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from tray.core import text_autostart
from tray.core.model import Problem


class Standing(StrEnum):
    """What the next login will do."""

    ON = "on"
    OFF = "off"
    BROKEN = "broken"
    """There is an entry, but what it starts is gone, or is not this program."""


class Target(StrEnum):
    """What an entry starts, seen from the program that looks at it."""

    OWN = "own"
    """This installation."""

    OTHER = "other"
    """Something else that is there."""

    GONE = "gone"
    """Nothing any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the system keeps about starting this program."""

    place: str
    """Where it stands, for people: a file, or a registry value."""

    command: tuple[str, ...] = ()
    """What it starts; empty where that is not known."""

    enabled: bool = True
    """Whether the system heeds it."""

    complaint: str = ""
    """Why it cannot be understood; empty where it can."""


@dataclass(frozen=True, slots=True)
class Autostart:
    """Whether this program starts at login."""

    standing: Standing
    place: str = ""
    """Where the entry stands; empty without one."""

    command: tuple[str, ...] = ()
    problem: Problem | None = None
    """What is broken, and what to do."""

    mendable: bool = False
    """Whether the person's wish is plain, and only the path in our own entry is outdated: then nobody need be asked."""


def judge(entry: Entry | None, target: Target) -> Autostart:
    """
    Tell what the next login will do.

    Args:
        entry: What the system keeps; None for nothing.
        target: What its command starts.
    """
    if entry is None:
        return Autostart(Standing.OFF)
    if entry.complaint:
        problem = text_autostart.not_understood(entry.place, entry.complaint)
        return Autostart(Standing.BROKEN, entry.place, problem=problem)
    if not entry.enabled:
        return Autostart(Standing.OFF, entry.place, entry.command)
    if target is Target.OWN or (target is Target.OTHER and not names_us(entry.command)):
        # A wrapper of the person's own, such as "env", is what they want to be started.
        return Autostart(Standing.ON, entry.place, entry.command)
    if target is Target.OTHER:
        return Autostart(
            Standing.BROKEN, entry.place, entry.command, text_autostart.starts_another(entry.place, entry.command)
        )
    return Autostart(
        Standing.BROKEN,
        entry.place,
        entry.command,
        text_autostart.starts_nothing(entry.place, entry.command),
        mendable=names_us(entry.command),
    )


def names_us(command: tuple[str, ...]) -> bool:
    """Tell whether a command is one that we write: a wrapper of the person's own is not ours to replace."""
    if not command:
        return False
    name = command[0].replace("\\", "/").rpartition("/")[2].lower()
    plain = name.removesuffix(".exe")
    if plain in {"sso-tray", "sso-tray-gui"} or (name.endswith(".appimage") and "sso" in name and "tray" in name):
        return True
    return runs_module(command)


def runs_module(command: tuple[str, ...]) -> bool:
    """Tell whether a command is a Python interpreter that runs our package."""
    return any(pair == ("-m", "tray") for pair in pairwise(command))
