"""
Starting at login on Linux: the Desktop Application Autostart Specification 0.5, which every desktop follows.

The entry in the person's own folder counts, and hides one of the same name in the folders of the system.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core import text, text_autostart
from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem
from tray.desktop.autostart import desktop_entry
from tray.desktop.autostart.desktop_entry import NotAnEntry
from tray.desktop.autostart.files import read_file, remove_file, write_file
from tray.desktop.autostart.port import Entries
from tray.installation.finding import Installation, Way
from tray.paths import APPLICATION_ID

if TYPE_CHECKING:
    from typing import TypeAlias

    _Values: TypeAlias = Mapping[str, str]

_FILE = f"{APPLICATION_ID}.desktop"
_SWITCHES = ("X-GNOME-Autostart-enabled", "X-MATE-Autostart-enabled")
"""Where the settings of desktops turn an entry off, beside ``Hidden``."""


@dataclass(frozen=True, slots=True)
class DesktopEntries:
    """The folders of desktop entries that are started at login."""

    own: Path
    """The person's."""

    system: tuple[Path, ...] = ()
    """The system's, the most important first."""

    desktops: tuple[str, ...] = ()
    """The names of the desktop that runs."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that may hold the entry."""
        return tuple(folder / _FILE for folder in (self.own, *self.system))

    def read(self) -> Entry | None:
        """Read the first entry there is: it hides the others."""
        return self._first(self.files)

    def write(self, command: tuple[str, ...]) -> None:
        """Write the person's own entry; or take away what hides the system's, where that starts the same."""
        system = self._first(self.files[1:])
        if system is not None and system.enabled and system.command == command:
            remove_file(self.files[0])
        else:
            self._put(_entry(command))

    def remove(self) -> None:
        """Remove the person's own entry; an entry of the system is hidden by one that says so."""
        system = self._first(self.files[1:])
        if system is not None and system.enabled:
            self._put({**_entry(system.command or ("sso-tray",)), "Hidden": "true"})
        else:
            remove_file(self.files[0])

    def _put(self, values: _Values) -> None:
        try:
            content = desktop_entry.write_group(values).encode("utf-8")
        except UnicodeEncodeError as error:
            raise AutostartProblem(*text_autostart.path_not_text(values["TryExec"])) from error
        write_file(self.files[0], content)

    def _first(self, files: tuple[Path, ...]) -> Entry | None:
        for file in files:
            found = read_file(file)
            if found is not None:
                return found if isinstance(found, Entry) else self._understand(str(file), found)
        return None

    def _understand(self, place: str, content: bytes) -> Entry:
        try:
            values = desktop_entry.read_group(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return Entry(place, complaint=text_autostart.NOT_TEXT)
        except NotAnEntry as error:
            return Entry(place, complaint=str(error))
        try:
            command = desktop_entry.command_of(values.get("Exec", ""))
        except NotAnEntry as error:
            # One that only hides an entry of the system need not say what it would start.
            return Entry(place, complaint=str(error)) if self._is_heeded(values) else Entry(place, enabled=False)
        needed = desktop_entry.string(values.get("TryExec", ""))
        if needed and shutil.which(needed) is None:
            command = (needed, *command[1:])  # Without it nothing starts, whatever the command is.
        return Entry(place, command, self._is_heeded(values))

    def _is_heeded(self, values: _Values) -> bool:
        """Tell whether this desktop starts the entry."""
        if desktop_entry.truth(values.get("Hidden")):
            return False
        if any(key in values and not desktop_entry.truth(values[key]) for key in _SWITCHES):
            return False
        only, never = values.get("OnlyShowIn"), values.get("NotShowIn")
        if only is not None and not set(desktop_entry.listed(only)) & set(self.desktops):
            return False
        return never is None or not set(desktop_entry.listed(never)) & set(self.desktops)


def _entry(command: tuple[str, ...]) -> dict[str, str]:
    return {
        "Type": "Application",
        "Name": text.APPLICATION,
        "Comment": text_autostart.COMMENT,
        "Icon": APPLICATION_ID,
        "Exec": desktop_entry.exec_line(command),
        "TryExec": desktop_entry.escaped(command[0]),
        "Terminal": "false",
        "StartupNotify": "false",
        # No delay: the earlier a reminder is possible the better, and the icon registers when a panel is there.
        "X-GNOME-Autostart-enabled": "true",
    }


def open_entries(installation: Installation, state_folder: Path, environ: Mapping[str, str] = os.environ) -> Entries:
    """
    Open the person's desktop entries; or, from inside a sandbox, the portal that keeps them.

    Args:
        installation: This program.
        state_folder: Where to keep what the portal answered.
        environ: Where the XDG variables are looked up (Base Directory Specification: a relative path is ignored).
    """
    if installation.way is Way.FLATPAK:
        from tray.desktop.autostart.portal import Portal  # noqa: PLC0415 - only a sandbox needs it

        return Portal(state_folder / "autostart-portal")
    config = Path(environ.get("XDG_CONFIG_HOME", ""))
    own = config if config.is_absolute() else Path.home() / ".config"
    listed = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    return DesktopEntries(
        own / "autostart",
        tuple(Path(folder) / "autostart" for folder in listed if Path(folder).is_absolute()),
        tuple(name for name in environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name),
    )
