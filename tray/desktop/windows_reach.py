"""How a browser of Windows stands to a distribution of WSL inside it."""

from __future__ import annotations

import sys
from enum import Enum, auto


class Reach(Enum):
    """What a login can do with it."""

    NO_INTEROP = auto()
    """No program of Windows can be started from here."""

    ONE_WAY = auto()
    """It can be opened, but comes to no page of ours: forwarding is off, or its connections are nobody's here."""

    COMES_BACK = auto()


def find_reach() -> Reach:
    """Find it out, from inside WSL; takes up to some seconds."""
    if sys.platform != "linux":
        return Reach.NO_INTEROP
    from tray.desktop.linux.windows_side import reach  # noqa: PLC0415 - it knows this module

    return reach()
