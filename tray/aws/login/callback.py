"""What a browser brings back from the authorisation page (RFC 6749 section 4.1.2)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field
from tray.core.errors import ServiceProblem, SignInRefused
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
    Read the parameters of a request.

    Args:
        values: Each with all its values.
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
