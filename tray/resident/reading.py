"""Reads for the loop, on another thread: a slow disk makes the program slow to learn, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.desktop import time_zone
from tray.resident import memory_file
from tray.resident.errands import Errands
from tray.resident.inbox import Read
from tray.resident.reader import Reader

if TYPE_CHECKING:
    from tray.resident.seat import Seat

PATIENCE_SECONDS = 2.0
"""How long to wait for what was asked for, before going on with what is known."""

_LOOKS_AGAIN_AFTER = timedelta(seconds=1)
_LOOKS_NO_MORE_AFTER = timedelta(minutes=1)


class Reading:
    """
    Reads when it is asked to: one read at a time, and one more for all that was asked for meanwhile.

    All but the reading itself belongs to the loop's thread. `now` is the clock (UTC); `monotonic` one in seconds that
    stands still while the computer sleeps, and that nobody sets. Without a `seat` there are no other trays.
    """

    def __init__(
        self,
        reader: Reader,
        post: Callable[[Read], None],
        errands: Errands,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        *,
        seat: Seat | None = None,
    ) -> None:
        self._reader = reader
        self._post = post
        self._errands = errands
        self._now = now
        self._monotonic = monotonic
        self._seat = seat
        self._asked = 0
        self._waits_since: float | None = None
        self._remembered = False
        self._refused_since: datetime | None = None
        self._refused_at: datetime | None = None

    def ask(self) -> int:
        """
        Have everything read, from now on.

        Returns:
            The number of this request: every `Read` with this number or a higher one has seen what is so by now.
        """
        if self._waits_since is None:
            self._waits_since = self._monotonic()
        self._asked += 1
        self._errands.do("read", self._read, once=True)
        return self._asked

    @property
    def asked(self) -> int:
        """The number of the last request."""
        return self._asked

    def take(self, read: Read) -> None:
        """Be told that a read has come out of the inbox."""
        self._waits_since = None if read.number >= self._asked else self._monotonic()
        self._refused_at = read.at if read.snapshot.refused else None
        if self._refused_at is None or self._refused_since is None or self._refused_at < self._refused_since:
            self._refused_since = self._refused_at  # Before it only where the clock was set.

    @property
    def looks_again_at(self) -> datetime | None:
        """
        When to read again what the system does not let us read, which no event tells of: soon, then ever later.

        None where there is no such file, or it has been so for a minute: then the pass of each minute is enough.
        """
        if self._refused_at is None or self._refused_since is None:
            return None
        refused_for = max(self._refused_at - self._refused_since, _LOOKS_AGAIN_AFTER)
        return self._refused_at + refused_for if refused_for < _LOOKS_NO_MORE_AFTER else None

    @property
    def patience_left(self) -> float | None:
        """For how many seconds more to wait for what was asked for; None where nothing was. Not above 0: it hangs."""
        return None if self._waits_since is None else self._waits_since + PATIENCE_SECONDS - self._monotonic()

    def _read(self) -> None:
        number, at = self._asked, self._now()  # Before anything is looked at.
        time_zone.follow()  # Not on the loop's thread, for it looks at a file.
        seat, seated, path = self._seat, True, self._reader.paths.memory_file
        if seat is not None:
            with suppress(OSError):  # The folder fails: all stays as it was.
                seated = seat.look()
        memory = None
        if seat is not None and not seat.speaks:
            memory, self._remembered = memory_file.load(path), False
        elif not self._remembered:
            memory = memory_file.take_over(path)
        snapshot, settings = self._reader.read()
        if settings.has_hooks or (memory is not None and memory.hooks is not None):
            import tray.resident.hooks  # noqa: F401, PLC0415 - most people have none, and the loop waits for no file
        read = Read(number, at, snapshot, settings, memory=memory, seated=seated)
        if seat is not None:
            read.speaks = seat.speaks
            with suppress(OSError):  # Likewise: what was left there is read the next time.
                read.asked = seat.asked()
                read.wishes = seat.wishes()
                read.lets_speak = seat.should_let_speak()
        self._remembered = read.speaks
        self._post(read)
