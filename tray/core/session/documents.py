"""The memory, and the history of a sign-in, as plain JSON values, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from tray.core.model import EARLIEST, LATEST, EndId, Token
from tray.core.session.history import NOTHING_KNOWN, End, EndedBy, History, Past, Span, Trouble
from tray.core.session.memory import Announcement, HookEvent, Memory

SCHEMA = 3
"""
2 added histories. Those of 2 are dropped, since a login that joined a session was taken for the beginning of one; a
snooze and the recent profiles stay.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=3660)
_FARTHEST = LATEST - EARLIEST
_LARGEST_COUNT = 10**9
_LONGEST_WORDS = 1000

Value = TypeVar("Value")


def to_document(memory: Memory) -> dict[str, Any]:
    """Turn a memory into plain JSON values."""
    return {
        "schema": SCHEMA,
        "announcements": {name: _announcement_document(said) for name, said in memory.announcements.items()},
        "showing": list(memory.showing),
        "snoozed_until": _written(memory.snoozed_until),
        "recent_profiles": list(memory.recent_profiles),
        "histories": {name: history_document(known) for name, known in memory.histories.items()},
        "seen_at": _written(memory.seen_at),
        "leapt_at": _written(memory.leapt_at),
        "skew_seconds": memory.skew_seconds,
        "said_no_tray": memory.said_no_tray,
        "welcomed": memory.welcomed,
        "welcoming": memory.welcoming,
        "hooks": None if memory.hooks is None else {name: _hook_document(told) for name, told in memory.hooks.items()},
    }


def from_document(document: object) -> Memory:
    """
    Read back what `to_document` made, now or in an earlier version.

    Raises:
        ValueError: The document is of a newer version or another shape; the caller starts with an empty memory.
    """
    try:
        if not isinstance(document, dict) or document["schema"] not in {1, 2, SCHEMA}:
            raise ValueError("not a memory of this version")
        return Memory(
            announcements=_mapping(document["announcements"], _announcement),
            showing=tuple(_words(name) for name in document["showing"]),
            snoozed_until=_maybe(_moment, document["snoozed_until"]),
            recent_profiles=tuple(_words(name) for name in document["recent_profiles"]),
            histories=_mapping(document["histories"] if document["schema"] == SCHEMA else {}, history_from),
            seen_at=_maybe(_moment, document.get("seen_at")),
            leapt_at=_maybe(_moment, document.get("leapt_at")),
            skew_seconds=_maybe(_skew, document.get("skew_seconds")),
            said_no_tray=bool(document.get("said_no_tray", False)),
            welcomed=bool(document.get("welcomed", False)),
            welcoming=bool(document.get("welcoming", False)),
            hooks=_maybe(lambda found: _mapping(found, _hook), document.get("hooks")),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a memory of this version") from error


def history_document(known: History) -> dict[str, Any]:
    """Turn a history into plain JSON values; what is as by default is left out."""
    return {
        name: kind.write(value)
        for name, kind in _HISTORY.items()
        if (value := getattr(known, name)) != getattr(NOTHING_KNOWN, name) or name == "number"
    }


def history_from(facts: Mapping[str, Any]) -> History:
    """
    Read back what `history_document` made.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError: It is none, or holds what cannot be.
    """
    return History(
        **{name: kind.read(value) for name, kind in _HISTORY.items() if (value := facts.get(name)) is not None}
    )


def _maybe(read: Callable[[Any], Value], value: object) -> Value | None:
    return None if value is None else read(value)


def _mapping(found: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Value]) -> Mapping[str, Value]:
    return MappingProxyType({str(name): read(value) for name, value in found.items()})


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _moment(text: object) -> datetime:
    at = datetime.fromisoformat(_words(text))
    if at.tzinfo is None or not EARLIEST <= at <= LATEST:
        raise ValueError("no moment with a zone, or one that no sum may lead to")
    return at


def _skew(seconds: float) -> float:
    return _duration(seconds, _FARTHEST).total_seconds()


def _words(text: object) -> str:
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


def _announcement_document(said: Announcement) -> dict[str, Any]:
    return {
        "occasion": said.end_id or "",
        "deadline": _written(said.deadline),
        "estimated": said.estimated,
        "lead_minutes": list(said.lead_minutes),
        "ended": said.ended,
        "said_at": _written(said.said_at),
    }


