"""When the session of a sign-in really ends, and how we know (docs/contracts: End of a sign-in)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tray.core.model import Deadline, DeadlineSource, Token
from tray.core.session.history import NOTHING_KNOWN, History
from tray.core.session.length import MINUTE
from tray.core.session.sharing import Length

LONGEST_CONSOLE_LOGIN = timedelta(hours=12)
"""
How long after ``aws login`` its credentials can be renewed at most (docs/facts: Console sign-in); the principal's own
session may be shorter.
"""

_CONSOLE_CREDENTIALS = timedelta(minutes=15)
"""The longest life of those credentials: they were issued no earlier than so long before their end."""


def can_renew(token: Token, at: datetime) -> bool:
    """
    Tell whether a silent renewal could succeed at a moment (UTC).

    botocore refuses one once the client registration has ended (docs/facts: Refresh).
    """
    return token.refreshable and token.registration_expires_at is not None and token.registration_expires_at > at


def deadline_of(token: Token, known: History = NOTHING_KNOWN, length: Length | None = None) -> Deadline | None:
    """
    Say when a session ends, or None where nothing tells.

    A token that cannot be renewed ends the session when it ends, or earlier with the session that its login joined. One
    that can be renewed says nothing of the session's end, as no file and no answer of AWS does (docs/facts: The hour is
    not the end). Then it is estimated from when the session began and how long it lasts, until it is seen to hold later
    than that.
    """
    by_token = Deadline(token.expires_at, DeadlineSource.TOKEN)
    estimate = foretold(known, length)
    # By the time of its renewal it is too late for a registration that ends before.
    if token.registration_expires_at is None or not can_renew(token, token.expires_at - token.margin):
        return by_token if estimate is None or by_token.at < estimate.at else estimate
    if estimate is None:
        return None
    return Deadline(min(estimate.at, token.registration_expires_at), estimate.source)


def foretold(known: History, length: Length | None) -> Deadline | None:
    """Estimate when a session ends; None where nothing tells, or it was seen to hold later than that."""
    found = []
    if known.began_at is not None and length is not None:
        found.append(Deadline(known.began_at + length.time, length.source))
    if known.ends_by is not None:
        found.append(Deadline(known.ends_by, DeadlineSource.LEARNED))
    standing = (end for end in found if known.held_at is None or known.held_at < end.at + MINUTE)
    return min(standing, key=lambda end: end.at, default=None)


def console_login_at(token: Token) -> datetime | None:
    """
    Say when the person signed in with ``aws login`` (UTC); None where nothing believable tells.

    Its credentials hold for 15 minutes; the AWS CLI renews them for us, or whichever program uses them next. The end is
    in no file, but the moment of the login is: in the ID token, which only a login brings. Nothing documents
    that moment's claim, so it is believed only as long as what happens does not contradict it.
    """
    at = token.login_at
    return None if at is None or _outlived(token, at + LONGEST_CONSOLE_LOGIN) else at


def console_renewable_until(token: Token) -> datetime:
    """Say from when on (UTC) the credentials cannot be renewed any more, at the latest."""
    return max((console_login_at(token) or token.modified_at) + LONGEST_CONSOLE_LOGIN, token.expires_at)


def console_deadline(token: Token, length_hours: float | None = None) -> Deadline | None:
    """Say when a sign-in by ``aws login`` ends: at the length that the person set, or 12 hours; None if unknown."""
    if not token.refreshable:
        return Deadline(token.expires_at, DeadlineSource.TOKEN)
    begun = console_login_at(token)
    if begun is None:
        return None
    latest = console_renewable_until(token)
    if length_hours is not None:
        at = begun + min(timedelta(hours=length_hours), LONGEST_CONSOLE_LOGIN)
        if at < latest and not _outlived(token, at):
            return Deadline(at, DeadlineSource.SETTING)
    return Deadline(latest, DeadlineSource.LEARNED)


def _outlived(token: Token, end: datetime) -> bool:
    """Tell whether AWS gave credentials after what should have been the end."""
    return token.expires_at - _CONSOLE_CREDENTIALS > end
