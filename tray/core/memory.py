"""The little that must outlive a pass of the loop, and a restart: what was already announced, and a snooze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was already said about one sign-in."""

    deadline: datetime | None = None
    """The end (UTC) that `lead_minutes` speaks of."""

    lead_minutes: tuple[float, ...] = ()
    """The lead times whose reminder was sent for that deadline."""

    ended: str | None = None
    """Fingerprint of the token whose end was announced."""


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


def to_document(memory: Memory) -> dict[str, Any]:
    """Turn a memory into plain JSON values."""
    return {
        "schema": SCHEMA,
        "announcements": {
            name: {"deadline": _written(said.deadline), "lead_minutes": list(said.lead_minutes), "ended": said.ended}
            for name, said in memory.announcements.items()
        },
        "showing": list(memory.showing),
        "snoozed_until": _written(memory.snoozed_until),
        "recent_profiles": list(memory.recent_profiles),
    }


def from_document(document: object) -> Memory:
    """
    Read back what `to_document` made.

    Raises:
        ValueError: The document is of another version or shape; the caller starts with an empty memory.
    """
    try:
        if not isinstance(document, dict) or document["schema"] != SCHEMA:
            raise ValueError("not a memory of this version")
        return Memory(
            announcements=MappingProxyType(
                {
                    str(name): Announcement(
                        deadline=_read(said["deadline"]),
                        lead_minutes=tuple(float(minutes) for minutes in said["lead_minutes"]),
                        ended=None if said["ended"] is None else str(said["ended"]),
                    )
                    for name, said in document["announcements"].items()
                }
            ),
            showing=tuple(str(name) for name in document["showing"]),
            snoozed_until=_read(document["snoozed_until"]),
            recent_profiles=tuple(str(name) for name in document["recent_profiles"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a memory of this version") from error


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(text: object) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
