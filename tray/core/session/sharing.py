"""
Which sign-ins share a session: it belongs to a browser and an access portal (docs/facts: What a login joins).

So two sign-ins of one portal begin and end together, and the length of one is the length of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from tray.core.dataclass import dataclass
from tray.core.model import DeadlineSource, Kind, SignIn
from tray.core.session.history import NOTHING_KNOWN, History
from tray.core.session.length import learned_length
from tray.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Length:
    """How long the sessions of a sign-in last."""

    time: timedelta
    source: DeadlineSource
    """``SETTING`` or ``LEARNED``."""


@lru_cache(maxsize=4096)
def portal_of(start_url: str) -> str:
    """Name the portal that a start URL means: people copy it with and without ``/``, ``#`` and ``#/`` at its end."""
    address = start_url.partition("#")[0].rstrip("/")
    try:
        parts = urlsplit(address)
    except ValueError:  # No address at all: it means nothing but itself.
        return address
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


class Sharing:
    """The sign-ins of a config, grouped by the session that they share, and how long that lasts."""

    def __init__(self, sign_ins: Iterable[SignIn], settings: Settings) -> None:
        self._settings = settings
        self._group: dict[str, tuple[str, ...]] = {}
        self._members: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for sign_in in sign_ins:
            group = self._group[sign_in.name] = _group_of(sign_in, settings)
            self._members[group].append(sign_in.name)

    def others(self, name: str) -> tuple[str, ...]:
        """Name the other sign-ins that share a sign-in's session, in the order of the config."""
        members = self._members.get(self._group.get(name, ()), [])
        return tuple(other for other in members if other != name) if len(members) > 1 else ()

    def lengths(self, histories: Mapping[str, History]) -> Mapping[str, Length]:
        """
        Tell how long the sessions of each sign-in last: as the person set it, or as its history tells.

        What is known of a sign-in itself comes first, then what is known of those that share its session.

        Returns:
            By sign-in name; one of which nothing is known is absent.
        """
        found: dict[str, Length] = {}
        for members in self._members.values():
            for source in (self._set_length, lambda name: _learned(histories.get(name, NOTHING_KNOWN))):
                own = {name: length for name in members if name not in found and (length := source(name)) is not None}
                shared = next(iter(own.values()), None)
                if shared is not None:
                    found |= {name: own.get(name, shared) for name in members if name not in found}
        return found

    def _set_length(self, name: str) -> Length | None:
        hours = self._settings.of(name).length_hours
        return None if hours is None else Length(timedelta(hours=hours), DeadlineSource.SETTING)


def _learned(known: History) -> Length | None:
    time = learned_length(known.spans)
    return None if time is None else Length(time, DeadlineSource.LEARNED)


def _group_of(sign_in: SignIn, settings: Settings) -> tuple[str, ...]:
    if sign_in.kind is Kind.CONSOLE:
        return ("aws login", sign_in.name)  # It has a session of its own, with no portal.
    return (portal_of(sign_in.start_url), sign_in.region, settings.browser_for(sign_in.name))
