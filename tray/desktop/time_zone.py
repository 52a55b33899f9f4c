"""
The time zone of this machine as it is now: a process keeps the one in which it was started until it asks anew.

Tried on Linux, with ``/etc/localtime`` replaced while it ran. On Windows the C library is asked, which Python's own
``time`` does not offer there; run under Wine only.
"""

from __future__ import annotations

import os
import sys
import time

_THE_MACHINES = "/etc/localtime"


def follow() -> None:
    """Let local times be those of the zone in which the machine is now; costs next to nothing where it stayed."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows alone needs it for this

        ctypes.cdll.ucrtbase["_tzset"]()
        return
    # Some set TZ to this file, to spare looking at it again (glibc, time/tzset.c): without TZ it means the same, and
    # the file is looked at.
    if os.environ.get("TZ", "").removeprefix(":") == _THE_MACHINES:
        del os.environ["TZ"]
    time.tzset()
