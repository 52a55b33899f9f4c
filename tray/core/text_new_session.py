"""The words of a login that begins a new session, of one that waits for another, and of one that was given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tray.core.dataclass import dataclass
from tray.core.model import Problem, SignIn
from tray.core.text import listed, short


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks before a session is ended that still holds."""

    title: str
    lines: tuple[str, ...]
    begin: str = "Begin a new session"
    keep: str = "Keep this one"


_WHAT_ENDS: Final = (
    "A new session has the full length. The old one ends for all that this browser has signed in: other sign-ins and "
    "programs may have to log in again. Commands that run keep their credentials."
)
_WINS_NOTHING: Final = (
    "Last time a new session ended when the old one would have. To win time, sign out in the access portal first."
)


def question(sign_in: str, until: str | None, others: tuple[str, ...], *, wins_nothing: bool) -> Question:
    """
    Ask whether to begin a new session.

    Args:
        sign_in: Name of the sign-in.
        until: When the session ends, as words such as "about 17:05"; None where nobody knows.
        others: Names of the sign-ins that end with it.
        wins_nothing: Whether the last new session ended when the one before it would have.
    """
    holds = f"You are signed in to {short(sign_in)}"
    title = f"{holds} until {until}." if until else f"{holds}."
    names = ", ".join(map(short, others))
    with_it = f"{names} {'ends' if len(others) == 1 else 'end'} with it." if others else ""
    lines = (_WHAT_ENDS, with_it, _WINS_NOTHING if wins_nothing else "")
    return Question(title, tuple(line for line in lines if line))


def kept() -> Problem:
    """The person wants to keep the session that holds."""
    return Problem("The session was kept", "Nothing was changed.")


PAGE_KEPT: Final = Problem("You are still signed in", "Nothing was changed. You can close this tab.")


def not_begun(why: str) -> Problem:
    """The page could not go on to AWS; ``why`` is the title of what came in between."""
    return Problem("The sign-in could not be started", f"{why}. SSO Tray says more. You can close this tab.")


def page_signed_in(sign_in: str) -> Problem:
    """The last page of a login that has succeeded."""
    return Problem(
        f"Signed in to {short(sign_in)}",
        "You can close this tab and go on where you were: in the terminal, or at work.",
    )


def page_failed(problem: Problem) -> Problem:
    """The last page of a login that has not."""
    return Problem("Not signed in", f"{problem.title.rstrip('.')}. {problem.hint} You can close this tab.")


def still_signed_in(ended: Problem) -> Problem:
    """A login was given up before the session that held was touched."""
    return Problem(f"{ended.title.rstrip('.')}. You are still signed in.", "Nothing was changed.")


def signed_out(ended: Problem, sign_in: str) -> Problem:
    """A login was given up after the old session had been ended for it."""
    return Problem(f"{ended.title.rstrip('.')}. You are signed out.", f"Log in with: sso-tray login {short(sign_in)}")


def unfinished(sign_ins: Sequence[SignIn]) -> tuple[str, str]:
    """Title and body of the notice that a new session was to begin, and did not."""
    return "You are signed out", f"{listed(sign_ins)} · the new sign-in was not finished."


NO_TIME_WON: Final = "The old session could not be ended at AWS, so this sign-in ends when that does: no time was won."


def waiting(sign_in: str, since: str) -> str:
    """Say in the terminal that another login of the same portal has a page open; ``since`` is a time of the clock."""
    return f"A page to sign in to {short(sign_in)} is open since {since}; this command waits for it:"


CODE_ENDS_OTHERS: Final = (
    "A new session begins: sign-ins that were approved in the same browser end, also those of other machines."
)


def code_limit(minutes: int) -> str:
    """Say how long a code can be used."""
    return f"The code works for {minutes} minutes."