def _announcement(said: Mapping[str, Any]) -> Announcement:
    return Announcement(
        end_id=EndId(_words(said.get("occasion", ""))) or None,
        deadline=_maybe(_moment, said["deadline"]),
        estimated=bool(said.get("estimated", False)),
        lead_minutes=tuple(float(minutes) for minutes in said["lead_minutes"]),
        ended=_maybe(_words, said["ended"]),
        said_at=_maybe(_moment, said.get("said_at")),
    )


def _hook_document(told: HookEvent) -> dict[str, Any]:
    return {"event": told.event, "at": _written(told.at), "ended": told.ended}


def _hook(told: Mapping[str, Any]) -> HookEvent:
    return HookEvent(_words(told["event"]), _moment(told["at"]), _maybe(_words, told.get("ended")))


def _end_document(end: End) -> dict[str, Any]:
    return {"token": end.fingerprint, "at": _written(end.at), "by": str(end.by), "reason": end.reason}


def _end(facts: Mapping[str, Any]) -> End:
    return End(
        _words(facts["token"]), _moment(facts["at"]), EndedBy(_words(facts["by"])), _words(facts.get("reason", ""))
    )


def _spans_document(spans: tuple[Span, ...]) -> list[list[float]]:
    return [[span.after.total_seconds(), span.until.total_seconds(), span.times] for span in spans]


def _spans(facts: list[tuple[float, float, int]]) -> tuple[Span, ...]:
    return tuple(Span(_duration(after), _duration(until), _count(times)) for after, until, times in facts)


def _past_document(past: tuple[Past, ...]) -> list[list[int | str | bool | None]]:
    # In whole seconds, since there are several for each sign-in.
    return [
        [
            None if each.began_at is None else int(each.began_at.timestamp()),
            int(each.at.timestamp()),
            None if each.by is None else str(each.by),
            each.estimated,
        ]
        for each in past
    ]


def _past(facts: list[list[Any]]) -> tuple[Past, ...]:
    return tuple(
        Past(_maybe(_second, began_at), _second(at), _maybe(EndedBy, by), bool(estimated))
        for began_at, at, by, estimated in facts
    )


def _second(seconds: int) -> datetime:
    return _moment((_EPOCH + timedelta(seconds=seconds)).isoformat())


class _Kind(NamedTuple):
    """How the values of one kind are written, and read back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _or_none(kind: _Kind) -> _Kind:
    return _Kind(lambda value: None if value is None else kind.write(value), lambda value: _maybe(kind.read, value))


def _record(make: Callable[..., object], **fields: _Kind) -> _Kind:
    """Make the kind of a value that has these fields; in a document none of them is missing."""
    return _Kind(
        lambda value: {name: kind.write(getattr(value, name)) for name, kind in fields.items()},
        lambda facts: make(**{name: kind.read(facts[name]) for name, kind in fields.items()}),
    )


_AT = _Kind(_written, _moment)
_FLAG = _Kind(bool, bool)
_NUMBER = _Kind(int, _count)
_TEXT = _Kind(str, _words)
_END = _Kind(_end_document, _end)
_TROUBLE = _record(Trouble, since=_AT, title=_TEXT, hint=_TEXT, passes=_FLAG, attempts=_NUMBER)
_TOKEN = _record(
    Token,
    expires_at=_AT,
    refreshable=_FLAG,
    registration_expires_at=_or_none(_AT),
    modified_at=_AT,
    fingerprint=_TEXT,
    refresh_fingerprint=_or_none(_TEXT),
)
_HISTORY: Mapping[str, _Kind] = {
    "token": _TOKEN,
    "number": _NUMBER,
    "began_at": _AT,
    "doubtful": _FLAG,
    "joined": _FLAG,
    "login_at": _AT,
    "held_at": _AT,
    "ends_by": _AT,
    "ended": _END,
    "rotates": _FLAG,
    "spans": _Kind(_spans_document, _spans),
    "past": _Kind(_past_document, _past),
    "page_shown_at": _AT,
    "ending": _END,
    "old_end": _AT,
    "wins_nothing": _FLAG,
    "questioned_at": _AT,
    "trouble": _TROUBLE,
    "pause_until": _AT,
    "revision": _NUMBER,
    "recorded_at": _AT,
    "skew": _Kind(float, _skew),
}
"""The kind of each field of a history."""
