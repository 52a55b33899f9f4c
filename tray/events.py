"""What can happen to the resident program: all that is ever put in the inbox of its loop."""

from __future__ import annotations

import queue
from dataclasses import dataclass

from tray.child import JobEvent
from tray.core.command import Command


@dataclass(frozen=True, slots=True)
class Refresh:
    """Something outside may have changed: look again."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The computer woke from sleep, or its clock was set."""


Event = Command | JobEvent | Refresh | Woke
Inbox = queue.SimpleQueue[Event]
