"""
A Linux distribution inside Windows (WSL), and where the person's home on the Windows side is.

From Microsoft's documentation of WSL (interop, ``wslpath``, ``cmd /u``); run with stand-ins of those programs.
"""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.disk.looking import is_folder
from tray.installation.programs import which

if TYPE_CHECKING:
    from collections.abc import Mapping

_RELEASE = Path("/proc/sys/kernel/osrelease")
_VARIABLES = ("WSL_DISTRO_NAME", "WSL_INTEROP")
_SHELLS = ("cmd.exe", "/mnt/c/Windows/System32/cmd.exe")
"""Windows' folders need not be on the PATH (``appendWindowsPath`` of ``wsl.conf``)."""

_PATIENCE_SECONDS = 20.0
"""The first program of Windows may have to wait until its side wakes up."""


def is_wsl(environ: Mapping[str, str]) -> bool:
    """Tell whether this Linux runs inside Windows; under ``sudo`` the kernel alone knows."""
    if any(environ.get(name) for name in _VARIABLES):
        return True
    with suppress(OSError):
        return "microsoft" in _RELEASE.read_text("ascii", "replace").lower()
    return False


def find_windows_home() -> Path | None:
    """
    Ask Windows for the person's home, as a path of this distribution; None where it does not answer.

    Takes a tenth of a second or more.
    """
    for shell in filter(None, map(which, _SHELLS)):
        # /u: whatever the code page, what is printed into a pipe is UTF-16. /d: no start commands of the person's.
        home = _printed([shell, "/u", "/d", "/c", "echo %USERPROFILE%"]).decode("utf-16-le", "replace").strip()
        if home and "%" not in home:
            path = _printed(["wslpath", "-u", home]).decode("utf-8", "surrogateescape").strip("\n")
            if path.startswith("/") and is_folder(Path(path)):
                return Path(path)
    return None


def _printed(command: list[str]) -> bytes:
    with suppress(OSError, subprocess.SubprocessError):
        # In a folder that Windows has too: cmd says something else first where it cannot be in ours.
        folder = next((folder for folder in ("/mnt/c", "/") if is_folder(Path(folder))), None)
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            timeout=_PATIENCE_SECONDS,
            check=True,
        ).stdout
    return b""
