"""
Starting at login: the system's own entry is the state (ADR 9).

A module for each system reads, writes and removes that entry. What it means, and when it is repaired, stands here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tray.core.autostart import Autostart, Standing, judge
from tray.core.dataclass import dataclass
from tray.core.errors import AutostartProblem
from tray.core.words import autostart as autostart_words
from tray.disk.looking import is_there
from tray.installation.programs import Installation, find_installation, find_program

if sys.platform == "win32":
    from tray.desktop.windows.autostart import find_entries
elif sys.platform == "darwin":
    from tray.desktop.macos.autostart import find_entries
else:
    from tray.desktop.linux.autostart import find_entries

_SANDBOX = Path("/.flatpak-info")
"""Flatpak puts it into every sandbox."""

log = logging.getLogger(__name__)


class Entries(Protocol):
    """What the system keeps about starting this program. Each may raise an `OSError`, or an `AutostartProblem`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Files by whose changes the entry changes; none where it is no file."""

    def read(self) -> Autostart:
        """Tell what the entry in force says by itself: it is on where the system heeds it, whatever it starts."""

    def write(self, command: tuple[str, ...]) -> None:
        """Have the system start a command at every login, whatever entry there was."""

    def remove(self) -> None:
        """Have the system start nothing of ours. Nothing to remove is no error."""


@dataclass(frozen=True, slots=True)
class LoginStart:
    """The start at login of one installation. Each method tells how it stands afterwards."""

    entries: Entries
    installation: Installation

    def state(self) -> Autostart:
        """Tell what the next login will do."""
        try:
            entry = self.entries.read()
        except OSError as error:
            problem = autostart_words.UNREADABLE(reason=_told(error))
            return Autostart(Standing.BROKEN, str(error.filename or ""), problem=problem)
        program = find_program(entry.command[0]) if entry.command else None
        return judge(entry, there=program is not None, own=program is not None and self.installation.owns(program))

    def turn_on(self) -> Autostart:
        """
        Have the system start this installation at every login.

        Raises:
            AutostartProblem: The system refuses, and all stays; or it heeds the entry only when the person says so.
        """
        if self.installation.obstacle is not None:
            raise AutostartProblem(self.installation.obstacle)
        found = self._change(lambda: self.entries.write(self.installation.command))
        if found.note is not None:
            raise AutostartProblem(found.note)
        return found

    def turn_off(self) -> Autostart:
        """Have the system start nothing of ours; where it refuses (`AutostartProblem`) all stays."""
        return self._change(self.entries.remove)

    def repair(self) -> Autostart:
        """Repair an entry of ours whose program has gone, as after an upgrade to another path; tell how it stands."""
        found = self.state()
        if not found.outdated:
            return found
        try:
            repaired = self.turn_on()
        except AutostartProblem as error:
            log.warning("The entry for the start at login could not be repaired: %s", error.message.for_log.title)
            return found
        log.info("The program of the entry for the start at login had gone; it starts this one now: %s", found.place)
        return repaired

    def _change(self, change: Callable[[], None]) -> Autostart:
        try:
            change()
        except OSError as error:
            raise AutostartProblem(autostart_words.CANNOT_CHANGE(reason=_told(error))) from error
        return self.state()


def _told(error: OSError) -> str:
    return ": ".join(str(part) for part in (error.filename, error.strerror or type(error).__name__) if part)


def open_login_start(state_folder: Path) -> LoginStart:
    """Open the start at login of the program that runs. Looks at nothing that is slow, and changes nothing."""
    installation = find_installation()
    if not is_there(_SANDBOX):
        return LoginStart(find_entries(), installation)
    # Its system cannot be asked how it stands: the last answer is kept in the state folder.
    from tray.desktop.linux.autostart_portal import Portal  # noqa: PLC0415 - only a sandbox needs it

    return LoginStart(Portal((state_folder / "autostart-portal",)), installation)
