"""The inbox of the loop: all that can ever happen to the resident program, and its one wait."""

from __future__ import annotations

import queue
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core.command import Clicked, Command, Do, LogIn
from tray.core.dataclass import dataclass
from tray.core.message import Message
from tray.core.view.values import Delivery, Reachable
from tray.resident.child_commands import JobEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.core.autostart import Autostart
    from tray.core.model import Snapshot
    from tray.core.session.memory import Memory
    from tray.core.settings import Settings
    from tray.resident.seat_notes import Wish

SAFETY_SECONDS = 60.0
"""The longest wait: sleep, a changed clock and a missed file event heal by themselves within it."""

CLOCK_JUMP_SECONDS = 5.0
"""A wait that took so much longer, or shorter, by the wall clock was a sleep, or the clock was set."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Something outside may have changed: look again."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The computer woke from sleep, or its clock was set."""


# The events below are no dataclasses: those would be a noticeable part of the start.


class Read:
    """Everything was read."""

    __slots__ = (
        "asked",
        "at",
        "lets_speak",
        "memory",
        "number",
        "seated",
        "settings",
        "snapshot",
        "speaks",
        "wishes",
    )

    def __init__(
        self,
        number: int,
        at: datetime,
        snapshot: Snapshot,
        settings: Settings,
        *,
        memory: Memory | None = None,
        seated: bool = True,
    ) -> None:
        self.number = number
        """The last request that this read answers: it began after that."""

        self.at = at
        """When it began (UTC)."""

        self.snapshot = snapshot
        self.settings = settings
        self.memory = memory
        """
        What was remembered from an earlier run: comes with the first read alone. Of a tray that does not speak, what
        the one that does remembers: comes with every read.
        """

        self.seated = seated
        """Whether this tray is still the one of its session."""

        self.speaks = True
        """Whether it speaks for all trays of the person."""

        self.lets_speak = False
        """Whether another one is to do so, once all is saved."""

        self.asked: Do | LogIn | None = None
        """What a second start asks of us: to show ourselves, or a login that its page asks about."""

        self.wishes: Sequence[Wish] = ()
        """What trays in other sessions ask of the one that speaks."""


class Done:
    """Something that the person asked for was done, or was not: this is to be said."""

    __slots__ = ("address", "default_profile", "message", "undoable")

    def __init__(
        self,
        message: Message,
        *,
        default_profile: str | None = None,
        undoable: bool = False,
        address: str | None = None,
    ) -> None:
        self.message = message
        self.address = address
        """The page that no browser opened, if that is what was not done."""

        self.default_profile = default_profile
        """The profile that has become the default one by it, if one has."""

        self.undoable = undoable
        """Whether there was another one before, and a way back to it."""


class AutostartSeen:
    """It is known how the start at login stands."""

    __slots__ = ("autostart", "refused")

    def __init__(self, autostart: Autostart | None, refused: Message | None = None) -> None:
        self.autostart = autostart
        """None where the system did not let us look."""

        self.refused = refused
        """Why a change that was asked for did not come about; None where it did, or none was asked for."""


Event = Command | Clicked | JobEvent | Refresh | Woke | Read | Done | AutostartSeen | Delivery | Reachable
Inbox = queue.SimpleQueue[Event]


def next_event(
    inbox: Inbox,
    moments: Iterable[datetime | None],
    *,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
    at_most: float | None = None,
) -> Event | None:
    """
    Wait for what happens next, at most until the first of the moments.

    Args:
        inbox: What is waited for.
        moments: When something changes by the clock alone (UTC); None for never.
        now: The clock (UTC).
        monotonic: A clock (seconds) that stands still while the computer sleeps, and that nobody sets.
        at_most: The longest wait, in seconds, where that is less than `SAFETY_SECONDS`.

    Returns:
        What happened; None when nothing did.
    """
    then, begun = now(), monotonic()
    seconds = [(at - then).total_seconds() for at in moments if at is not None]
    longest = SAFETY_SECONDS if at_most is None else min(SAFETY_SECONDS, at_most)
    try:
        return inbox.get(timeout=max(min([longest, *seconds]), 0.0))
    except queue.Empty:
        slept = (now() - then).total_seconds() - (monotonic() - begun)
        return Woke() if abs(slept) > CLOCK_JUMP_SECONDS else None
