"""
What a login begins: a new session, or none at all (docs/facts: What a login joins).

A login joins the session that the browser holds, and its tokens end when that ends. Only where that session is over,
known or foretold, or was ended by a logout, a new one begins. Sign-ins of one portal share a session, so a login to
one of them joins the session of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum, auto

from tray.core.dataclass import dataclass, replace
from tray.core.model import Deadline, DeadlineSource, Token
from tray.core.session.deadline import foretold
from tray.core.session.history import TELLS_LENGTH, EndedBy, History, Span
from tray.core.session.length import with_end
from tray.core.session.past import with_past
from tray.core.session.sharing import Length

ABOUT = timedelta(minutes=5)
"""By so much a foretold end may miss the true one: a login so near to it may come before or after."""

_UNPROVEN = timedelta(minutes=2)
"""So soon after a foretold end AWS has not been asked yet if that is so: a login may still join the session."""


class Standing(Enum):
    """Whether a session holds at a moment, as far as is known."""

    HOLDS = auto()
    OVER = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """A session that a login may join."""

    known: History
    """Of the sign-in that holds it."""

    standing: Standing
    firm: bool = False
    """Whether its end is foretold, and not near; else it may be over although nobody has seen it."""

    end: Deadline | None = None
    """Of one that is over, and nobody heard of it: when its end was to come."""


def held(known: History, at: datetime, length: Length | None) -> Held:
    """Tell whether the session of a sign-in holds at a moment (UTC)."""
    token = known.token
    if token is None:
        untold = known.ended is not None and known.ended.by is EndedBy.UNTOLD
        return Held(known, Standing.UNKNOWN if untold else Standing.OVER)
    if known.over:
        return Held(known, Standing.OVER)
    # Another sign-in has ended, and this one's session with it perhaps.
    in_question = known.questioned and (known.began_at is None or known.doubtful) and at < token.expires_at
    end = None if in_question else foretold(known, length)
    if end is not None:
        if at < end.at:
            return Held(known, Standing.HOLDS, firm=at < end.at - ABOUT)
        return Held(known, Standing.UNKNOWN) if at < end.at + _UNPROVEN else Held(known, Standing.OVER, end=end)
    if at < token.expires_at:
        return Held(known, Standing.UNKNOWN if in_question else Standing.HOLDS)
    by_token = None if token.refreshable else Deadline(token.expires_at, DeadlineSource.TOKEN)
    return Held(known, Standing.UNKNOWN if token.refreshable else Standing.OVER, end=by_token)


def logged_in(
    known: History,
    token: Token,
    at: datetime,
    own: Held,
    others: Iterable[Held],
    *,
    seen: bool,
    sure: bool = True,
) -> History:
    """
    Take in a login.

    Args:
        known: The history of the sign-in before.
        token: What the file holds now.
        at: When the login was made (UTC).
        own: The session that the sign-in itself had until then.
        others: Those of the sign-ins that share its session.
        seen: Whether the login itself was seen; else `at` may be a renewal that followed it.
        sure: Whether it is known to be a login; else, where the session may still hold, it may be a renewal of it.
    """
    all_held = (own, *others)
    fresh = replace(known, token=token, held_at=at, ended=None, ending=None, trouble=None, page_shown_at=None)
    if own.standing is not Standing.HOLDS:
        login_at = at if sure or own.standing is Standing.OVER else known.login_at
        spans, past = spans_with_end(known), with_past(known, known.ended if known.over else own.end)
        fresh = replace(fresh, number=known.number + 1, login_at=login_at, spans=spans, past=past)
    joined = [each for each in all_held if each.standing is Standing.HOLDS]
    if joined:
        best = next((each for each in joined if each.known.began_at is not None), joined[0])
        began_at = best.known.began_at
        doubtful = began_at is not None and (best.known.doubtful or not best.firm)
        return replace(fresh, began_at=began_at, doubtful=doubtful, joined=True, ends_by=_ends_by(best.known))
    abandoned = any(each.known.page_shown_at is not None for each in all_held)
    unknown = any(each.standing is Standing.UNKNOWN for each in all_held)
    began_at = None if abandoned or unknown or not seen else at
    old_end = known.old_end if known.ended is not None and known.ended.by is EndedBy.NEW_SESSION else None
    ends_by = old_end if known.wins_nothing else None
    return replace(fresh, began_at=began_at, doubtful=False, joined=False, ends_by=ends_by, old_end=old_end)


def _ends_by(known: History) -> datetime | None:
    """Say by when a session ends for all that is known: with the first of its tokens that could not be renewed."""
    if known.token is None or known.token.refreshable:
        return known.ends_by
    return min(known.token.expires_at, known.ends_by or known.token.expires_at)


def spans_with_end(known: History) -> tuple[Span, ...]:
    """Tell what was learned of how long sessions last, once it is certain that AWS refused because this one is over."""
    if not known.over or known.ended is None or known.ended.by not in TELLS_LENGTH:
        return known.spans
    if known.began_at is None or known.held_at is None:
        return known.spans
    after, until = known.held_at - known.began_at, known.ended.at - known.began_at
    return with_end(known.spans, after, until, sure=not known.doubtful)
