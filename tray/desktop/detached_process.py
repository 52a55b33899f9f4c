"""Starts a program of the desktop and lets it go."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Sequence

from tray.core.command import ACTIVATION, activation

_log = logging.getLogger(__name__)

_FAILS_WITHIN_SECONDS = 0.5


def start(command: Sequence[str], token: str = "") -> bool:
    """
    Start a program that outlives us, without a shell, heard by nobody and waited for by nobody.

    It gets the leave to raise its window that `token` is, where it is not empty, and never one that was given to us.

    Tells whether it runs, or ended well. A program that fails within half a second did not start.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in ACTIVATION} | activation(token),
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
