"""The words about how long a sign-in lasts, of ending it, and of what keeps it from being renewed."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta

from tray.core.model import Problem, SignInStatus
from tray.core.session.history import Trouble
from tray.core.text import LocalTime, end_words, minutes_left, short, spoken

LOG_OUT = "Log out"
SESSION_LENGTH = "Session length"
NOT_KNOWN = "Not known"
TRIED_AGAIN = "It is tried again by itself; nothing is lost while the sign-in holds."


@functools.cache
def length(hours: float) -> str:
    """Name a length: ``8 hours``, ``7 days``, ``1 h 30 min``."""
    days, rest = divmod(hours, 24)
    if rest == 0 and days > 1:
        return f"{days:g} days"
    if hours == 1:
        return "1 hour"
    return f"{hours:g} hours" if hours.is_integer() else minutes_left(timedelta(hours=hours))


def unset_length(learned: timedelta | None) -> str:
    """Label of the choice to set no length: what was learned is in force then."""
    if learned is None:
        return NOT_KNOWN
    return f"{NOT_KNOWN} (learned: about {length(learned / timedelta(hours=1))})"


def also_ended(found: SignInStatus) -> str:
    """Say beside a reminder that another sign-in has ended."""
    return f"{spoken(found.sign_in)} has ended."


def also_ends(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say beside the notice of an end that another sign-in is about to end."""
    when = "" if found.deadline is None else f" {end_words(found.deadline, now, local)}"
    return f"{spoken(found.sign_in)} ends{when}."


def clock_skew(seconds: float) -> Problem:
    """Say that this machine's clock is wrong; positive seconds: AWS's is ahead."""
    off = minutes_left(timedelta(seconds=abs(seconds)))
    return Problem(
        f"The clock of this machine is {off} {'behind' if seconds > 0 else 'ahead of'} AWS's.",
        "Set it, or let the system set it by the network: times shown here are wrong, and AWS refuses requests.",
    )


def not_renewed(name: str, cause: Problem) -> Problem:
    """Say which sign-in cannot be renewed silently at present."""
    return Problem(f"{short(name)} is not checked: {cause.title}", cause.hint)


def not_renewed_because(trouble: Trouble) -> Problem:
    """Say why a sign-in cannot be renewed silently at present; that it is tried again only where that may help."""
    hint = f"{trouble.hint} {TRIED_AGAIN}" if trouble.passes else trouble.hint
    return Problem(trouble.title, hint.strip())


def refused(name: str, reason: str) -> Problem:
    """Say that AWS will not renew a token, for another reason than that its session is over."""
    return Problem(
        f"AWS no longer accepts the sign-in to {short(name)}: {reason}",
        "Log in again. If that does not help, the doctor looks for the cause: sso-tray doctor --online",
    )
