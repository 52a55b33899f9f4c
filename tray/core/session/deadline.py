"""When a sign-in really ends, and how we know (docs/contracts: End of a sign-in)."""

from __future__ import annotations

from datetime import datetime

from tray.core.model import Deadline, DeadlineSource, Token
from tray.core.session.history import History
from tray.core.session.length import MINUTE
from tray.core.session.sharing import Length

_NOTHING_KNOWN = History()


def can_renew(token: Token, at: datetime) -> bool:
    """
    Tell whether a silent renewal could succeed at a moment (UTC).

    botocore refuses one once the client registration has ended (docs/facts: Refresh).
    """
    return token.refreshable and token.registration_expires_at is not None and token.registration_expires_at > at


def deadline_of(token: Token, known: History = _NOTHING_KNOWN, length: Length | None = None) -> Deadline | None:
    """
    Say when a sign-in ends, or None where nothing tells.

    A token that cannot be renewed ends the sign-in when it ends, or earlier with the session that its login joined. One
    that can be renewed says nothing of the sign-in's end, as no file and no answer of AWS does (docs/facts: The hour is
    not the end). Then it is estimated from when the session began and how long it lasts, until it is seen to hold later
    than that.

    Args:
        token: What the file holds.
        known: The history of the sign-in.
        length: How long its sessions last, where that is known.
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
    """
    Estimate when a session ends, or None where nothing tells, or it was seen to hold later than that.

    Args:
        known: The history of the sign-in.
        length: How long its sessions last, where that is known.
    """
    found = []
    if known.began_at is not None and length is not None:
        found.append(Deadline(known.began_at + length.time, length.source))
    if known.ends_by is not None:
        found.append(Deadline(known.ends_by, DeadlineSource.LEARNED))
    standing = (end for end in found if known.held_at is None or known.held_at < end.at + MINUTE)
    return min(standing, key=lambda end: end.at, default=None)
