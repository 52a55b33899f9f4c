"""What every system's place for programs that start at login can do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tray.core.autostart import Entry


class Entries(Protocol):
    """The system's own list of programs that start at login, as far as it is about this program."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Files by whose changes the entry changes; none where it is no file."""

    def read(self) -> Entry | None:
        """
        Read the entry that is in force; None for none. What cannot be understood is an entry with a complaint.

        Raises:
            AutostartProblem: The system does not let us look.
        """

    def write(self, command: tuple[str, ...]) -> None:
        """
        Have the system start a command at every login, whatever entry there was.

        Raises:
            AutostartProblem: The system does not let us; all is as it was.
        """

    def remove(self) -> None:
        """
        Have the system start nothing of ours. Nothing to remove is no error.

        Raises:
            AutostartProblem: The system does not let us; all is as it was.
        """
