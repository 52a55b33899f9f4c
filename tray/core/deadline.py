"""When a sign-in really ends, and how we know (DESIGN section 5)."""

from __future__ import annotations

from datetime import datetime

from tray.core.model import Deadline, DeadlineSource, Token


def can_renew(token: Token, at: datetime) -> bool:
    """
    Tell whether a silent renewal could succeed at a moment (UTC).

    botocore refuses one once the client registration has ended (AWS-SSO-FACTS section 2).
    """
    return token.refreshable and token.registration_expires_at is not None and token.registration_expires_at > at


def deadline_of(token: Token) -> Deadline | None:
    """
    Say when a sign-in ends, or None where nothing tells.

    A token that cannot be renewed ends the sign-in when it ends. One that can be renewed says nothing of
    the sign-in's end: no file and no answer of AWS does (AWS-SSO-FACTS section 2).
    """
    if can_renew(token, token.expires_at):
        return None
    return Deadline(token.expires_at, DeadlineSource.TOKEN)
