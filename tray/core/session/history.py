"""What is known of one sign-in: when its session began, when AWS last proved it, how it ended, how long each lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from tray.core.dataclass import dataclass
from tray.core.model import Token


@dataclass(frozen=True, slots=True)
class Span:
    """How long a session lasted: longer than `after`, and no longer than `until`."""

    after: timedelta
    """From its beginning to the last time that it was seen to hold."""

    until: timedelta
    """From its beginning to the first refusal."""

    times: int = 1
    """How many sessions ended within these bounds, but for the first one where its beginning was in doubt."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Renewals that failed in a row and say nothing of the session: no network, an error of AWS, a full disk."""

    since: datetime
    """When the first of them failed (UTC)."""

    title: str
    """Why the last one failed; one line for people, no secret."""

    hint: str = ""
    """What to do about it; one line for people."""

    passes: bool = True
    """Whether it may pass by itself, so that trying again later helps."""

    attempts: int = 1


class EndedBy(StrEnum):
    """How it is known that a session is over, or that a token of it is."""

    INVALID_GRANT = "invalid-grant"
    """AWS refused to renew it, since the session is over."""

    REFUSED = "refused"
    """AWS refused to renew this token for another reason, and did so twice."""

    PORTAL = "portal"
    """The access portal answered 401 to a token that had not expired."""

    LOGOUT = "logout"
    """We ended it at AWS."""

    NEW_SESSION = "new-session"
    """We ended it at AWS, so that a login could begin a new one."""

    UNTOLD = "untold"
    """We removed its token, but AWS could not be told: the browser's session may go on."""

    REMOVED = "removed"
    """Another program removed its token, as ``aws sso logout`` does."""

    SHARED = "shared"
    """A sign-in that shares the session was proven to be over."""


TELLS_LENGTH = frozenset({EndedBy.INVALID_GRANT, EndedBy.PORTAL})
"""What tells how long a session has lasted: longer than to the last proof, and no longer than to this one."""

BY_US = frozenset({EndedBy.LOGOUT, EndedBy.NEW_SESSION})
ENDS_SESSION = frozenset({EndedBy.INVALID_GRANT, EndedBy.PORTAL, *BY_US})
"""What is proof for every sign-in that shares the session."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a token's session."""

    fingerprint: str
    """Of the token that it speaks of; a file that holds another one is not concerned."""

    at: datetime
    """When that was heard (UTC), which is later than the end itself."""

    by: EndedBy
    reason: str = ""
    """What AWS gave as its reason, where it was asked; no secret."""


@dataclass(frozen=True, slots=True)
class Past:
    """A session that is over, for people to look at; nothing is decided by it."""

    began_at: datetime | None
    """UTC; None where nothing tells."""

    at: datetime
    """When its end was heard, or was to come (UTC)."""

    by: EndedBy | None
    """How its end is known; None where nobody heard of it, but its time was over."""

    estimated: bool = False
    """Whether that time was an estimate."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one sign-in. All moments are UTC by this machine's clock."""

    token: Token | None = None
    """The token as it was first seen; None while there is none."""

    number: int = 0
    """Counts the sessions, so that the end of one is not taken for the end of another."""

    began_at: datetime | None = None
    """When the session began; None where nothing tells."""

    doubtful: bool = False
    """Whether a login since `began_at` may well have begun a new session unseen, for no end was foretold."""

    joined: bool = False
    """Whether there seems to have been a login since `began_at` that joined the session."""

    login_at: datetime | None = None
    """When the login was made that began the session; stays where a change of the token may as well be a renewal."""

    held_at: datetime | None = None
    """When AWS last proved the session: with a token, or an answer to it."""

    ends_by: datetime | None = None
    """When a token that cannot be renewed ended whose session this one joined; None where there was none."""

    ended: End | None = None
    rotates: bool | None = None
    """Whether a renewal brings a new refresh token; None until one was seen."""

    spans: tuple[Span, ...] = ()
    """How long earlier sessions lasted, those that ended last at the end; bounds that agree are one span."""

    past: tuple[Past, ...] = ()
    """The last sessions that are over, those that ended last at the end; but for the one that `ended` speaks of."""

    page_shown_at: datetime | None = None
    """
    When AWS's page was shown for a login of ours that has not succeeded. The person may have signed in to the portal
    there, so that a later login joins a session that began nobody knows when.
    """

    ending: End | None = None
    """The end that we were about to bring about; what came of it is not known."""

    old_end: datetime | None = None
    """When the session would have ended that we ended for this one, as it was foretold."""

    wins_nothing: bool = False
    """Whether a session that we began anew has ended when the one before it would have."""

    questioned_at: datetime | None = None
    """When something told that the session may be over; until AWS has said otherwise, it is to be asked."""

    trouble: Trouble | None = None
    pause_until: datetime | None = None
    """No renewal before that."""

    revision: int = 0
    """How often a command of ours has written this down (see `tray.core.session.heard`)."""

    recorded_at: datetime | None = None
    """When that was done last (UTC)."""

    skew: float | None = None
    """By how many seconds AWS's clock was ahead of the one that all these moments are told by; None if unknown."""

    @property
    def over(self) -> bool:
        """Whether the session of the token is known to be over."""
        return self.token is not None and self.ended is not None and self.ended.fingerprint == self.token.fingerprint

    @property
    def unsure(self) -> bool:
        """Whether we were about to end the session of the token, and do not know what came of it."""
        return self.token is not None and self.ending is not None and self.ending.fingerprint == self.token.fingerprint

    @property
    def questioned(self) -> bool:
        """Whether AWS is to be asked at once if the session holds."""
        if self.unsure:
            return True
        return self.questioned_at is not None and (self.held_at is None or self.held_at < self.questioned_at)


NOTHING_KNOWN = History()


def later_known(remembered: History | None, recorded: History | None) -> History | None:
    """
    Choose between what the tray remembers and what our commands wrote down.

    What is remembered goes on from a revision of what was written: it is right until there is another one.
    """
    if remembered is None or recorded is None:
        return remembered or recorded
    return remembered if remembered.revision == recorded.revision else recorded
