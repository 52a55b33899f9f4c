"""The words of the pages that a sign-in shows in the browser; what shows them adds the markup, and escapes them."""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.dataclass import dataclass, field
from tray.core.message import Estimate, Line, Plural, Text

APPROVED = Text("Sign-in approved", "SSO Tray is completing it now. You can close this tab.")
FOREIGN = Text("Nothing to do here", "This request does not belong to a sign-in of SSO Tray. You can close this tab.")
KEPT = Text("You are still signed in", "Nothing was changed. You can close this tab.")
NOT_BEGUN = Text("The sign-in could not be started", "{what:whole} SSO Tray says more. You can close this tab.")
SIGNED_IN = Text(
    "Signed in to {sign_in}", "You can close this tab and go on where you were: in the terminal, or at work."
)
FAILED = Text("Not signed in", "{what:whole} You can close this tab.")

_SIGNED_IN = Line("You are signed in to {sign_in}.")
_SIGNED_IN_UNTIL = Estimate(
    "You are signed in to {sign_in} until {time}.", "You are signed in to {sign_in} until about {time}."
)
_WHAT_ENDS = Line(
    "A new session has the full length. The old one ends for all that this browser has signed in: other sign-ins and"
    " programs may have to log in again. Commands that run keep their credentials."
)
_END_WITH_IT = Plural("{sign_ins} ends with it.", "{sign_ins} end with it.")
_WINS_NOTHING = Line(
    "Last time a new session ended when the old one would have. To win time, sign out in the access portal first."
)
_BEGIN = Line("Begin a new session")
_KEEP = Line("Keep this one")


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks before a session is ended that still holds."""

    title: str
    lines: tuple[str, ...]
    begin: str = field(default_factory=_BEGIN)
    keep: str = field(default_factory=_KEEP)


def question(
    sign_in: str, until: str | None, others: Sequence[str], *, estimated: bool, wins_nothing: bool
) -> Question:
    """
    Ask whether to begin a new session.

    Args:
        sign_in: Name of the sign-in.
        until: When the session ends, as a time of the clock; None where nobody knows.
        others: Names of the sign-ins that end with it.
        estimated: Whether the end is an estimate.
        wins_nothing: Whether the last new session ended when the one before it would have.
    """
    return Question(
        _SIGNED_IN(sign_in=sign_in) if until is None else _SIGNED_IN_UNTIL(estimated, sign_in=sign_in, time=until),
        (
            _WHAT_ENDS(),
            *([_END_WITH_IT(len(others), sign_ins=list(others))] if others else []),
            *([_WINS_NOTHING()] if wins_nothing else []),
        ),
    )
