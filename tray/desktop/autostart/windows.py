"""
Starting at login on Windows: a value in the person's ``Run`` key, and what Task Manager says of it.

Task Manager and the Settings turn an entry off by a value of the same name below ``StartupApproved``: its first byte is
odd then (02 and 06 are on, 03 and 07 are off); without the value the entry is on. Run under Wine, not on Windows.
"""

from __future__ import annotations

import subprocess
import sys
import winreg
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tray.core import text, text_autostart
from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem
from tray.desktop.autostart.files import told_to_people
from tray.installation.finding import Installation

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
VALUE = text.APPLICATION
_LONGEST = 260
"""Characters of a command line in the Run key (Microsoft: "Run and RunOnce Registry Keys")."""


@dataclass(frozen=True, slots=True)
class RunKey:
    """The two keys, below ``HKEY_CURRENT_USER``."""

    run: str = RUN
    approved: str = APPROVED

    @property
    def files(self) -> tuple[Path, ...]:
        """None: the registry is no file."""
        return ()

    def read(self) -> Entry | None:
        """Read the value, and whether it was turned off."""
        with told_to_people(f"HKCU\\{self.run}"):
            found = _value(self.run)
            if found is None:
                return None
            data, kind = found
            place = f"HKCU\\{self.run}\\{VALUE}"
            if kind not in {winreg.REG_SZ, winreg.REG_EXPAND_SZ} or not isinstance(data, str):
                return Entry(place, complaint=text_autostart.OF_ANOTHER_TYPE)
            command = words_of(winreg.ExpandEnvironmentStrings(data) if kind == winreg.REG_EXPAND_SZ else data)
            if not command:
                return Entry(place, complaint=text_autostart.NO_COMMAND)
            return Entry(place, command, not self._is_turned_off())

    def write(self, command: tuple[str, ...]) -> None:
        """Write the value; what turned an earlier one off goes."""
        line = line_of(command)
        if len(line) > _LONGEST:
            raise AutostartProblem(*text_autostart.command_too_long(_LONGEST))
        with told_to_people(f"HKCU\\{self.run}"):
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, self.run, 0, winreg.KEY_SET_VALUE) as key:
                winreg.SetValueEx(key, VALUE, 0, winreg.REG_SZ, line)
            _delete(self.approved)

    def remove(self) -> None:
        """Delete the value, and what Task Manager said of it."""
        with told_to_people(f"HKCU\\{self.run}"):
            _delete(self.run)
            _delete(self.approved)

    def _is_turned_off(self) -> bool:
        found = _value(self.approved)
        return found is not None and isinstance(found[0], bytes) and bool(found[0][:1]) and found[0][0] % 2 == 1


def line_of(command: tuple[str, ...]) -> str:
    """Write a command line; the program is always quoted, so that a space in its path never parts it."""
    program, *arguments = command
    return f'"{program}" {subprocess.list2cmdline(arguments)}'.rstrip()


def words_of(line: str) -> tuple[str, ...]:
    """Read a command line as far as an entry of this kind needs it: the program, and plain arguments."""
    line = line.strip()
    if line.startswith('"'):
        program, _, rest = line[1:].partition('"')
        return (program, *rest.split()) if program else ()
    # Without quotes, Windows itself has to guess where the program ends.
    before, suffix, rest = line.partition(".exe")
    return (before + suffix, *rest.split()) if suffix else tuple(line.split())


def _value(path: str) -> tuple[object, int] | None:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            return winreg.QueryValueEx(key, VALUE)
    except FileNotFoundError:
        return None


def _delete(path: str) -> None:
    with suppress(FileNotFoundError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_SET_VALUE) as key:
        winreg.DeleteValue(key, VALUE)


def open_entries(installation: Installation, state_folder: Path) -> RunKey:  # noqa: ARG001 - as on all systems
    """Open the person's Run key."""
    return RunKey()
