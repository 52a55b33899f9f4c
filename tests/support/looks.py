"""A machine's looks at its token files over time, and the commands that work on them; all goes through JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from support.build import NOW, profile, sign_in
from tray.core.dataclass import replace
from tray.core.model import SignIn, SignInStatus, Snapshot, Token, Unreadable
from tray.core.session.documents import from_document, history_document, history_from, to_document
from tray.core.session.heard import (
    Ended,
    Heard,
    LoggedOut,
    PageShown,
    Proven,
    Renewed,
    SignedIn,
    ends_session,
    hear,
    hear_of_end,
)
from tray.core.session.history import EndedBy, History, Span
from tray.core.session.memory import Memory
from tray.core.session.sharing import Sharing
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings

CLIENT_ENDS = NOW + timedelta(days=80)
EIGHT_HOURS = (Span(timedelta(minutes=450), timedelta(minutes=481)),)
"""What an end teaches that came at eight hours, with a renewal every hour."""


def minute(number: float) -> datetime:
    """The moment so many minutes after `NOW`."""
    return NOW + timedelta(minutes=number)


def minutes_of(at: datetime | None) -> float | None:
    """The other way round."""
    return None if at is None else (at - NOW) / timedelta(minutes=1)


def held(
    at: float,
    key: str = "a",
    refresh: str | None = None,
    *,
    life: float = 60,
    client: float = 0,
    refreshable: bool = True,
) -> Token:
    """A token written ``at`` so many minutes after `NOW`; with a refresh token of its own."""
    written = minute(at)
    return Token(
        expires_at=written + timedelta(minutes=life),
        refreshable=refreshable,
        registration_expires_at=CLIENT_ENDS + timedelta(days=client),
        modified_at=written,
        fingerprint=key,
        refresh_fingerprint=(refresh or f"r{key}") if refreshable else None,
    )


def legacy(at: float, key: str = "a", life: float = 480) -> Token:
    """A token that cannot be renewed."""
    return held(at, key, life=life, refreshable=False)


def through_json(memory: Memory) -> Memory:
    """What a restart leaves of a memory."""
    return from_document(json.loads(json.dumps(to_document(memory))))


def record_through_json(known: History) -> History:
    """What a reader finds of what a command wrote down."""
    return history_from(json.loads(json.dumps(history_document(known))))


@dataclass
class Desk:
    """Looks at sign-ins over time as the tray does, and does what our commands do. Times are minutes after `NOW`."""

    sign_ins: tuple[SignIn, ...] = (sign_in(),)
    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    files: dict[str, Token | Unreadable] = field(default_factory=dict)
    records: dict[str, History] = field(default_factory=dict)

    def snapshot(self, changed: Mapping[str, Token | Unreadable | None] | None = None) -> Snapshot:
        files = {**self.files, **(changed or {})}
        return Snapshot(
            self.sign_ins,
            tuple(profile(f"dev-{each.name}", each.name) for each in self.sign_ins),
            {name: token for name, token in files.items() if token is not None},
            records=self.records,
        )

    def put(self, token: Token | Unreadable | None, name: str = "corp") -> None:
        """Change a token file, as any program may."""
        if token is None:
            self.files.pop(name, None)
        else:
            self.files[name] = token

    def look(self, at: float, *token: Token | Unreadable | None, name: str = "corp") -> History:
        """Look at all token files, one of them perhaps changed since."""
        for new in token:
            self.put(new, name)
        self.memory = through_json(observe(self.memory, self.snapshot(), minute(at), self.settings))
        return self.memory.history(name)

    def hear(self, at: float, heard: Heard, name: str = "corp", skew: float | None = None) -> History:
        """Write down what a command of ours heard: from the token files and what the tray has saved."""
        now = minute(at)
        memory = observe(self.memory, self.snapshot({name: heard.before}), now, self.settings)
        sharing = Sharing(self.sign_ins, self.settings)
        before = memory.history(name)
        memory = hear(memory, name, heard, now, sharing, skew)
        for other in sharing.others(name) if ends_session(heard) else ():
            memory = hear_of_end(memory, other, before, heard, now)
        for each, known in memory.histories.items():
            if known.revision != self.records.get(each, History()).revision:
                self.records[each] = record_through_json(known)
        return self.records[name]

    def _before(self, name: str) -> Token | None:
        before = self.files.get(name)
        return before if isinstance(before, Token) else None

    def log_in(self, at: float, token: Token, name: str = "corp", skew: float | None = None) -> History:
        before = self._before(name)
        self.put(token, name)
        return self.hear(at, SignedIn(before, token), name, skew)

    def renew(self, at: float, token: Token, name: str = "corp", skew: float | None = None) -> History:
        before = self._before(name)
        assert before is not None
        self.put(token, name)
        return self.hear(at, Renewed(before, token), name, skew)

    def end(self, at: float, by: EndedBy = EndedBy.INVALID_GRANT, reason: str = "", name: str = "corp") -> History:
        before = self._before(name)
        assert before is not None
        return self.hear(at, Ended(before, by, reason), name)

    def prove(self, at: float, name: str = "corp", skew: float | None = None) -> History:
        before = self._before(name)
        assert before is not None
        return self.hear(at, Proven(before), name, skew)

    def log_out(self, at: float, name: str = "corp", *, told: bool = True) -> History:
        before = self._before(name)
        self.put(None, name)
        return self.hear(at, LoggedOut(before, told), name)

    def give_up(self, at: float, name: str = "corp", skew: float | None = None) -> History:
        """Give up a login after AWS's page has been shown."""
        return self.hear(at, PageShown(self._before(name)), name, skew)

    def learn(self, spans: tuple[Span, ...] = EIGHT_HOURS, name: str = "corp") -> None:
        """Know how long sessions last, from earlier ones."""
        known = self.memory.history(name)
        self.memory = self.memory.with_history(name, replace(known, spans=spans))
        if name in self.records:
            self.records[name] = replace(self.records[name], spans=spans)

    def status(self, at: float, name: str = "corp") -> SignInStatus:
        """What is true of a sign-in now."""
        memory = observe(self.memory, self.snapshot(), minute(at), self.settings)
        found = derive(self.snapshot(), self.settings, minute(at), None, memory)
        return next(each for each in found if each.sign_in.name == name)

    def history(self, name: str = "corp") -> History:
        return self.memory.history(name)

    def began(self, name: str = "corp") -> float | None:
        """The beginning of a sign-in's session, in minutes after `NOW`."""
        return minutes_of(self.history(name).began_at)


def signed_in_at_zero(**changes: object) -> Desk:
    """A desk at which our own command signed in at `NOW`."""
    desk = Desk(**changes)  # type: ignore[arg-type]
    desk.look(-1)
    desk.log_in(0, held(0))
    desk.look(0)
    return desk


LogsIn = Callable[..., None]
"""At a desk, when, with which token, and to which sign-in if not `corp`."""


def by_us(desk: Desk, at: float, token: Token, name: str = "corp") -> None:
    """Sign in by our own command."""
    desk.log_in(at, token, name)
    desk.look(at + 0.1)


def by_another(desk: Desk, at: float, token: Token, name: str = "corp") -> None:
    """Sign in by another program, while the tray watches."""
    desk.look(at - 0.5)
    desk.look(at + 0.1, token, name=name)


WHOEVER = pytest.mark.parametrize("logs_in", [by_us, by_another])
