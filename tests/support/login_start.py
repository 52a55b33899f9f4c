"""A place for programs that start at login, in memory, with the face of a system's."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path

from tray.core.autostart import Autostart, Standing


@dataclass
class FakeEntries:
    """Keeps one entry; may refuse to, as a system may."""

    entry: Autostart = field(default_factory=lambda: Autostart(Standing.OFF))
    refuses: bool = False
    files: tuple[Path, ...] = ()
    written: list[tuple[str, ...]] = field(default_factory=list)

    def read(self) -> Autostart:
        return self.entry

    def write(self, command: tuple[str, ...]) -> None:
        self._allow()
        self.written.append(command)
        self.entry = Autostart(Standing.ON, "in memory", command)

    def remove(self) -> None:
        self._allow()
        self.entry = Autostart(Standing.OFF)

    def _allow(self) -> None:
        if self.refuses:
            raise PermissionError(errno.EACCES, "Permission denied")
