"""
Starting at login on macOS: a LaunchAgent of the person's, as ``launchd.plist(5)`` describes it.

The agent is only written: loading it would start a second program at once, and unloading it would end the one that it
has started. Since macOS 13 the person's switch for it is kept where only ServiceManagement looks (docs/facts: macOS
start). Run with its files, and with ``launchctl`` and ServiceManagement faked, on other systems; not run on macOS.
"""

from __future__ import annotations

import logging
import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from xml.parsers.expat import ExpatError

from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.words import autostart as autostart_words
from tray.desktop.autostart_files import read_file, remove_file, write_file
from tray.paths import APPLICATION_ID

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

_LAUNCHCTL = "/bin/launchctl"
_LAUNCHCTL_SECONDS = 5.0
_SERVICE_MANAGEMENT = "/System/Library/Frameworks/ServiceManagement.framework"
_REQUIRES_APPROVAL = 2
"""``SMAppServiceStatusRequiresApproval``. The others say less than the file does: one just written is not known yet."""

log = logging.getLogger(__name__)

_DISABLED = re.compile(rf'"{re.escape(APPLICATION_ID)}"\s*=>\s*(disabled|true)')
"""In what ``launchctl print-disabled`` prints; before macOS 13 it says ``true``."""


def ask_launchctl(arguments: Sequence[str]) -> str:
    """Run ``launchctl``; returns what it printed, and nothing where it cannot be run."""
    command = [_LAUNCHCTL, *arguments]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LAUNCHCTL_SECONDS, check=False
        ).stdout
    return ""


def ask_service_management(file: Path) -> int | None:
    """
    Ask what the system makes of an agent in a file (``SMAppService.statusForLegacyURL:``, since macOS 13).

    Returns:
        An ``SMAppServiceStatus``; None where the system is older, or cannot be asked.
    """
    try:
        objc, foundation = import_module("objc"), import_module("Foundation")
        objc.loadBundle("ServiceManagement", {}, bundle_path=_SERVICE_MANAGEMENT)
        url = foundation.NSURL.fileURLWithPath_(str(file))
        return int(objc.lookUpClass("SMAppService").statusForLegacyURL_(url))
    except Exception as error:  # noqa: BLE001 - no PyObjC, no such class, whatever the bridge raises
        log.debug("ServiceManagement cannot be asked: %s", type(error).__name__)
        return None


@dataclass(frozen=True, slots=True)
class LaunchAgent:
    """The person's LaunchAgent of our name."""

    files: tuple[Path]
    session: str
    """What ``launchctl`` calls the person's desktop session: ``gui/501``."""

    launchctl: Callable[[Sequence[str]], str] = ask_launchctl
    service_status: Callable[[Path], int | None] = ask_service_management

    def read(self) -> Autostart:
        """Read the agent, and whether launchd was told not to heed it."""
        content = read_file(self.files[0])
        if content is None:
            return Autostart(Standing.OFF)
        try:
            agent = plistlib.loads(content)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, ExpatError):
            agent = None  # Whatever a parser makes of bytes that are no property list.
        words = agent.get("ProgramArguments") if isinstance(agent, dict) else None
        if not words or not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            return Autostart(Standing.ON, str(self.files[0]))
        disabled = _DISABLED.search(self.launchctl(["print-disabled", self.session])) is not None
        heeded = agent.get("RunAtLoad") is True and agent.get("Disabled") is not True and not disabled
        if heeded and self.service_status(self.files[0]) == _REQUIRES_APPROVAL:
            return Autostart(Standing.OFF, str(self.files[0]), tuple(words), note=autostart_words.NEEDS_APPROVAL())
        return Autostart(Standing.ON if heeded else Standing.OFF, str(self.files[0]), tuple(words))

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
        write_file(self.files[0], plistlib.dumps(agent, sort_keys=False))
        self.launchctl(["enable", f"{self.session}/{APPLICATION_ID}"])

    def remove(self) -> None:
        """Remove the agent."""
        remove_file(self.files[0])


def find_entries() -> LaunchAgent:
    """Find the person's LaunchAgent."""
    file = Path.home() / "Library" / "LaunchAgents" / f"{APPLICATION_ID}.plist"
    return LaunchAgent((file,), f"gui/{os.getuid()}")
