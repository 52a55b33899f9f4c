"""
Starting at login on macOS: a LaunchAgent of the person's, as ``launchd.plist(5)`` describes it.

The agent is only written: loading it would start a second program at once, and unloading it would end the one that it
has started. Run with its files and with ``launchctl`` faked, on other systems; not run on macOS.
"""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from tray.core import text_autostart
from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem
from tray.desktop.autostart.files import read_file, remove_file, write_file
from tray.installation.finding import Installation
from tray.paths import APPLICATION_ID

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

_LAUNCHCTL = "/bin/launchctl"
_LAUNCHCTL_SECONDS = 5.0
_DISABLED = re.compile(rf'"{re.escape(APPLICATION_ID)}"\s*=>\s*(disabled|true)')
"""In what ``launchctl print-disabled`` prints; before macOS 13 it says ``true``."""


def ask_launchctl(arguments: Sequence[str]) -> str:
    """Run ``launchctl``; returns what it printed, and nothing where it cannot be run."""
    try:
        found = subprocess.run(
            [_LAUNCHCTL, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LAUNCHCTL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout


@dataclass(frozen=True, slots=True)
class LaunchAgents:
    """The folder of the person's LaunchAgents."""

    folder: Path
    session: str
    """What ``launchctl`` calls the person's desktop session: ``gui/501``."""

    launchctl: Callable[[Sequence[str]], str] = ask_launchctl

    @property
    def files(self) -> tuple[Path, ...]:
        """The agent."""
        return (self.folder / f"{APPLICATION_ID}.plist",)

    def read(self) -> Entry | None:
        """Read the agent, and whether launchd was told not to heed it."""
        path = self.files[0]
        content = read_file(path)
        if content is None or isinstance(content, Entry):
            return content
        agent = _parsed(content)
        if agent is None:
            return Entry(str(path), complaint=text_autostart.NOT_A_LIST)
        command = _command(agent)
        if not command:
            return Entry(str(path), complaint=text_autostart.NO_COMMAND)
        heeded = agent.get("RunAtLoad") is True and agent.get("Disabled") is not True
        return Entry(str(path), command, heeded and not self._is_disabled())

    def write(self, command: tuple[str, ...]) -> None:
        """Write the agent, and take back what may have disabled it."""
        agent = {
            "Label": APPLICATION_ID,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
            "AssociatedBundleIdentifiers": [APPLICATION_ID],
        }
        try:
            content = plistlib.dumps(agent, sort_keys=False)
        except ValueError as error:  # No XML can hold a control character, or bytes that are no text.
            raise AutostartProblem(*text_autostart.path_not_text(command[0])) from error
        write_file(self.files[0], content)
        self.launchctl(["enable", f"{self.session}/{APPLICATION_ID}"])

    def remove(self) -> None:
        """Remove the agent."""
        remove_file(self.files[0])

    def _is_disabled(self) -> bool:
        return _DISABLED.search(self.launchctl(["print-disabled", self.session])) is not None


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        agent = plistlib.loads(content)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, ExpatError):
        return None  # Whatever a parser makes of bytes that are no property list.
    return agent if isinstance(agent, dict) else None


def _command(agent: dict[str, Any]) -> tuple[str, ...]:
    arguments = agent.get("ProgramArguments", [])
    words = arguments if isinstance(arguments, list) else []
    program = agent.get("Program")
    if isinstance(program, str):
        words = [program, *words[1:]]
    return tuple(words) if all(isinstance(word, str) for word in words) else ()


def open_entries(installation: Installation, state_folder: Path) -> LaunchAgents:  # noqa: ARG001 - as on all systems
    """Open the person's LaunchAgents."""
    return LaunchAgents(Path.home() / "Library" / "LaunchAgents", f"gui/{os.getuid()}")
