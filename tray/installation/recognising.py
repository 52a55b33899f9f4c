"""Tells what a command line in an entry starts: this installation, another program, or nothing any more."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tray.core.autostart import Target, runs_module
from tray.installation.finding import Installation, Way
from tray.installation.scripts import same_program
from tray.paths import APPLICATION_ID

_LONGEST_FIRST_LINE = 1024


def recognise(command: tuple[str, ...], installation: Installation) -> Target:
    """
    Tell what a command starts. Looks at files, and starts nothing.

    Args:
        command: The program and its arguments.
        installation: What counts as this program.
    """
    if not command:
        return Target.GONE
    if installation.way is Way.FLATPAK and APPLICATION_ID in command:
        return Target.OWN
    found = shutil.which(command[0])
    if found is None:
        return Target.GONE
    program = Path(found)
    if runs_module(command):
        return Target.OWN if _same_environment(program, installation.interpreter) else Target.OTHER
    if any(same_program(program, own) for own in installation.programs):
        return Target.OWN
    return Target.GONE if _interpreter_is_gone(program) else Target.OTHER


def _same_environment(interpreter: Path, own: Path | None) -> bool:
    """Interpreters of all virtual environments may be links to one file: the folder tells them apart."""
    return own is not None and os.path.realpath(interpreter.parent) == os.path.realpath(own.parent)


def _interpreter_is_gone(script: Path) -> bool:
    """A script stays behind, and starts nothing, when the Python of its virtual environment was removed."""
    try:
        with script.open("rb") as file:
            first = file.readline(_LONGEST_FIRST_LINE)
    except OSError:
        return False
    if not first.startswith(b"#!"):
        return False
    words = os.fsdecode(first[2:]).split()
    return bool(words) and os.path.isabs(words[0]) and not os.path.exists(words[0])  # noqa: PTH110, PTH117 - as they are
