"""What the loop knows between two passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field
from tray.core.model import Settings, SignIn, SignInStatus, Snapshot
from tray.core.session.memory import Memory
from tray.core.words import status as status_words

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

_NOT_READ_YET = Snapshot(problems=(status_words.NOT_READ_YET(),))


@dataclass(slots=True)
class Known:
    """What was read, what was derived from it, and what is remembered. Only the loop's thread looks at it."""

    snapshot: Snapshot = _NOT_READ_YET
    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    statuses: tuple[SignInStatus, ...] = ()
    autostart: Autostart | None = None
    """How the start at login stands; None while that is not known, or where it is not offered."""

    def sign_in(self, name: str) -> SignIn | None:
        """Find a sign-in by its name; None where it has gone since it was offered."""
        return next((sign_in for sign_in in self.snapshot.sign_ins if sign_in.name == name), None)
