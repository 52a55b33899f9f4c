"""What is known of a sign-in as plain JSON values, and back; what is as by default is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tray.core.model import Token
from tray.core.session.history import End, EndedBy, History, Span, Trouble
from tray.core.session.moments import EARLIEST, LATEST

_LONGEST = timedelta(days=3660)
_FARTHEST = LATEST - EARLIEST
_LARGEST_COUNT = 10**9
_LONGEST_WORDS = 1000

Value = TypeVar("Value")


def history_document(known: History) -> dict[str, Any]:
    """Turn what is known into plain JSON values."""
    trouble, ended = known.trouble, known.ended
    values = {
        "token": None if known.token is None else _token_document(known.token),
        "number": known.number,
        "began_at": written(known.began_at),
        "doubtful": known.doubtful or None,
        "joined": known.joined or None,
        "held_at": written(known.held_at),
        "ends_by": written(known.ends_by),
        "ended": ended and _end_document(ended),
        "rotates": known.rotates,
        "spans": [[span.after.total_seconds(), span.until.total_seconds(), span.times] for span in known.spans] or None,
        "page_shown_at": written(known.page_shown_at),
        "ending": known.ending and _end_document(known.ending),
        "old_end": written(known.old_end),
        "wins_nothing": known.wins_nothing or None,
        "questioned_at": written(known.questioned_at),
        "trouble": trouble
        and {
            "since": written(trouble.since),
            "title": trouble.title,
            "hint": trouble.hint,
            "passes": trouble.passes,
            "attempts": trouble.attempts,
        },
        "pause_until": written(known.pause_until),
        "revision": known.revision or None,
        "recorded_at": written(known.recorded_at),
        "skew": known.skew,
    }
    return {key: value for key, value in values.items() if value is not None}


def history_from(facts: Mapping[str, Any]) -> History:
    """
    Read back what `history_document` made.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError: It is none, or holds what cannot be.
    """
    return History(
        token=maybe(_token, facts.get("token")),
        number=_count(facts.get("number", 0)),
        began_at=read(facts.get("began_at")),
        doubtful=bool(facts.get("doubtful", False)),
        joined=bool(facts.get("joined", False)),
        held_at=read(facts.get("held_at")),
        ends_by=read(facts.get("ends_by")),
        ended=maybe(_end, facts.get("ended")),
        rotates=maybe(bool, facts.get("rotates")),
        spans=tuple(
            Span(_duration(after), _duration(until), _count(times)) for after, until, times in facts.get("spans", ())
        ),
        page_shown_at=read(facts.get("page_shown_at")),
        ending=maybe(_end, facts.get("ending")),
        old_end=read(facts.get("old_end")),
        wins_nothing=bool(facts.get("wins_nothing", False)),
        questioned_at=read(facts.get("questioned_at")),
        trouble=maybe(_trouble, facts.get("trouble")),
        pause_until=read(facts.get("pause_until")),
        revision=_count(facts.get("revision", 0)),
        recorded_at=read(facts.get("recorded_at")),
        skew=maybe(skew, facts.get("skew")),
    )


def maybe(read_value: Callable[[Any], Value], value: object) -> Value | None:
    """Read a value that may be missing."""
    return None if value is None else read_value(value)


def written(at: datetime | None) -> str | None:
    """Write a moment; None where there is none."""
    return None if at is None else at.isoformat()


def read(text: object) -> datetime | None:
    """Read a moment that may be missing; `ValueError` for what is none."""
    return None if text is None else moment(text)


def moment(text: object) -> datetime:
    """Read a moment; `ValueError` for what is none, or lies where no sum with it may lead."""
    at = datetime.fromisoformat(words(text))
    if at.tzinfo is None or not EARLIEST <= at <= LATEST:
        raise ValueError("no moment with a zone in this century or the next")
    return at


def skew(seconds: float) -> float:
    """Read by how many seconds a clock is off; `ValueError` or `OverflowError` for what cannot be."""
    return _duration(seconds, _FARTHEST).total_seconds()


def words(text: object) -> str:
    """Read a text, cut off where it is endless; `TypeError` for what is none."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    return text[:_LONGEST_WORDS]


def _duration(seconds: float, longest: timedelta = _LONGEST) -> timedelta:
    found = timedelta(seconds=seconds)
    if abs(found) > longest:
        raise ValueError("no time that could be meant")
    return found


def _count(number: object) -> int:
    if not isinstance(number, int) or not 0 <= number <= _LARGEST_COUNT:
        raise ValueError("not a count")
    return number


def _end_document(end: End) -> dict[str, Any]:
    return {"token": end.fingerprint, "at": written(end.at), "by": str(end.by), "reason": end.reason}


def _end(facts: Mapping[str, Any]) -> End:
    return End(words(facts["token"]), moment(facts["at"]), EndedBy(words(facts["by"])), words(facts.get("reason", "")))


def _trouble(facts: Mapping[str, Any]) -> Trouble:
    return Trouble(
        moment(facts["since"]),
        words(facts["title"]),
        words(facts["hint"]),
        passes=bool(facts["passes"]),
        attempts=_count(facts["attempts"]),
    )


def _token_document(token: Token) -> dict[str, Any]:
    return {
        "expires_at": written(token.expires_at),
        "refreshable": token.refreshable,
        "registration_expires_at": written(token.registration_expires_at),
        "modified_at": written(token.modified_at),
        "fingerprint": token.fingerprint,
        "refresh_fingerprint": token.refresh_fingerprint,
    }


def _token(facts: Mapping[str, Any]) -> Token:
    return Token(
        expires_at=moment(facts["expires_at"]),
        refreshable=bool(facts["refreshable"]),
        registration_expires_at=read(facts["registration_expires_at"]),
        modified_at=moment(facts["modified_at"]),
        fingerprint=words(facts["fingerprint"]),
        refresh_fingerprint=maybe(words, facts["refresh_fingerprint"]),
    )
