"""What can happen to the resident program: all that is ever put in the inbox of its loop."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.child import JobEvent
from tray.core.command import Command

if TYPE_CHECKING:
    from tray.core.autostart import Autostart
    from tray.core.model import Problem


@dataclass(frozen=True, slots=True)
class Refresh:
    """Something outside may have changed: look again."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The computer woke from sleep, or its clock was set."""


class AutostartSeen:
    """It is known how the start at login stands. No dataclass: that would be a noticeable part of the start."""

    __slots__ = ("autostart", "refused")

    def __init__(self, autostart: Autostart | None, refused: Problem | None = None) -> None:
        self.autostart = autostart
        """None where the system did not let us look."""

        self.refused = refused
        """Why a change that was asked for did not come about; None where it did, or none was asked for."""


Event = Command | JobEvent | Refresh | Woke | AutostartSeen
Inbox = queue.SimpleQueue[Event]
