"""Programs that put their input into the clipboard."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping, Sequence

from tray.disk.core_dumps import as_given

_log = logging.getLogger(__name__)

_SECONDS = 3.0
"""Each ends at once, or leaves a child that holds the text; one that is still there waits for a focus, or a display."""


def feed(command: Sequence[str], text: str, environ: Mapping[str, str] | None = None) -> bool:
    """
    Give a text to such a program on its standard input, which nobody else reads; tells whether it took it.

    What it leaves running, where the clipboard lives only as long as its owner, goes on when we end.
    """
    try:
        with as_given():
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=environ,
            )
    except OSError as error:
        _log.info("%s cannot be started: %s", command[0], error)
        return False
    try:
        process.communicate(text.encode(), timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        _log.info("%s did not end", command[0])
        process.kill()
        process.wait()
        return False
    if process.returncode:
        _log.info("%s ended with code %d", command[0], process.returncode)
    return process.returncode == 0
