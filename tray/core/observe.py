"""
What the change of a token file means: a login, or a renewal by whichever program (DESIGN section 5).

No program says what it did to the file, and no key in it tells a login from a renewal. What does tell, best first:

* The same refresh token with a new access token: a renewal. A login always brings a new one.
* A token that ends before the one it replaced, or is older (a restored backup, another machine with another clock):
  either.
* A change while the old token had more than 15 minutes left: a login. No program renews so early (AWS-SSO-FACTS
  section 2).
* A change after AWS refused to renew the old token: a login; right after that, either, as another program may have
  won a race for a refresh token that is good for one use.
* Another client registration, the first refresh token, or a new one although renewals here keep the old: a login.
* A change around the end of the old token: nearly always a renewal. The beginning is kept, but marked as doubtful.
  Right after a reminder it is as likely the login that was asked for: either.
* A change long after the old token ended: either. In the morning people log in, but a sign-in of days may still hold.

Where it may be either, the beginning is unknown from then on, and no end is foretold. So it is after a login that was
not watched: renewals may have followed before this program looked. Nothing here ever says that a sign-in has ended.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType

from tray.core.clock import clock_set
from tray.core.history import History, Span, Told
from tray.core.learn import MINUTE, learned_length, with_doubt, with_end, without_shorter
from tray.core.memory import ESTIMATED, Memory
from tray.core.model import Snapshot, Token, Unreadable

RENEWAL_WINDOW = timedelta(minutes=15)
"""How long before its end a token is renewed at the earliest, by botocore (AWS-SSO-FACTS section 2)."""

CLOCK_JUMP = timedelta(minutes=2)
"""A clock set back by less changes nothing that matters here."""

_RACE = timedelta(seconds=10)
"""How long after a refusal a winner may still write its token; nobody signs in so fast."""

_WATCHED = timedelta(minutes=2)
"""A login between two looks so close together is known well enough."""

_FORGOTTEN_AFTER = timedelta(days=90)
"""After that a sign-in that left the config is forgotten: no client registration lives longer."""


def observe(
    memory: Memory,
    snapshot: Snapshot,
    now: datetime,
    renewing: Collection[str] = (),
    signing_in: str | None = None,
) -> Memory:
    """
    Take in what was read: notice logins and renewals, by this program or another.

    Args:
        memory: What was known before.
        snapshot: What was read.
        now: The moment (UTC). Where it is earlier than the last look, the clock was set back.
        renewing: The sign-ins of which a renewal by this program is in flight.
        signing_in: The sign-in of which a login by this program is in flight.
    """
    if memory.seen_at is not None and now < memory.seen_at - CLOCK_JUMP:
        memory = clock_set(memory, now - memory.seen_at)
    configured = {sign_in.name for sign_in in snapshot.sign_ins}
    histories = {
        name: known
        for name, known in memory.histories.items()
        if name in configured or (known.token is not None and now - known.token.modified_at < _FORGOTTEN_AFTER)
    }
    for name in configured:
        token = snapshot.tokens.get(name)
        if isinstance(token, Unreadable):
            continue  # For a moment, or until a login; it says nothing of the sign-in.
        known = histories.get(name)
        if token is None:
            histories[name] = _without_token(known)
        elif known is None or (known.token is None and memory.seen_at is None):
            histories[name] = _at_first_sight(known, token, now)
        else:
            seen_at = now if memory.seen_at is None else memory.seen_at
            look = _Look(
                known,
                token,
                seen_at,
                now,
                renewing=name in renewing,
                signing_in=name == signing_in,
                reminded=_was_reminded(memory, name),
            )
            histories[name] = look.history()
    if histories == memory.histories:
        return replace(memory, seen_at=now)
    return replace(memory, seen_at=now, histories=MappingProxyType(histories))


def ended(known: History) -> tuple[Span, ...]:
    """Tell what was learned of how long sign-ins last, once it is certain that AWS refused because this one is over."""
    if known.token is None or known.refused != known.token.fingerprint:
        return known.spans
    if known.began_at is None or known.held_at is None or known.refused_at is None:
        return known.spans
    after, until = known.held_at - known.began_at, known.refused_at - known.began_at
    return with_end(known.spans, after, until, sure=not known.doubtful)


class _Meaning(Enum):
    RENEWAL = auto()
    PROBABLY_RENEWAL = auto()
    LOGIN = auto()
    UNWATCHED_LOGIN = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a token file that had been looked at before."""

    known: History
    token: Token
    seen_at: datetime
    now: datetime
    renewing: bool
    """Whether a renewal by this program is in flight."""

    signing_in: bool
    """Whether a login by this program is in flight."""

    reminded: bool
    """Whether the person was reminded of the end of this sign-in."""

    @property
    def issued_at(self) -> datetime:
        return min(self.token.modified_at, self.now)

    def history(self) -> History:
        known, old = self.known, self.known.token
        if old == self.token and known.told is None:
            return known
        if old is not None and old.fingerprint == self.token.fingerprint:
            pause = self._pause() if known.told is Told.RENEWAL else known.pause_until
            # A file that was only touched, or moved by a clock's change, is no newer token.
            same = replace(self.token, modified_at=old.modified_at)
            return replace(known, token=same, told=None, pause_until=pause)
        known = replace(known, told=None, trouble=None, pause_until=None)
        if self.known.told is Told.LOGIN:
            return replace(known, token=self.token)
        if old is not None and (self.renewing or self.known.told is Told.RENEWAL):
            rotates = known.rotates
            if old.refresh_fingerprint is not None and self.token.refresh_fingerprint is not None:
                rotates = old.refresh_fingerprint != self.token.refresh_fingerprint
            return replace(self._renewed(known), rotates=rotates, pause_until=self._pause())
        return self._changed(known, self._login() if old is None else self._meaning(old))

    def _pause(self) -> datetime:
        """Say when a renewal is thought of again after one, so that no odd token is renewed without end."""
        return self.now + min(MINUTE, self.token.life / 3)

    def _changed(self, known: History, meaning: _Meaning) -> History:
        match meaning:
            case _Meaning.RENEWAL:
                return self._renewed(known)
            case _Meaning.PROBABLY_RENEWAL:
                return self._renewed(replace(known, doubtful=known.began_at is not None))
            case _Meaning.LOGIN:
                return self._begun(replace(known, spans=ended(known)), self.issued_at)
            case _Meaning.UNWATCHED_LOGIN:
                return self._begun(replace(known, spans=ended(known)), None)
            case _Meaning.EITHER:
                return self._begun(known, None)

    def _begun(self, known: History, at: datetime | None) -> History:
        return replace(
            known, token=self.token, number=known.number + 1, began_at=at, doubtful=False, held_at=self.issued_at
        )

    def _renewed(self, known: History) -> History:
        held_at = self.issued_at if known.held_at is None else max(known.held_at, self.issued_at)
        known = replace(known, token=self.token, held_at=held_at)
        if known.began_at is None:
            return known
        age = held_at - known.began_at
        if not known.doubtful:
            return replace(known, spans=without_shorter(known.spans, age))
        length = learned_length(known.spans)
        if length is None or age <= length + MINUTE:
            return known
        # Most likely there was a login; or else sign-ins last longer than they did.
        spans = with_doubt(known.spans, age)
        return replace(known, number=known.number + 1, began_at=None, doubtful=False, spans=spans)

    def _meaning(self, old: Token) -> _Meaning:
        known, token, issued_at = self.known, self.token, self.issued_at
        if token.refresh_fingerprint is not None and token.refresh_fingerprint == old.refresh_fingerprint:
            return _Meaning.RENEWAL
        if token.expires_at < old.expires_at - MINUTE or token.modified_at < old.modified_at - MINUTE:
            return _Meaning.EITHER
        if issued_at < old.expires_at - RENEWAL_WINDOW - MINUTE:
            return _Meaning.LOGIN
        if known.refused == old.fingerprint and known.refused_at is not None:
            raced = issued_at < known.refused_at + _RACE and not self.signing_in
            return _Meaning.EITHER if raced else self._login()
        if not old.refreshable or _is_other_client(old, token) or known.rotates is False:
            return self._login()
        # Ours may have failed since then for want of a network: its return lets those of other programs succeed too.
        waited_since = issued_at if known.trouble is None else min(issued_at, known.trouble.since)
        around_the_end = waited_since <= old.expires_at + RENEWAL_WINDOW
        return _Meaning.PROBABLY_RENEWAL if around_the_end and not self.reminded else _Meaning.EITHER

    def _login(self) -> _Meaning:
        """Tell whether the login itself was seen, or perhaps a renewal that followed it."""
        unwatched = max(_WATCHED, self.token.life - RENEWAL_WINDOW)
        return _Meaning.LOGIN if self.issued_at < self.seen_at + unwatched else _Meaning.UNWATCHED_LOGIN


def _is_other_client(old: Token, new: Token) -> bool:
    one, other = old.registration_expires_at, new.registration_expires_at
    return one is not None and other is not None and abs(one - other) > MINUTE


def _was_reminded(memory: Memory, name: str) -> bool:
    said = memory.announcements.get(name)
    return said is not None and bool(said.lead_minutes) and said.occasion.startswith(ESTIMATED)


def _at_first_sight(known: History | None, token: Token, now: datetime) -> History:
    """Meet a token of which nothing is known: it may be hours since the person signed in, unless it was just told."""
    if known is not None and known.told is Told.LOGIN:
        return replace(known, token=token, told=None)
    return History(token=token, held_at=min(token.modified_at, now))


def _without_token(known: History | None) -> History:
    """Notice a logout, by whichever program; what was learned stays."""
    if known is None:
        return History()
    if known.token is None:
        return known
    return History(number=known.number + 1, spans=ended(known), rotates=known.rotates, told=known.told)
