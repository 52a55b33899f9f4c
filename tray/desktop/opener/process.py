"""Starts a program of the desktop and lets it go."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_log = logging.getLogger(__name__)

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_FAILS_WITHIN_SECONDS = 0.5


def clean_environment(environ: Mapping[str, str], *, frozen: bool = getattr(sys, "frozen", False)) -> dict[str, str]:
    """
    Undo what a frozen program's start did to its environment, so that other programs find their own libraries.

    PyInstaller points the library path at the bundle and keeps the earlier value as ``…_ORIG``
    (DESKTOP-FACTS section 6).

    Args:
        environ: The environment of this process.
        frozen: Whether this process is such a bundle; otherwise nothing is changed.
    """
    cleaned = dict(environ)
    if not frozen:
        return cleaned
    for name in _LIBRARY_PATHS:
        cleaned.pop(name, None)
        original = cleaned.pop(f"{name}_ORIG", None)
        if original:
            cleaned[name] = original
    return {name: value for name, value in cleaned.items() if not name.startswith(("_PYI_", "_MEIPASS"))}


def start(command: Sequence[str]) -> bool:
    """
    Start a program that outlives us, heard by nobody and waited for by nobody.

    Args:
        command: The program and its arguments; no shell sees them.

    Returns:
        Whether it runs, or ended well. A program that fails within half a second did not start.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as error:
        _log.info("%s cannot be started: %s", command[0], error)
        return False
    try:
        code = process.wait(_FAILS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, name="reaper", daemon=True).start()
        return True
    if code:
        _log.info("%s ended with code %d", command[0], code)
    return code == 0
