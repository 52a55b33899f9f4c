"""The little that must outlive a pass of the loop, and a restart: histories, what was announced, and a snooze."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from tray.core.dataclass import dataclass, field, replace
from tray.core.model import EndId, Profile, Snapshot
from tray.core.session.history import NOTHING_KNOWN, History

_RECENT_PROFILES = 10
_SAVED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was already said about one sign-in."""

    end_id: EndId | None = None
    """What it was that ends (`SignInStatus.end_id`); None where that is no longer known."""

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
class HookEvent:
    """What the hooks know of one sign-in (`tray.core.hooks`)."""

    event: str
    """The last event of its session; for whom no hook ran at it, the one that would have been the last."""

    at: datetime
    """When that was found (UTC): a login that is later began another session."""

    ended: str | None = None
    """Fingerprint of the token that ended; None where none did, or its file is gone."""


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
    """The default profiles of late, newest first: the one in force, and those before it."""

    histories: Mapping[str, History] = field(default_factory=lambda: MappingProxyType({}))
    """By sign-in name; one that was never looked at is absent."""

    seen_at: datetime | None = None
    """When the sign-ins were last looked at (UTC)."""

    leapt_at: datetime | None = None
    """When they were first looked at after the clock had leapt forward (UTC); None since AWS's last answer."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's, as of the last answer; negative when it is behind."""

    said_no_tray: bool = False
    """Whether the person was told that this desktop shows no icon: that is said once ever."""

    welcomed: bool = False
    """Whether the person was told how to begin, which is said once ever, or has begun without."""

    welcoming: bool = False
    """Whether the notice of that is on the screen."""

    hooks: Mapping[str, HookEvent] | None = None
    """By sign-in name; None while no hook is set."""

    def history(self, sign_in: str) -> History:
        """Give the history of one sign-in; an empty one where there is none."""
        return self.histories.get(sign_in, NOTHING_KNOWN)

    def with_history(self, sign_in: str, history: History) -> Memory:
        """Give the memory with another history of one sign-in."""
        return replace(self, histories=MappingProxyType({**self.histories, sign_in: history}))


def used(memory: Memory, profile: str | None) -> Memory:
    """Remember which profile is the default one, whoever made it so; None where there is none, or nobody knows."""
    if profile is None or memory.recent_profiles[:1] == (profile,):
        return memory
    recent = dict.fromkeys((profile, *memory.recent_profiles))
    return replace(memory, recent_profiles=tuple(recent)[:_RECENT_PROFILES])


def renamed(memory: Memory, before: Snapshot, after: Snapshot) -> Memory:
    """Let the profiles of late follow another name: where one is gone, and a new one is the same in all but that."""
    there = before.profiles_by_name
    gone = [name for name in memory.recent_profiles if name in there and name not in after.profiles_by_name]
    if not gone:
        return memory
    new: dict[Profile, list[str]] = {}
    for profile in after.profiles:
        if profile.name not in there:
            new.setdefault(replace(profile, name=""), []).append(profile.name)
    same = {name: new.get(replace(there[name], name=""), []) for name in gone}
    names = {name: found[0] for name, found in same.items() if len(found) == 1}
    return replace(memory, recent_profiles=tuple(names.get(name, name) for name in memory.recent_profiles))


def worth_saving(saved: Memory, memory: Memory) -> bool:
    """
    Tell whether a memory differs from the saved one in more than the moment of the last look.

    That moment alone is saved every ten minutes, so that an idle program seldom writes.
    """
    if replace(memory, seen_at=None) != replace(saved, seen_at=None):
        return True
    if memory.seen_at is None or saved.seen_at is None:
        return memory.seen_at != saved.seen_at
    return abs(memory.seen_at - saved.seen_at) >= _SAVED_EVERY
