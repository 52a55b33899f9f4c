"""What a program wants to be told of: signals, and who owns a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tray.desktop.linux.bus.connection import guarded
from tray.desktop.linux.bus.parcels import Body, Parcel

SignalHandler = Callable[[Body, str], None]
"""Takes the signal's arguments and the sender's unique name. Runs on the bus thread: it must be quick."""


class Subscription(NamedTuple):
    """A wish to be told of a signal; a part that is None may be anything."""

    interface: str
    member: str
    handler: SignalHandler
    sender: str | None = None
    path: str | None = None
    first_argument: str | None = None

    def rule(self) -> str:
        """Word the wish as a match rule (D-Bus specification, "Match Rules")."""
        wanted = {
            "type": "signal",
            "sender": self.sender,
            "path": self.path,
            "interface": self.interface,
            "member": self.member,
            "arg0": self.first_argument,
        }
        return ",".join(f"{key}='{value}'" for key, value in wanted.items() if value is not None)

    def wants(self, signal: Parcel) -> bool:
        """Tell whether this signal is meant. The sender is left to the bus, which knows who owns which name."""
        return (
            (self.interface, self.member) == (signal.interface, signal.member)
            and self.path in (None, signal.path)
            and (self.first_argument is None or signal.body[:1] == (self.first_argument,))
        )


class NameWatcher:
    """Tells who owns a name, each owner once."""

    def __init__(self, name: str, on_owner: Callable[[str], None]) -> None:
        self.name = name
        self._on_owner = on_owner
        self._told: str | None = None

    def tell(self, owner: str) -> None:
        """Pass the owner's unique name on, or ``""`` for none, unless it was told last."""
        if owner != self._told:
            self._told = owner
            guarded(self._on_owner, owner)
