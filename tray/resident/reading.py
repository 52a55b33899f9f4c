"""Reads for the loop, on another thread: a slow disk makes the program slow to learn, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tray.resident import memory_file
from tray.resident.errands import Errands
from tray.resident.inbox import Read
from tray.resident.reader import Reader

PATIENCE_SECONDS = 2.0
"""How long to wait for what was asked for, before going on with what is known."""

_LOOKS_AGAIN_AFTER = timedelta(seconds=1)
_LOOKS_NO_MORE_AFTER = timedelta(minutes=1)


class Reading:
    """
    Reads when it is asked to: one read at a time, and one more for all that was asked for meanwhile.

    All but the reading itself belongs to the loop's thread. `now` is the clock (UTC); `monotonic` one in seconds that
    stands still while the computer sleeps, and that nobody sets.
    """

    def __init__(
        self,
        reader: Reader,
        post: Callable[[Read], None],
        errands: Errands,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._reader = reader
        self._post = post
        self._errands = errands
        self._now = now
        self._monotonic = monotonic
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
        memory = None if self._remembered else memory_file.take_over(self._reader.paths.memory_file)
        snapshot, settings = self._reader.read()
        asked_to_show = _take(self._reader.paths.show_request)
        self._remembered = True
        self._post(Read(number, at, snapshot, settings, memory=memory, asked_to_show=asked_to_show))


def _take(request: Path) -> bool:
    """Take the file away by which a second start asks the first to show itself; False where there is none."""
    try:
        request.unlink()
    except OSError:
        return False
    return True
