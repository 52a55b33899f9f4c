"""When a sign-in really ends, and how we know (DESIGN section 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tray.core.history import History
from tray.core.learn import MINUTE, learned_length
from tray.core.model import Deadline, DeadlineSource, Token

_NOTHING_KNOWN = History()


def can_renew(token: Token, at: datetime) -> bool:
    """
    Tell whether a silent renewal could succeed at a moment (UTC).

    botocore refuses one once the client registration has ended (AWS-SSO-FACTS section 2).
    """
    return token.refreshable and token.registration_expires_at is not None and token.registration_expires_at > at


def deadline_of(token: Token, known: History = _NOTHING_KNOWN, length_hours: float | None = None) -> Deadline | None:
    """
    Say when a sign-in ends, or None where nothing tells.

    A token that cannot be renewed ends the sign-in when it ends. One that can be renewed says nothing of
    the sign-in's end: no file and no answer of AWS does (AWS-SSO-FACTS section 2). Then it is estimated from when the
    sign-in began and how long it lasts, as the person set it or as its history tells; until it is seen to hold later
    than that.

    Args:
        token: What the file holds.
        known: The history of the sign-in.
        length_hours: How long it lasts, as the person set it.
    """
    by_token = Deadline(token.expires_at, DeadlineSource.TOKEN)
    if not token.refreshable or token.registration_expires_at is None or known.unrenewable == token.fingerprint:
        return by_token
    estimate = _estimate(known, length_hours)
    if not can_renew(token, token.expires_at - token.margin):  # By the time of its renewal it is too late.
        return by_token if estimate is None or by_token.at < estimate.at else estimate
    if estimate is None:
        return None
    return Deadline(min(estimate.at, token.registration_expires_at), estimate.source)


def _estimate(known: History, length_hours: float | None) -> Deadline | None:
    if known.began_at is None:
        return None
    if length_hours is not None:
        length, source = timedelta(hours=length_hours), DeadlineSource.SETTING
    else:
        learned = learned_length(known.spans)
        if learned is None:
            return None
        length, source = learned, DeadlineSource.LEARNED
    at = known.began_at + length
    outlived = known.held_at is not None and known.held_at >= at + MINUTE
    return None if outlived else Deadline(at, source)
