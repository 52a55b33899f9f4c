"""The little that must outlive a pass of the loop, and a restart: histories, what was announced, and a snooze."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from tray.core.dataclass import dataclass, field, replace
from tray.core.session.history import History
from tray.core.session.history_document import history_document, history_from, maybe, read, skew, words, written

SCHEMA = 3
"""
2 added histories. Those of 2 are dropped, since a login that joined a session was taken for the beginning of one; a
snooze and the recent profiles stay.
"""

_RECENT_PROFILES = 10
_SAVED_EVERY = timedelta(minutes=10)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was already said about one sign-in."""

    occasion: str = ""
    """What it was that ends (`SignInStatus.occasion`); empty where that is no longer known."""

    deadline: datetime | None = None
    """The end (UTC) that `lead_minutes` speaks of."""

    estimated: bool = False
    """Whether that end was estimated; else a file says it."""

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

    leapt_at: datetime | None = None
    """When they were first looked at after the clock had leapt forward (UTC); None since AWS's last answer."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's, as of the last answer; negative when it is behind."""

    def history(self, sign_in: str) -> History:
        """Give the history of one sign-in; an empty one where there is none."""
        return self.histories.get(sign_in, _NOTHING)

    def with_history(self, sign_in: str, history: History) -> Memory:
        """Put another history in place."""
        return replace(self, histories=MappingProxyType({**self.histories, sign_in: history}))


_NOTHING = History()


def used(memory: Memory, profile: str) -> Memory:
    """Remember that a profile was made the default one."""
    recent = dict.fromkeys((profile, *memory.recent_profiles))
    return replace(memory, recent_profiles=tuple(recent)[:_RECENT_PROFILES])


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
        "snoozed_until": written(memory.snoozed_until),
        "recent_profiles": list(memory.recent_profiles),
        "histories": {name: history_document(known) for name, known in memory.histories.items()},
        "seen_at": written(memory.seen_at),
        "leapt_at": written(memory.leapt_at),
        "skew_seconds": memory.skew_seconds,
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
            showing=tuple(words(name) for name in document["showing"]),
            snoozed_until=read(document["snoozed_until"]),
            recent_profiles=tuple(words(name) for name in document["recent_profiles"]),
            histories=_mapping(document["histories"] if document["schema"] == SCHEMA else {}, history_from),
            seen_at=read(document.get("seen_at")),
            leapt_at=read(document.get("leapt_at")),
            skew_seconds=maybe(skew, document.get("skew_seconds")),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a memory of this version") from error


def _announcement_document(said: Announcement) -> dict[str, Any]:
    return {
        "occasion": said.occasion,
        "deadline": written(said.deadline),
        "estimated": said.estimated,
        "lead_minutes": list(said.lead_minutes),
        "ended": said.ended,
        "said_at": written(said.said_at),
    }


def _announcement(said: Mapping[str, Any]) -> Announcement:
    return Announcement(
        occasion=words(said.get("occasion", "")),
        deadline=read(said["deadline"]),
        estimated=bool(said.get("estimated", False)),
        lead_minutes=tuple(float(minutes) for minutes in said["lead_minutes"]),
        ended=maybe(words, said["ended"]),
        said_at=read(said.get("said_at")),
    )


def _mapping(found: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Value]) -> Mapping[str, Value]:
    return MappingProxyType({str(name): read(value) for name, value in found.items()})
