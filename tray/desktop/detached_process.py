"""Starts a program of the desktop and lets it go."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tray.core.command import ACTIVATION, activation
from tray.disk.core_dumps import as_given

_log = logging.getLogger(__name__)

FAILS_WITHIN_SECONDS = 30.0
"""
A program that fails within so long has shown nothing; one that ends badly later has been used before.

What waits for a desktop service that does not answer gives up after 25 seconds (the reply time of D-Bus libraries).
"""

SOON_SECONDS = 3.0
"""How long a command in a terminal waits for a failure: real openers need up to a second or two to find no browser."""


def start(
    command: Sequence[str],
    *,
    seconds: float = FAILS_WITHIN_SECONDS,
    environ: Mapping[str, str] | None = None,
    token: str = "",
) -> bool:
    """
    Start a program that outlives us, without a shell and heard by nobody.

    It is waited for only to hear whether it fails: an opener may take a second and more to find that there is no
    browser, while a browser that it starts may stay for hours.

    Args:
        command: The program and its arguments.
        seconds: How long to wait for it to fail. A program that runs longer counts as started, and is let go.
        environ: Its environment; None for this process's. A leave to raise a window that was given to us is left out.
        token: The leave to raise its window that it gets instead; empty for none.

    Returns:
        Whether it ended well, or still runs.
    """
    inherited = os.environ if environ is None else environ
    try:
        with as_given():
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                env={name: value for name, value in inherited.items() if name not in ACTIVATION} | activation(token),
            )
    except (OSError, ValueError) as error:
        _log.info("%s cannot be started: %s", command[0], error)
        return False
    ended = threading.Event()

    def wait() -> None:
        process.wait()
        ended.set()

    # Not `wait` with a limit, which looks 20 times a second.
    try:
        threading.Thread(target=wait, name="reaper", daemon=True).start()
    except RuntimeError:  # The system has no thread left to give.
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            ended.set()
    if not ended.wait(seconds):
        return True
    if process.returncode:
        _log.info("%s ended with code %d", command[0], process.returncode)
    return process.returncode == 0
