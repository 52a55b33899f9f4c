"""Keeps what is remembered: where this tray speaks for all, it saves that; else it follows what the speaker saved."""

from __future__ import annotations

from tray.core.session.memory import Memory, worth_saving
from tray.resident.clicks import Known
from tray.resident.hands import Hands
from tray.resident.inbox import Read
from tray.resident.telling import Telling

_SAVING_SECONDS = 2.0  # The end of the program waits no longer for its memory to be saved.


class Remembering:
    """What is remembered, on its way from and to the disk. Only the loop's thread looks at it."""

    def __init__(self, known: Known, hands: Hands, telling: Telling) -> None:
        self._known = known
        self._hands = hands
        self._telling = telling
        self._saved: Memory | None = None
        """What stands on the disk; None while that is not known, or where another tray writes it."""

    def take(self, read: Read) -> None:
        """Take in what was remembered, and whether this tray speaks."""
        known, before = self._known, self._known.memory
        known.speaks = read.speaks and read.seated and not read.lets_speak
        if read.lets_speak:
            if self._saved is not None:
                self._hands.save(self._telling.worth_keeping(known.memory))
            self._hands.let_speak()
        elif read.memory is not None and read.seated:
            known.memory = read.memory
        if known.speaks and read.memory is not None:
            self._saved = read.memory
        elif not known.speaks:
            self._saved = None
            if (before.showing, before.announcements) != (known.memory.showing, known.memory.announcements):
                self._telling.fall_silent()  # Said here when this tray spoke; the speaker has gone on.

    def save(self) -> None:
        """
        Have the memory saved, where it is known what was in it, and more than the moment of the last look has changed.

        After the icon was changed and the notices were taken: should the program die in between, a notice is said once
        more. The other way round it would never be said.
        """
        kept = self._telling.worth_keeping(self._known.memory)
        if self._saved is not None and worth_saving(self._saved, kept):
            self._saved = kept
            self._hands.save(self._saved)

    def finish(self) -> None:
        """Save it at the end of the program."""
        if self._saved is not None:
            self._hands.save(self._telling.worth_keeping(self._known.memory))
        self._hands.finish(_SAVING_SECONDS)
