"""
The connections that a server has at once: few, and each for a time, so that the right one never waits for the others.

Any program of this user, and any page in the browser, can connect a thousand times and say nothing, or little by
little. What has to be answered is said at once.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import socket
import threading
import time
from collections.abc import Callable
from itertools import islice
from typing import Final

LONGEST_SECONDS: Final = 10.0
"""A connection that has not said all that it has to say by then, or has not taken its answer, is closed."""

MOST: Final = 64
"""Connections at once, each with a thread. Of those that are heard the oldest have to go for a new one."""

MOST_STREAMS: Final = 16
"""Of these, so many that stay open; the oldest has to go for a new one."""

USED_UP: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What the system says where this process, or all together, have no descriptor left to open something."""

_GO_TOGETHER: Final = 8
_ROOM_SECONDS: Final = 0.02
_TRIES: Final = 50


class State(enum.Enum):
    """What a connection is about."""

    JUDGED = enum.auto()
    """It is being found out whose it is."""

    HEARD = enum.auto()
    """It has not said all that it has to say, or has not taken all that it is answered."""

    ANSWERED = enum.auto()
    """An answer is being found, for as long as that takes."""

    STREAMS = enum.auto()
    """It is told of what happens, for as long as it stays open."""

    ENDED = enum.auto()


class Crowd:
    """The open connections of a server, the oldest first. May be used by every thread."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._open: dict[socket.socket, tuple[State, float]] = {}
        """What each is about, and since when."""

        self._room = threading.Condition()

    def __len__(self) -> int:
        return len(self._open)

    def take(self, connection: socket.socket) -> None:
        """Take a new connection in, as soon as there is room for it."""
        while len(self._open) >= MOST:
            self.make_room()
        with self._room:
            self._open[connection] = State.JUDGED, self._monotonic()

    def leave(self, connection: socket.socket) -> None:
        """Note that a connection is closed."""
        with self._room:
            self._open.pop(connection, None)
            self._room.notify_all()

    def becomes(self, connection: socket.socket, state: State) -> None:
        """Note what a connection is about from now on, unless it was ended."""
        with self._room:
            if self._open.get(connection, (State.ENDED, 0.0))[0] is not State.ENDED:
                self._open[connection] = state, self._monotonic()

    def streams(self, connection: socket.socket) -> None:
        """Note that a connection stays open from now on, unless it was ended; where there are many, the oldest goes."""
        self.becomes(connection, State.STREAMS)
        with self._room:
            streams = [each for each, (state, _) in self._open.items() if state is State.STREAMS]
            for oldest in streams[:-MOST_STREAMS]:
                self._end(oldest)

    def end_streams(self) -> None:
        """End every connection that stays open."""
        with self._room:
            for connection, (state, _) in list(self._open.items()):
                if state is State.STREAMS:
                    self._end(connection)

    def end_the_slow(self) -> None:
        """End every connection that had its time."""
        until = self._monotonic() - LONGEST_SECONDS
        with self._room:
            for connection, (state, since) in list(self._open.items()):
                if state is State.HEARD and since <= until:
                    self._end(connection)

    def make_room(self) -> None:
        """End the oldest of those that are heard, and wait a moment until one is gone."""
        with self._room:
            heard = (connection for connection, (state, _) in self._open.items() if state is State.HEARD)
            for connection in list(islice(heard, _GO_TOGETHER)):
                self._end(connection)
            self._room.wait(_ROOM_SECONDS)

    def with_room(self, do: Callable[[], None]) -> None:
        """
        Do something that has to open a file; where that cannot be, others are ended for it.

        Raises:
            OSError: As what is done, or there came no room for it.
        """
        for left in reversed(range(_TRIES)):
            try:
                do()
            except OSError as error:
                if error.errno not in USED_UP or not left:
                    raise
                self.make_room()
            else:
                return

    def _end(self, connection: socket.socket) -> None:
        """Let whoever reads from a connection, or writes to it, find it closed."""
        self._open[connection] = State.ENDED, self._monotonic()
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
