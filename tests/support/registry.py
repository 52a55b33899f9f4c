"""A corner of the Windows registry for one test: nothing touches what the person's own login starts."""

from __future__ import annotations

import sys
import uuid
import winreg
from contextlib import suppress

from tray.core.dataclass import dataclass
from tray.desktop.windows import autostart

assert sys.platform == "win32"

_CORNER = r"Software\SSO Tray tests"


@dataclass(frozen=True, slots=True)
class PrivateRunKey(autostart.RunKey):
    """The two keys, below a name of their own."""

    corner: str = ""

    def close(self) -> None:
        """Take the corner away."""
        for path in (self.run, self.approved, self.corner):
            with suppress(FileNotFoundError):
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)


def private_run_key() -> PrivateRunKey:
    """Make a corner that no other test has; the keys themselves are made when something is written."""
    corner = f"{_CORNER}\\{uuid.uuid4()}"
    return PrivateRunKey(f"{corner}\\Run", f"{corner}\\Approved", corner)
