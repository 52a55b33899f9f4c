"""Whether the programs are there that the settings have run when something happens to a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tray.core.hooks import Hook, commands
from tray.core.settings import Settings
from tray.core.words import hooks as hooks_words
from tray.doctor.context import Context
from tray.doctor.finding import Finding, problem
from tray.resident.hooks import find_program


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so; nothing is run."""
    return rule(context.settings, find_program)


def rule(settings: Settings, find: Callable[[str], str | None]) -> Iterator[Finding]:
    """
    Name each hook whose program is not there.

    Args:
        settings: Those in force.
        find: Gives the path of a program; None where there is none.
    """
    for event, command in commands(settings).items():
        if command and find(command[0]) is None:
            hook = Hook(event, "", command)
            yield problem("hook", hooks_words.NOT_THERE(key=hook.key, program=command[0]))
