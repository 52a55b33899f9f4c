"""
Starting at login on Windows: a value in the person's ``Run`` key, and what Task Manager says of it.

Task Manager and the Settings turn an entry off by a value of the same name below ``StartupApproved``: its first byte is
odd then (02 and 06 are on, 03 and 07 are off); without the value the entry is on. Run under Wine, not on Windows.
"""

from __future__ import annotations

import re
import subprocess
import sys
import winreg
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.words.names import APPLICATION

assert sys.platform == "win32"  # noqa: S101 - tells the type checker where this module belongs

VALUE = APPLICATION
_COMMAND = re.compile(r'\s*(?:"([^"]+)"|([^"\s].*?\.exe|[^"\s]\S*))\s*(.*)', re.IGNORECASE)
"""Without quotes, Windows itself has to guess where the program ends."""


@dataclass(frozen=True, slots=True)
class RunKey:
    """The two keys, below ``HKEY_CURRENT_USER``."""

    run: str = r"Software\Microsoft\Windows\CurrentVersion\Run"
    approved: str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
    files: ClassVar[tuple[Path, ...]] = ()

    def read(self) -> Autostart:
        """Read the value, and whether it was turned off."""
        line, approved = _value(self.run), _value(self.approved)
        if line is None:
            return Autostart(Standing.OFF)
        off = isinstance(approved, bytes) and approved[:1] != b"" and approved[0] % 2 == 1
        command = words_of(winreg.ExpandEnvironmentStrings(line)) if isinstance(line, str) else ()
        return Autostart(Standing.OFF if off else Standing.ON, f"HKCU\\{self.run}\\{VALUE}", command)

    def write(self, command: tuple[str, ...]) -> None:
        """Write the value; what turned an earlier one off goes."""
        line = f'"{command[0]}" {subprocess.list2cmdline(command[1:])}'  # So no space in the path ever parts it.
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, self.run, 0, winreg.KEY_SET_VALUE) as key:
            winreg.SetValueEx(key, VALUE, 0, winreg.REG_SZ, line)
        _delete(self.approved)

    def remove(self) -> None:
        """Delete the value, and what Task Manager said of it."""
        _delete(self.run)
        _delete(self.approved)


def words_of(line: str) -> tuple[str, ...]:
    """Read a command line: the program, and plain arguments; empty where it names no program."""
    found = _COMMAND.fullmatch(line)
    return (found[1] or found[2], *found[3].split()) if found else ()


def _value(path: str) -> object:
    """Read our value of a key; None where there is none."""
    with suppress(FileNotFoundError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
        data: object = winreg.QueryValueEx(key, VALUE)[0]
        return data
    return None


def _delete(path: str) -> None:
    with suppress(FileNotFoundError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_SET_VALUE) as key:
        winreg.DeleteValue(key, VALUE)


def find_entries() -> RunKey:
    """Find the person's Run key."""
    return RunKey()
