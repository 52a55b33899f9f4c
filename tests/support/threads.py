"""Looks at threads of this process, as Linux counts them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from support.desk import until

_A_MOMENT_SECONDS = 0.05
"""One that waits for Python's lock wakes up ten times as often."""


def turns(thread: threading.Thread) -> str:
    """Tell how long and how often a thread has run."""
    return Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text("ascii")


def wait_until_it_waits(thread: threading.Thread) -> str:
    """Wait until a thread has not run for a moment, and give its `turns`."""

    def rested() -> str:
        before = turns(thread)
        time.sleep(_A_MOMENT_SECONDS)
        return before if turns(thread) == before else ""

    return until(rested)
