"""Which login a person means who asks for one: to make sure, or for a new session (docs/contracts: Notices)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tray.core.command import LogIn
from tray.core.model import Kind, SignInStatus, Status

_HOLDS = frozenset({Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE})

LITTLE_LEFT = timedelta(hours=1)
"""A session with no more than that left is given up without a question."""


def login_for(found: SignInStatus, now: datetime) -> LogIn:
    """
    Give the login that the icon's click and the menu mean.

    A login that joins the session that holds would win no time, so a new one is meant; where much of the old one is
    left, or nobody knows how much, the page asks first.

    Args:
        found: What is true of the sign-in.
        now: The moment (UTC).
    """
    if found.status not in _HOLDS or found.sign_in.kind is Kind.CONSOLE:
        return LogIn(found.sign_in.name)
    much_left = found.deadline is None or found.deadline.at - now > LITTLE_LEFT
    return LogIn(found.sign_in.name, new=True, ask=much_left)


def login_after_reminder(found: SignInStatus, *, ask: bool) -> LogIn:
    """Give the login that a reminder offers: its button means it; a click on its body may be a stray one, and asks."""
    if found.sign_in.kind is Kind.CONSOLE:
        return LogIn(found.sign_in.name)
    return LogIn(found.sign_in.name, new=True, ask=ask)
