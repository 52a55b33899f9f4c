"""Starting at login, the same on every system: what is so, and how to change it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from tray.core.autostart import Autostart, Standing, Target, judge
from tray.core.errors import AutostartProblem
from tray.desktop.autostart.port import Entries
from tray.installation.finding import Installation
from tray.installation.recognising import recognise

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoginStart:
    """The start at login of one installation. The system's own entry is the state: nothing is kept here."""

    entries: Entries
    installation: Installation

    @property
    def files(self) -> tuple[Path, ...]:
        """Files by whose changes the state may change."""
        return self.entries.files

    def state(self) -> Autostart:
        """
        Tell what the next login will do.

        Raises:
            AutostartProblem: The system does not let us look.
        """
        entry = self.entries.read()
        target = Target.GONE if entry is None else recognise(entry.command, self.installation)
        return judge(entry, target)

    def turn_on(self) -> Autostart:
        """
        Have the system start this installation at every login.

        Raises:
            AutostartProblem: It cannot be; all is as it was.
        """
        if self.installation.obstacle is not None:
            raise AutostartProblem(*self.installation.obstacle)
        self.entries.write(self.installation.start)
        return self.state()

    def turn_off(self) -> Autostart:
        """
        Have the system start nothing of ours.

        Raises:
            AutostartProblem: It cannot be; all is as it was.
        """
        self.entries.remove()
        return self.state()

    def mend(self) -> Autostart:
        """
        Put right an entry of our own whose program has gone, as after an upgrade to another path (ADR 9).

        Nothing else is touched; where it cannot be put right, what is broken is told.

        Raises:
            AutostartProblem: The system does not let us look.
        """
        found = self.state()
        if found.standing is not Standing.BROKEN or not found.mendable or self.installation.obstacle is not None:
            return found
        try:
            mended = self.turn_on()
        except AutostartProblem as error:
            log.warning("The entry for the start at login could not be put right: %s", error.title)
            return found
        log.info("The program of the entry for the start at login had gone; it starts this one now: %s", found.place)
        return mended
