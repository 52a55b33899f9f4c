"""
How long a sign-in by ``aws login`` lasts, as far as anybody can tell (docs/facts: Console sign-in).

Its credentials hold for 15 minutes. Whichever program uses them next renews them, up to 12 hours after the login; this
program never does. The end itself is in no file, but the moment of the login is: in the ID token, which only a login
brings. Nothing documents that moment's claim, so it is believed only as long as what happens does not contradict it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tray.core.model import Deadline, DeadlineSource, Token

LONGEST = timedelta(hours=12)
"""How long after the login the credentials can be renewed at most; the principal's own session may be shorter."""

_CREDENTIALS = timedelta(minutes=15)
"""The longest life of credentials: they were issued no earlier than so long before their end."""


def login_of(token: Token) -> datetime | None:
    """Say when the person signed in (UTC); None where nothing believable tells: no login lasts longer than it can."""
    at = token.login_at
    return None if at is None or _outlived(token, at + LONGEST) else at


def renewable_until(token: Token) -> datetime:
    """Say from when on (UTC) the programs that use the credentials cannot renew them any more, at the latest."""
    begun = login_of(token)
    return max((token.modified_at if begun is None else begun) + LONGEST, token.expires_at)


def console_deadline(token: Token, length_hours: float | None = None) -> Deadline | None:
    """
    Say when a console sign-in ends, or None where nothing tells.

    Args:
        token: What the file holds.
        length_hours: How long it lasts, as the person set it; AWS ends it after 12 hours all the same.
    """
    if not token.refreshable:
        return Deadline(token.expires_at, DeadlineSource.TOKEN)
    begun = login_of(token)
    if begun is None:
        return None
    latest = renewable_until(token)
    if length_hours is not None:
        at = begun + min(timedelta(hours=length_hours), LONGEST)
        if at < latest and not _outlived(token, at):
            return Deadline(at, DeadlineSource.SETTING)
    return Deadline(latest, DeadlineSource.LEARNED)


def _outlived(token: Token, end: datetime) -> bool:
    """Tell whether AWS gave credentials after what should have been the end."""
    return token.expires_at - _CREDENTIALS > end
