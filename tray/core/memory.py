"""The little that must outlive a pass of the loop, and a restart: histories, what was announced, and a snooze."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from tray.core.history import History, Span, Told, Trouble
from tray.core.model import Token

SCHEMA = 2
"""2 added histories; a document of version 1 is read as one without."""

ESTIMATED = "sign-in "
"""Begins the name of an occasion whose end is estimated; what follows is `History.number`."""

_SAVED_EVERY = timedelta(minutes=10)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was already said about one sign-in."""

    occasion: str = ""
    """What it was that ends (`SignInStatus.occasion`); empty where that is no longer known."""

    deadline: datetime | None = None
    """The end (UTC) that `lead_minutes` speaks of."""

    lead_minutes: tuple[float, ...] = ()
    """The lead times whose reminder was sent for that end."""

    ended: str | None = None
    """Fingerprint of the token whose end was announced."""

    said_at: datetime | None = None
    """When something was last said (UTC)."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the resident program remembers; saved as JSON in the state folder."""

    announcements: Mapping[str, Announcement] = field(default_factory=lambda: MappingProxyType({}))
    """By sign-in name; a sign-in of which nothing was said is absent."""

    showing: tuple[str, ...] = ()
    """The sign-ins that the reminder now on the screen speaks of."""

    snoozed_until: datetime | None = None
    """Until then (UTC) no reminder of an end to come is sent."""

    recent_profiles: tuple[str, ...] = ()
    """Default profiles chosen lately, newest first."""

    histories: Mapping[str, History] = field(default_factory=lambda: MappingProxyType({}))
    """By sign-in name; one that was never looked at is absent."""

    seen_at: datetime | None = None
    """When the sign-ins were last looked at (UTC)."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's, as of the last answer; negative when it is behind."""

    def history(self, sign_in: str) -> History:
        """Give the history of one sign-in; an empty one where there is none."""
        return self.histories.get(sign_in, _NOTHING)

    def with_history(self, sign_in: str, history: History) -> Memory:
        """Put another history in place."""
        return replace(self, histories=MappingProxyType({**self.histories, sign_in: history}))


_NOTHING = History()


def worth_saving(saved: Memory, memory: Memory) -> bool:
    """
    Tell whether a memory differs from the saved one in more than the moment of the last look.

    That moment alone is saved every ten minutes, so that an idle program leaves the disk in peace.
    """
    if replace(memory, seen_at=None) != replace(saved, seen_at=None):
        return True
    if memory.seen_at is None or saved.seen_at is None:
        return memory.seen_at != saved.seen_at
    return abs(memory.seen_at - saved.seen_at) >= _SAVED_EVERY


def to_document(memory: Memory) -> dict[str, Any]:
    """Turn a memory into plain JSON values; what is as by default is left out of a history."""
    return {
        "schema": SCHEMA,
        "announcements": {name: _announcement_document(said) for name, said in memory.announcements.items()},
        "showing": list(memory.showing),
        "snoozed_until": _written(memory.snoozed_until),
        "recent_profiles": list(memory.recent_profiles),
        "histories": {name: _history_document(known) for name, known in memory.histories.items()},
        "seen_at": _written(memory.seen_at),
        "skew_seconds": memory.skew_seconds,
    }


def from_document(document: object) -> Memory:
    """
    Read back what `to_document` made, now or in an earlier version.

    Raises:
        ValueError: The document is of a newer version or another shape; the caller starts with an empty memory.
    """
    try:
        if not isinstance(document, dict) or document["schema"] not in {1, SCHEMA}:
            raise ValueError("not a memory of this version")
        return Memory(
            announcements=_mapping(document["announcements"], _announcement),
            showing=tuple(str(name) for name in document["showing"]),
            snoozed_until=_read(document["snoozed_until"]),
            recent_profiles=tuple(str(name) for name in document["recent_profiles"]),
            histories=_mapping(document.get("histories", {}), _history),
            seen_at=_read(document.get("seen_at")),
            skew_seconds=_maybe(float, document.get("skew_seconds")),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a memory of this version") from error


def _announcement_document(said: Announcement) -> dict[str, Any]:
    return {
        "occasion": said.occasion,
        "deadline": _written(said.deadline),
        "lead_minutes": list(said.lead_minutes),
        "ended": said.ended,
        "said_at": _written(said.said_at),
    }


def _announcement(said: Mapping[str, Any]) -> Announcement:
    return Announcement(
        occasion=str(said.get("occasion", "")),
        deadline=_read(said["deadline"]),
        lead_minutes=tuple(float(minutes) for minutes in said["lead_minutes"]),
        ended=_maybe(str, said["ended"]),
        said_at=_read(said.get("said_at")),
    )


def _history_document(known: History) -> dict[str, Any]:
    trouble = known.trouble
    values = {
        "token": None if known.token is None else _token_document(known.token),
        "number": known.number,
        "began_at": _written(known.began_at),
        "doubtful": known.doubtful or None,
        "held_at": _written(known.held_at),
        "refused": known.refused,
        "refused_at": _written(known.refused_at),
        "unrenewable": known.unrenewable,
        "rotates": known.rotates,
        "spans": [[span.after.total_seconds(), span.until.total_seconds(), span.times] for span in known.spans] or None,
        "trouble": trouble
        and {"since": _written(trouble.since), "reason": trouble.reason, "attempts": trouble.attempts},
        "pause_until": _written(known.pause_until),
        "told": known.told,
    }
    return {key: value for key, value in values.items() if value is not None}


def _history(known: Mapping[str, Any]) -> History:
    return History(
        token=_maybe(_token, known.get("token")),
        number=int(known.get("number", 0)),
        began_at=_read(known.get("began_at")),
        doubtful=bool(known.get("doubtful", False)),
        held_at=_read(known.get("held_at")),
        refused=_maybe(str, known.get("refused")),
        refused_at=_read(known.get("refused_at")),
        unrenewable=_maybe(str, known.get("unrenewable")),
        rotates=_maybe(bool, known.get("rotates")),
        spans=tuple(
            Span(timedelta(seconds=after), timedelta(seconds=until), int(times))
            for after, until, times in known.get("spans", ())
        ),
        trouble=_maybe(_trouble, known.get("trouble")),
        pause_until=_read(known.get("pause_until")),
        told=_maybe(Told, known.get("told")),
    )


def _trouble(found: Mapping[str, Any]) -> Trouble:
    return Trouble(_moment(found["since"]), str(found["reason"]), int(found["attempts"]))


def _token_document(token: Token) -> dict[str, Any]:
    return {
        "expires_at": _written(token.expires_at),
        "refreshable": token.refreshable,
        "registration_expires_at": _written(token.registration_expires_at),
        "modified_at": _written(token.modified_at),
        "fingerprint": token.fingerprint,
        "refresh_fingerprint": token.refresh_fingerprint,
    }


def _token(facts: Mapping[str, Any]) -> Token:
    return Token(
        expires_at=_moment(facts["expires_at"]),
        refreshable=bool(facts["refreshable"]),
        registration_expires_at=_read(facts["registration_expires_at"]),
        modified_at=_moment(facts["modified_at"]),
        fingerprint=str(facts["fingerprint"]),
        refresh_fingerprint=_maybe(str, facts["refresh_fingerprint"]),
    )


def _mapping(found: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Value]) -> Mapping[str, Value]:
    return MappingProxyType({str(name): read(value) for name, value in found.items()})


def _maybe(read: Callable[[Any], Value], value: object) -> Value | None:
    return None if value is None else read(value)


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(text: object) -> datetime | None:
    return None if text is None else _moment(text)


def _moment(text: object) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
