"""What this program serves on 127.0.0.1, to its own user alone; and whose a connection there is."""

from __future__ import annotations

import enum

End = tuple[str, int]
"""One end of a TCP connection: an IPv4 address, and a port."""


class Owner(enum.Enum):
    """Who holds the other end of a connection, as far as the system tells."""

    OURS = enum.auto()
    """This user, or one who may do everything here anyway."""

    ANOTHERS = enum.auto()
    """Another user of this machine."""

    NOBODYS = enum.auto()
    """Nobody: its process has closed it, or this system does not list it."""

    UNTOLD = enum.auto()
    """This system has no sure way to tell."""
