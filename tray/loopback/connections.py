"""Lets in the connections of our own user, as far as the system tells whose they are."""

from __future__ import annotations

import socket
import sys

from tray.loopback import End, Owner

if sys.platform == "linux":
    from tray.loopback.linux import find_owner
elif sys.platform == "win32":
    from tray.loopback.windows import find_owner
else:

    def find_owner(_other: End, _ours: End, /) -> Owner:
        """Tell nothing: of the ways that macOS has, none was seen at work."""
        return Owner.UNTOLD


_PATIENCE_SECONDS = 5.0


class NotOurs(ConnectionError):
    """
    A connection is not let in.

    Args:
        anothers: Whether another user of this machine holds it. Else nobody does any more, which tells nothing.
    """

    def __init__(self, *, anothers: bool) -> None:
        super().__init__("the connection is another user's" if anothers else "nobody holds the connection")
        self.anothers = anothers


def demand_ours(connection: socket.socket) -> None:
    """
    Go on only if a connection that an IPv4 port of loopback has accepted is our own user's; nothing of it is read.

    Raises:
        NotOurs: It is another user's, or nobody's.
        OSError: It is broken, or the system does not tell what it should.
    """
    owner = find_owner(connection.getpeername(), connection.getsockname())
    if owner in {Owner.ANOTHERS, Owner.NOBODYS}:
        raise NotOurs(anothers=owner is Owner.ANOTHERS)


def knows_us() -> bool:
    """Try whether our own connections would be let in; raises `OSError` where nothing can be had on loopback."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), _PATIENCE_SECONDS) as own,
    ):
        try:
            return find_owner(own.getsockname(), own.getpeername()) in {Owner.OURS, Owner.UNTOLD}
        except OSError:
            return False
