"""An X server that nobody sees, and what a person would paste there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from support.needs import needs


@contextmanager
def xvfb(*options: str) -> Iterator[str]:
    """Give an X server of one's own: its display. Skips the test (fails it in CI) without one, or without xclip."""
    needs("Xvfb", "xclip")
    command = ["Xvfb", "-displayfd", "1", "-nolisten", "tcp", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def pasted(display: str, target: str = "UTF8_STRING") -> str:
    """What another program pastes."""
    command = ["xclip", "-out", "-selection", "clipboard", "-target", target]
    environ = {**os.environ, "DISPLAY": display}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=20, check=False).stdout
