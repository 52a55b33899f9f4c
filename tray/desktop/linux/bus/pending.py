"""Calls that wait for an answer, each of which gets exactly one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tray.desktop.linux.bus.interface import Body
from tray.desktop.linux.bus.routes import guarded

NO_REPLY = "org.freedesktop.DBus.Error.NoReply"
DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected"


class Reply(NamedTuple):
    """What came back from a call."""

    body: Body
    error: str | None = None
    """The D-Bus error name, `NO_REPLY` and `DISCONNECTED` among them; None when the call succeeded."""


class Pending(NamedTuple):
    """A call on its way."""

    deadline: float
    """On the monotonic clock, in seconds."""

    on_reply: Callable[[Reply], None]

    def settle(self, reply: Reply) -> None:
        """Pass the answer on."""
        guarded(self.on_reply, reply)


class PendingCalls:
    """The calls on their way, by serial number. Not locked: the owner sees to it that threads take turns."""

    def __init__(self) -> None:
        self._calls: dict[int, Pending] = {}

    def add(self, serial: int, pending: Pending) -> None:
        """Wait for the answer to that call."""
        self._calls[serial] = pending

    def take(self, serial: int) -> Pending | None:
        """Give the call with that number up; None if nobody waits for it any more."""
        return self._calls.pop(serial, None)

    def take_all(self) -> list[Pending]:
        """Give all calls up."""
        calls, self._calls = self._calls, {}
        return list(calls.values())

    def take_late(self, now: float) -> list[Pending]:
        """Give up the calls whose deadline has passed."""
        late = [serial for serial, pending in self._calls.items() if pending.deadline <= now]
        return [self._calls.pop(serial) for serial in late]

    def seconds_left(self, now: float) -> float | None:
        """Tell how long the reader may sleep; None for as long as it likes."""
        deadline = min((pending.deadline for pending in self._calls.values()), default=None)
        return None if deadline is None else max(0.0, deadline - now)
