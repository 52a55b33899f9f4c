"""A server on a free port of 127.0.0.1 that lets in connections of this user alone; run on Linux, and under Wine."""

from __future__ import annotations

import socket
import socketserver
import sys
from typing import TYPE_CHECKING, Any

from tray.loopback.connections import NotOurs, demand_ours

if TYPE_CHECKING:
    from collections.abc import Callable


class OwnServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """
    Serves each connection by a thread, so that a silent one holds nobody up.

    Args:
        handler: What serves a connection.
        on_stranger: Called by such a thread when another user of this machine has been turned away.

    Raises:
        OSError: No port could be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler: type[socketserver.BaseRequestHandler], on_stranger: Callable[[], object]) -> None:
        self._on_stranger = on_stranger
        super().__init__(("127.0.0.1", 0), handler)

    def server_bind(self) -> None:
        """Take the port for us alone."""
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:  # Windows, where another program could otherwise take over the port
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()
        self.socket.setblocking(False)  # a connection may be gone again by the time it is accepted

    def finish_request(self, request: Any, client_address: Any) -> None:
        """
        Serve a connection of this user; any other is closed without a word, and not a byte of it is read.

        A page for it would tell others what listens here, and would be lost: what was sent unread resets a connection.
        """
        demand_ours(request)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has them
        """Tell who was turned away, and be silent: a broken connection is no event, a traceback could show a code."""
        match sys.exception():
            case NotOurs(anothers=True):
                self._on_stranger()
