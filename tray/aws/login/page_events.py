"""What the pages of a sign-in tell the one that waits for it."""

from __future__ import annotations

import hmac
import threading
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field
from tray.core.errors import ServiceProblem, SignInRefused
from tray.core.message import Message
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from collections.abc import Mapping


class RedirectRefused(ServiceProblem):
    """
    The authorisation page came back with an error other than a refusal.

    Args:
        error: The ``error`` parameter (RFC 6749 section 4.1.2.1). Foreign input: for comparison, not for display.
    """

    def __init__(self, error: str) -> None:
        super().__init__(login_words.NOT_COMPLETED())
        self.error = error


@dataclass(frozen=True, slots=True)
class Outcome:
    """A browser came back from the authorisation page."""

    code: str = field(default="", repr=False)
    error: str = ""

    def redeemable(self) -> str:
        """Give the code; raises what came in its place."""
        if self.error == "access_denied":
            raise SignInRefused(login_words.LOGIN_REFUSED())
        if self.error:
            raise RedirectRefused(self.error)
        return self.code


def read_outcome(values: Mapping[str, list[str]], state: bytes) -> Outcome | None:
    """
    Read what a browser came back with.

    Args:
        values: The parameters of the request.
        state: The value that the right answer carries.

    Returns:
        None for anything but the one right answer to this sign-in.
    """
    given, code, error = (values.get(name, []) for name in ("state", "code", "error"))
    if len(given) != 1 or not hmac.compare_digest(given[0].encode(errors="replace"), state):
        return None
    if error:
        return Outcome(error=error[0] or "unknown")
    return Outcome(code=code[0]) if len(code) == 1 and code[0] else None


class Kept:
    """The person wants to keep the session that holds."""


class StrangerCame:
    """Another user of this machine was turned away."""


@dataclass(slots=True, eq=False)
class Asked:
    """A browser asks to be sent on; `answer` is set once `ready` is."""

    ready: threading.Event = field(default_factory=threading.Event)
    answer: str | Message | None = field(default=None, repr=False)
    """Where to go, or what to say instead."""


Event = Outcome | Kept | StrangerCame | Asked
