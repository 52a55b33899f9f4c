"""What is known of the session of a sign-in, in whole sentences: since when, how its end is known, how others ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tray.core.dataclass import dataclass
from tray.core.model import Deadline, DeadlineSource, Kind, SignInStatus, Status
from tray.core.session.deadline import LONGEST_CONSOLE_LOGIN, console_login_at
from tray.core.session.history import EndedBy, History, Past
from tray.core.session.past import with_past
from tray.core.session.sharing import Length
from tray.core.words import sign_ins_page as words
from tray.core.words.times import LocalTime, clock, length

_ENDED = {
    EndedBy.INVALID_GRANT: words.ENDED_BY_AWS,
    EndedBy.REFUSED: words.ENDED_REFUSED,
    EndedBy.PORTAL: words.ENDED_AT_PORTAL,
    EndedBy.LOGOUT: words.ENDED_LOGOUT,
    EndedBy.NEW_SESSION: words.ENDED_NEW_SESSION,
    EndedBy.UNTOLD: words.ENDED_UNTOLD,
    EndedBy.REMOVED: words.ENDED_REMOVED,
    EndedBy.SHARED: words.ENDED_SHARED,
}
_IN_SESSION = frozenset({Status.SIGNED_IN, Status.ENDING, Status.RENEWABLE})


@dataclass(frozen=True, slots=True)
class PastSession:
    """One that is over."""

    ended: str
    """What ended it, and when."""

    began: str
    """When it began; empty where nothing tells."""


def current(
    found: SignInStatus, known: History, length_known: Length | None, now: datetime, local: LocalTime
) -> tuple[str, ...]:
    """
    Say since when the session of a sign-in holds, and how its end is known; nothing where none holds.

    Args:
        found: What is true of the sign-in.
        known: Its history.
        length_known: How long its sessions last, if that is set or was learned.
        now: The moment (UTC).
        local: Turns it into local time.
    """
    if found.status not in _IN_SESSION or found.token is None:
        return ()
    if found.sign_in.kind is Kind.CONSOLE:
        at = console_login_at(found.token)
        began = words.BEGAN_UNSEEN() if at is None else words.BEGAN(time=clock(at, now, local))
    else:
        began = _began(known, now, local)
    return began, _how_known(found, length_known)


def _began(known: History, now: datetime, local: LocalTime) -> str:
    if known.began_at is None:
        return words.BEGAN_UNSEEN()
    time = clock(known.began_at, now, local)
    if known.doubtful:
        return words.BEGAN_OR_LATER(time=time)
    return (words.BEGAN_AND_JOINED if known.joined else words.BEGAN)(time=time)


def _how_known(found: SignInStatus, length_known: Length | None) -> str:
    deadline = found.deadline
    if deadline is None:
        return words.END_UNKNOWN()
    if deadline.source is DeadlineSource.TOKEN:
        return words.BY_TOKEN()
    if found.sign_in.kind is Kind.CONSOLE and deadline.source is DeadlineSource.LEARNED:
        return words.BY_CONSOLE(length=_said(LONGEST_CONSOLE_LOGIN))
    if length_known is None or length_known.source is not deadline.source:
        return words.BY_JOINING()
    by = words.BY_SETTING if deadline.source is DeadlineSource.SETTING else words.BY_LEARNING
    return by(length=_said(length_known.time))


def _said(time: timedelta) -> str:
    return length(time / timedelta(hours=1))


def past(found: SignInStatus, known: History, now: datetime, local: LocalTime) -> Iterator[PastSession]:
    """Tell of the last sessions that are over, that of the token among them if it is, the last one first."""
    for each in reversed(_over(found, known)):
        time = clock(each.at, now, local)
        ended = words.ENDED_IN_TIME(each.estimated, time=time) if each.by is None else _ENDED[each.by](time=time)
        yield PastSession(ended, "" if each.began_at is None else words.SINCE(time=clock(each.began_at, now, local)))


def _over(found: SignInStatus, known: History) -> tuple[Past, ...]:
    if found.status is not Status.EXPIRED or found.token is None:
        return known.past
    by_token = Deadline(found.token.expires_at, DeadlineSource.TOKEN)
    return with_past(known, known.ended if known.over else by_token)
