"""What is remembered of one sign-in from pass to pass: when it began, when it last held, what became of renewals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tray.core.model import Token


@dataclass(frozen=True, slots=True)
class Span:
    """How long a sign-in lasted: longer than `after`, and no longer than `until`."""

    after: timedelta
    """From its beginning to the last time that it was seen to hold."""

    until: timedelta
    """From its beginning to the first refusal."""

    times: int = 1
    """How many sign-ins ended within these bounds, but for the first one where its beginning was in doubt."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Renewals that failed in a row and say nothing of the sign-in: no network, an error of AWS, too many requests."""

    since: datetime
    """When the first of them failed (UTC)."""

    reason: str
    """Why the last one failed; one line for people, no secret."""

    attempts: int = 1


class Told(StrEnum):
    """What our own job said of the token file, and the next look at it will find."""

    LOGIN = "login"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one sign-in. All moments are UTC by this machine's clock."""

    token: Token | None = None
    """The token as it was first seen; None while there is none."""

    number: int = 0
    """Counts the sign-ins, so that the end of one is not taken for the end of another."""

    began_at: datetime | None = None
    """When the person signed in; None where nothing tells."""

    doubtful: bool = False
    """Whether a login since `began_at` may have been taken for another program's renewal."""

    held_at: datetime | None = None
    """When AWS last gave a token for it."""

    refused: str | None = None
    """Fingerprint of the token whose renewal AWS refused because the sign-in is over."""

    refused_at: datetime | None = None
    unrenewable: str | None = None
    """Fingerprint of a token that AWS will not renew, whatever is true of the sign-in."""

    rotates: bool | None = None
    """Whether a renewal brings a new refresh token; None until one was seen."""

    spans: tuple[Span, ...] = ()
    """How long earlier sign-ins lasted, those that ended last at the end; bounds that agree are one span."""

    trouble: Trouble | None = None
    pause_until: datetime | None = None
    """No renewal before that."""

    told: Told | None = None
