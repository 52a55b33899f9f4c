"""A place for programs that start at login, in memory, with the face of a system's."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem


@dataclass
class FakeEntries:
    """Keeps one entry; may refuse to, as a system may."""

    entry: Entry | None = None
    refuses: bool = False
    files: tuple[Path, ...] = ()
    written: list[tuple[str, ...]] = field(default_factory=list)

    def read(self) -> Entry | None:
        return self.entry

    def write(self, command: tuple[str, ...]) -> None:
        self._allow()
        self.written.append(command)
        self.entry = Entry("in memory", command)

    def remove(self) -> None:
        self._allow()
        self.entry = None

    def _allow(self) -> None:
        if self.refuses:
            raise AutostartProblem("Not allowed", "Ask somebody")
