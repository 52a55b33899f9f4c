"""
What another program's change of a token file means: a login, or a renewal (docs/facts: What a login joins).

What our own commands do they write down (`tray.core.session.heard`). Other programs do not say what they did, and no
key in the file tells a login from a renewal. While the session holds that is no matter: a login joins it. What does
tell that a new session began, best first:

* AWS had said that the old one is over, or a program had removed its token: a login, and a new session. Right after a
  refusal it may be either, as another program may have won a race for a refresh token that is good for one use.
* The same refresh token with a new access token: a renewal. A login always brings a new one.
* A token that ends before the one it replaced, or is older (a restored backup, another machine with another clock):
  either.
* The foretold end of the session had come: a new session. Before it: the old one.
* Where no end is foretold, a change before the old token's end, or around it: the old session, but that is doubtful.
  It may have ended since the last renewal, and the person may have signed in again.
* A change long after the old token ended: either. In the morning people log in, but a session of days may still hold.

Where it may be either, the beginning is unknown from then on, and no end is foretold. So it is after a login that was
not watched: renewals may have followed before this program looked. Nothing here ever says that a session has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType

from tray.core.dataclass import dataclass, replace
from tray.core.model import Snapshot, Token, Unreadable
from tray.core.session.clock import by_clock, look_at_clock, skewed
from tray.core.session.deadline import foretold
from tray.core.session.history import End, EndedBy, History, later_known
from tray.core.session.joining import ABOUT, Held, Standing, held, logged_in, spans_with_end
from tray.core.session.length import MINUTE, learned_length, with_doubt, without_shorter
from tray.core.session.memory import Memory
from tray.core.session.past import with_past
from tray.core.session.sharing import Length, Sharing
from tray.core.settings import Settings

RENEWAL_WINDOW = timedelta(minutes=17)
"""
How long before its end a token is renewed at the earliest: by us where another home's tray sees it (`Token.margin`), or
by botocore, at 15 minutes (docs/facts: Refresh).
"""

_RACE = timedelta(seconds=10)
"""How long after a refusal a winner may still write its token; nobody signs in so fast."""

_WATCHED = timedelta(minutes=2)
"""A login between two looks so close together is known well enough."""

_FORGOTTEN_AFTER = timedelta(days=90)
"""After that a sign-in that left the config is forgotten: no client registration lives longer."""


def observe(memory: Memory, snapshot: Snapshot, now: datetime, settings: Settings) -> Memory:
    """
    Take in what was read at `now`: what our commands wrote down, and what other programs did to the token files.

    Where `now` (UTC) is earlier than the last look, the clock was set back.
    """
    memory = look_at_clock(memory, now)
    configured = {sign_in.name for sign_in in snapshot.sign_ins}
    news = {
        name: recorded
        for name, recorded in snapshot.records.items()
        if name in configured
        and (
            later_known(memory.histories.get(name), recorded) is recorded
            or _is_back(memory.history(name), recorded, snapshot.tokens.get(name))
        )
    }
    memory = _with_skew_of(news.values(), memory)
    before = {
        name: known
        for name, known in memory.histories.items()
        if name in configured or (known.token is not None and now - known.token.modified_at < _FORGOTTEN_AFTER)
    }
    before |= {name: by_clock(recorded, memory) for name, recorded in news.items()}
    sharing = Sharing(snapshot.sign_ins, settings)
    look = _Look(memory.seen_at, now, sharing, before, lru_cache(lambda: sharing.lengths(before)))
    histories = dict(before)
    for name in configured:
        token = snapshot.tokens.get(name)
        if isinstance(token, Unreadable):
            continue  # For a moment, or until a login; it says nothing of the session.
        histories[name] = look.at(name, token)
    if histories == memory.histories:
        return replace(memory, seen_at=now)
    return replace(memory, seen_at=now, histories=MappingProxyType(histories))


def _is_back(remembered: History, recorded: History, token: Token | Unreadable | None) -> bool:
    """
    Tell whether a file holds again the token of which a command of ours wrote down what is known.

    A command that tells what it did to the file may come after the tray, which has seen the outcome before.
    """
    if not isinstance(token, Token) or remembered.token is None or recorded.token is None:
        return False
    return remembered.token.fingerprint != token.fingerprint == recorded.token.fingerprint


def _with_skew_of(news: Iterable[History], memory: Memory) -> Memory:
    """Take in what the last of our commands that AWS answered heard of its clock, unless the tray heard it later."""
    heard = [(known.recorded_at, known.skew) for known in news if known.recorded_at is not None]
    at, skew = max(heard, key=itemgetter(0), default=(None, None))
    if at is None or skew is None or (memory.seen_at is not None and at < memory.seen_at):
        return memory
    return skewed(memory, skew, at)


def renewed(known: History, token: Token, at: datetime) -> History:
    """Take in that a token was renewed at a moment (UTC), by whichever program."""
    held_at = at if known.held_at is None else max(known.held_at, at)
    return proven(replace(known, token=token, ended=None, ending=None, trouble=None), held_at)


def proven(known: History, at: datetime) -> History:
    """Take in that AWS proved at a moment (UTC) that the session holds: a length that it has outlived is none."""
    known = replace(known, held_at=at)
    if known.old_end is not None and at > known.old_end + ABOUT:
        known = replace(known, old_end=None, wins_nothing=False)
    if known.began_at is None:
        return known
    age = at - known.began_at
    length = learned_length(known.spans)
    outlived = length is not None and age > length + MINUTE
    if not known.doubtful and not (outlived and known.joined):
        return replace(known, spans=without_shorter(known.spans, age))
    if not outlived:
        return known
    # Most likely a new session began unseen, after the old one had ended early; or sessions last longer than they did.
    spans = with_doubt(known.spans, age)
    return replace(known, number=known.number + 1, began_at=None, doubtful=False, joined=False, spans=spans)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at all token files."""

    seen_at: datetime | None
    """When they were looked at before (UTC)."""

    now: datetime
    sharing: Sharing
    before: Mapping[str, History]
    """What was known before this look, by sign-in name."""

    lengths: Callable[[], Mapping[str, Length]]
    """How long sessions last, by sign-in name; worked out only where a token has changed."""

    def at(self, name: str, token: Token | None) -> History:
        known = self.before.get(name)
        if token is None:
            return self._without_token(known)
        if known is None or (known.token is None and self._last_look(known) is None):
            # At first sight: it may be hours since the person signed in.
            known = known or History()
            return replace(known, token=token, held_at=min(token.modified_at, self.now))
        if known.token is not None and known.token.fingerprint == token.fingerprint:
            # A file that was only touched, or moved by a clock's change, is no newer token.
            return replace(known, token=replace(token, modified_at=known.token.modified_at))
        found = self._changed(name, known, token)
        return replace(found, pause_until=self.now + token.pause)

    def _without_token(self, known: History | None) -> History:
        if known is None or known.token is None:
            return known or History()
        end = known.ended
        if not known.over or end is None or end.by is EndedBy.REFUSED:
            end = End(known.token.fingerprint, self.now, EndedBy.REMOVED)
        spans, past = spans_with_end(known), with_past(known, end)  # What was learned stays.
        left = replace(_another_session(known), token=None, held_at=None, ended=end, spans=spans, past=past)
        return replace(left, page_shown_at=None, pause_until=None)

    def _changed(self, name: str, known: History, token: Token) -> History:
        old, issued_at = known.token, min(token.modified_at, self.now)
        if old is None:
            return self._login(name, known, token, issued_at)
        if token.refresh_fingerprint is not None and token.refresh_fingerprint == old.refresh_fingerprint:
            return renewed(known, token, issued_at)
        went_back = token.expires_at < old.expires_at - MINUTE or token.modified_at < old.modified_at - MINUTE
        raced = known.over and known.ended is not None and issued_at < known.ended.at + _RACE
        if went_back or raced:
            return replace(_another_session(known), token=token, held_at=issued_at, old_end=None)
        # Ours may have failed since then for want of a network: its return lets those of other programs succeed too.
        waited_since = issued_at if known.trouble is None else min(issued_at, known.trouble.since)
        around_the_end = waited_since <= old.expires_at + RENEWAL_WINDOW and not _is_login(known, old, token)
        if around_the_end and self._may_go_on(name, known, issued_at):
            return replace(renewed(known, token, issued_at), doubtful=known.began_at is not None, joined=True)
        return self._login(name, known, token, issued_at)

    def _may_go_on(self, name: str, known: History, at: datetime) -> bool:
        """Tell whether a session may have gone on since its token's end, for which no end was foretold."""
        standing = self._held(name, known, at).standing
        return standing is Standing.UNKNOWN and foretold(known, self.lengths().get(name)) is None

    def _login(self, name: str, known: History, token: Token, at: datetime) -> History:
        others = [
            self._held(other, self.before[other], at) for other in self.sharing.others(name) if other in self.before
        ]
        last_look = self._last_look(known)
        seen = last_look is not None and at < last_look + max(_WATCHED, token.life - RENEWAL_WINDOW)
        sure = known.token is None or _is_login(known, known.token, token)
        return logged_in(known, token, at, self._held(name, known, at), others, seen=seen, sure=sure)

    def _held(self, name: str, known: History, at: datetime) -> Held:
        return held(known, at, self.lengths().get(name))

    def _last_look(self, known: History) -> datetime | None:
        """Say when the token file was last looked at: by the tray, or by a command of ours that wrote it down."""
        looks = [at for at in (self.seen_at, known.recorded_at) if at is not None]
        return max(looks, default=None)


def _another_session(known: History) -> History:
    """Give the history after which nobody knows when the session began, or whether there is one."""
    anew = replace(known, number=known.number + 1, began_at=None, doubtful=False, joined=False)
    return replace(anew, ends_by=None, ended=None, ending=None, trouble=None)


def _is_login(known: History, old: Token, new: Token) -> bool:
    """Tell whether a change can be no renewal."""
    one, other = old.registration_expires_at, new.registration_expires_at
    other_client = one is not None and other is not None and abs(one - other) > MINUTE
    return not old.refreshable or other_client or known.rotates is False
