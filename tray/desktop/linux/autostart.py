"""
Starting at login on Linux: a desktop entry in the person's ``autostart`` folder, which every desktop follows.

Sources: Desktop Application Autostart Specification 0.5, and Desktop Entry Specification 1.5 ("Basic format of the
file", "The Exec key"). Reading is tolerant; what is written is understood by GLib, KDE and the specification's tools.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.words import autostart as autostart_words
from tray.core.words.names import APPLICATION
from tray.desktop.autostart_files import read_file, remove_file, write_file
from tray.installation.programs import which
from tray.paths import APPLICATION_ID

_ENTRY = f"""\
[Desktop Entry]
Type=Application
Name={APPLICATION}
Comment={{comment}}
Icon={APPLICATION_ID}
Exec={{exec}}
TryExec={{program}}
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"""
"""Without a delay: the earlier a reminder is possible the better, and the icon registers when a panel is there."""

_HIDING = f"[Desktop Entry]\nType=Application\nName={APPLICATION}\nExec=sso-tray run\nHidden=true\n"
"""Hides an entry of the system."""

_SWITCHES = ("X-GNOME-Autostart-enabled", "X-MATE-Autostart-enabled")
"""Where the settings of desktops turn an entry off, beside ``Hidden``."""

_TRUE = {"true", "1"}
"""The number is that of old files."""

_GROUP = re.compile(r"^\[Desktop Entry\][ \t\r]*$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"^[ \t]*([A-Za-z0-9-]+)[ \t]*=(.*)$", re.MULTILINE)
_PLAIN = re.compile(r"[\w/.+-]+")


@dataclass(frozen=True, slots=True)
class DesktopEntries:
    """The desktop entries of our name that are started at login."""

    files: tuple[Path, ...]
    """The person's own, which hides the others; then the system's, the most important first."""

    desktops: frozenset[str] = frozenset()
    """The names of the desktop that runs."""

    def read(self) -> Autostart:
        """Read the first entry there is."""
        return self._first(self.files)

    def write(self, command: tuple[str, ...]) -> None:
        """Write the person's own entry; it hides one of the system."""
        program = command[0].replace("\\", "\\\\")
        entry = _ENTRY.format(exec=exec_line(command), program=program, comment=autostart_words.COMMENT())
        write_file(self.files[0], entry.encode())

    def remove(self) -> None:
        """Remove the person's own entry; one of the system is hidden by it instead."""
        if self._first(self.files[1:]).standing is Standing.ON:
            write_file(self.files[0], _HIDING.encode())
        else:
            remove_file(self.files[0])

    def _first(self, files: tuple[Path, ...]) -> Autostart:
        for file in files:
            content = read_file(file)
            if content is not None:
                return self._understand(file, content)
        return Autostart(Standing.OFF)

    def _understand(self, file: Path, content: bytes) -> Autostart:
        group = _GROUP.search(content.decode(errors="surrogateescape"))
        # Of a key that is given twice, the last one counts.
        values = {key: value.strip(" \t\r") for key, value in _KEY.findall(group[1])} if group else {}
        command, needed = command_of(values.get("Exec", "")), values.get("TryExec", "").replace("\\\\", "\\")
        if needed and which(needed) is None:
            command = (needed, *command[1:])  # Without it nothing starts, whatever the command is.
        return Autostart(Standing.ON if self._is_heeded(values) else Standing.OFF, str(file), command)

    def _is_heeded(self, values: Mapping[str, str]) -> bool:
        """Tell whether this desktop starts the entry."""
        only, never = values.get("OnlyShowIn"), values.get("NotShowIn", "")
        return (
            values.get("Hidden", "").lower() not in _TRUE
            and all(values.get(switch, "true").lower() in _TRUE for switch in _SWITCHES)
            and (only is None or not self.desktops.isdisjoint(only.split(";")))
            and self.desktops.isdisjoint(never.split(";"))
        )


def exec_line(command: tuple[str, ...]) -> str:
    """Write a command as a value of ``Exec``: words without control characters and percent signs."""
    inside = (re.sub(r'(["`$\\])', r"\\\1", word) for word in command)
    return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in inside).replace("\\", "\\\\")


def command_of(value: str) -> tuple[str, ...]:
    """Read a value of ``Exec``, without the codes that stand for files to open; empty where it names no program."""
    line = value.replace("\\\\", "\\")
    try:
        words = shlex.split(re.sub(r"\\([$`])", r"\1", line))  # A shell's words, but for these two.
    except ValueError:
        return ()
    command = tuple(word.replace("%%", "%") for word in words if not re.fullmatch("%[A-Za-z]", word))
    return command if any(command[:1]) else ()


def find_entries(environ: Mapping[str, str] = os.environ) -> DesktopEntries:
    """Find the person's desktop entries, and the system's; XDG variables with a relative path are ignored."""
    own = Path(environ.get("XDG_CONFIG_HOME", ""))
    system = map(Path, (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep))
    folders = [own if own.is_absolute() else Path.home() / ".config", *filter(Path.is_absolute, system)]
    return DesktopEntries(
        tuple(folder / "autostart" / f"{APPLICATION_ID}.desktop" for folder in folders),
        frozenset(filter(None, environ.get("XDG_CURRENT_DESKTOP", "").split(":"))),
    )
