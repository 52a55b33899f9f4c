"""What the pages of a sign-in tell the one that waits for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.core import text_login
from tray.core.errors import ServiceProblem, SignInRefused

if TYPE_CHECKING:
    from tray.core.model import Problem


class RedirectRefused(ServiceProblem):
    """
    The authorisation page came back with an error other than a refusal.

    Args:
        error: The ``error`` parameter (RFC 6749 section 4.1.2.1). Foreign input: for comparison, not for display.
    """

    def __init__(self, error: str) -> None:
        super().__init__(*text_login.not_completed())
        self.error = error


@dataclass(frozen=True, slots=True)
class Outcome:
    """A browser came back from the authorisation page."""

    code: str = field(default="", repr=False)
    error: str = ""

    def redeemable(self) -> str:
        """Give the code; raises what came in its place."""
        if self.error == "access_denied":
            raise SignInRefused(*text_login.refused())
        if self.error:
            raise RedirectRefused(self.error)
        return self.code


class Kept:
    """The person wants to keep the session that holds."""


class StrangerCame:
    """Another user of this machine was turned away."""


@dataclass(slots=True, eq=False)
class Asked:
    """A browser asks to be sent on; `answer` is set once `ready` is."""

    ready: threading.Event = field(default_factory=threading.Event)
    answer: str | Problem | None = field(default=None, repr=False)
    """Where to go, or what to say instead."""


Event = Outcome | Kept | StrangerCame | Asked
