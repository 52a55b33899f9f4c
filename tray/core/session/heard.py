"""
What our own commands heard from AWS, and what they did to a token file; folded into what is known of the sign-ins.

It is not guessed, as what other programs did is (`tray.core.session.token_changes`): the command that hears it writes
the outcome down, and the tray and every other command read it.
"""

from __future__ import annotations

from datetime import datetime

from tray.core.dataclass import dataclass, replace
from tray.core.model import Token
from tray.core.session.clock import skewed
from tray.core.session.deadline import can_renew, foretold
from tray.core.session.history import BY_US, ENDS_SESSION, End, EndedBy, History
from tray.core.session.joining import ABOUT, held, logged_in, spans_with_end
from tray.core.session.memory import Memory
from tray.core.session.past import with_past
from tray.core.session.sharing import Length, Sharing
from tray.core.session.token_changes import proven, renewed


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login of ours has succeeded."""

    before: Token | None
    """What the file held until then."""

    token: Token
    shown_at: datetime | None = None
    """When AWS's page was first shown for it (UTC)."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A renewal of ours has succeeded."""

    before: Token
    token: Token


@dataclass(frozen=True, slots=True)
class Proven:
    """AWS answered to a token as to one of a session that holds."""

    before: Token


@dataclass(frozen=True, slots=True)
class Ended:
    """AWS said that the session of a token is over, or that it will not renew that token; or we ended the session."""

    before: Token
    by: EndedBy
    reason: str = ""
    """What AWS gave as its reason; no secret."""

    already: bool = False
    """Whether it was over before we could end it, as AWS's answer to our logout tells."""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """We removed a token."""

    before: Token | None
    told: bool
    """Whether AWS ended its session, or knew of none; False where it could not be told."""


@dataclass(frozen=True, slots=True)
class Ending:
    """We are about to end the session of a token."""

    before: Token
    by: EndedBy
    """``LOGOUT`` or ``NEW_SESSION``."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """AWS's page is about to be shown for a login of ours."""

    before: Token | None


Heard = SignedIn | Renewed | Proven | Ended | LoggedOut | Ending | PageShown


def hear(  # noqa: PLR0917 - all that the next memory is a function of
    memory: Memory, name: str, heard: Heard, now: datetime, sharing: Sharing, skew_seconds: float | None = None
) -> Memory:
    """
    Take in what was heard of a sign-in.

    Args:
        memory: What is known, from a look at the token files in which that of this sign-in held `Heard.before`.
        name: Of the sign-in that it was about.
        heard: What AWS said, or what was done to the token.
        now: The moment (UTC).
        sharing: Which sign-ins share a session.
        skew_seconds: By how much AWS's clock is ahead of this machine's, if AWS answered just now.
    """
    if skew_seconds is not None:
        memory = skewed(memory, skew_seconds)
    return _written(memory, name, _Hearing(memory, name, now, sharing).of(heard), now)


def ends_session(heard: Heard) -> bool:
    """Tell whether what was heard ends the session, and so all sign-ins that share it."""
    match heard:
        case LoggedOut(before, told):
            return told and before is not None
        case Ended(by=by):
            return by in ENDS_SESSION
    return False


def hear_of_end(memory: Memory, name: str, ended: History, heard: Heard, now: datetime) -> Memory:
    """
    Take in that a sign-in has ended with whose session one may share its own.

    Where the two are known to be one session, it is over at once, until AWS says otherwise. Where this one was proven
    later than the other it may be of another session, which began in between. AWS is asked in any case.

    Args:
        memory: What is known; it stays as it is where the sign-in has no session.
        name: Of the sign-in that may share the session.
        ended: What was known of the other one until it ended.
        heard: How it ended.
        now: The moment (UTC).
    """
    known = memory.history(name)
    if known.token is None or known.over:
        return memory
    after = replace(known, questioned_at=now, pause_until=None)
    ended_now = (isinstance(heard, LoggedOut) and not ended.over) or (isinstance(heard, Ended) and heard.by in BY_US)
    held_at = now if ended_now else ended.held_at
    same = ended.began_at is not None and ended.began_at == known.began_at and not ended.doubtful and not known.doubtful
    if same and known.held_at is not None and held_at is not None and known.held_at <= held_at:
        after = replace(after, ended=End(known.token.fingerprint, now, EndedBy.SHARED), trouble=None)
    if ended_now:  # By us, before its time: that teaches nobody how long sessions last, or whether new ones win time.
        after = replace(after, began_at=None, doubtful=False, joined=False, old_end=None)
    return _written(memory, name, after, now)


def _written(memory: Memory, name: str, known: History, now: datetime) -> Memory:
    known = replace(known, revision=known.revision + 1, recorded_at=now, skew=memory.skew_seconds)
    return memory.with_history(name, known)


@dataclass(frozen=True, slots=True)
class _Hearing:
    """One thing that was heard of one sign-in."""

    memory: Memory
    name: str
    now: datetime
    sharing: Sharing

    def of(self, heard: Heard) -> History:
        known = self.memory.history(self.name)
        match heard:
            case SignedIn():
                after = self._signed_in(known, heard)
            case Renewed():
                after = self._renewed(known, heard)
            case Proven(before):
                after = self._proven(known, before)
            case Ended(before, by, reason, already):
                after = self._ended(known, End(before.fingerprint, self.now, by, reason), already=already)
            case LoggedOut(before, told):
                after = self._logged_out(known, before, told=told)
            case Ending(before, by):
                # A process that finds the mark after ours was killed asks AWS at once.
                after = replace(known, ending=End(before.fingerprint, self.now, by), pause_until=None)
            case PageShown():
                after = replace(known, page_shown_at=known.page_shown_at or self.now)
        return after

    @property
    def length(self) -> Length | None:
        """How long the sessions of the sign-in last, where that is known."""
        return self.sharing.lengths(self.memory.histories).get(self.name)

    def _signed_in(self, known: History, heard: SignedIn) -> History:
        if heard.shown_at is not None and known.page_shown_at == heard.shown_at:
            known = replace(known, page_shown_at=None)  # It was this very login's.
        histories, now = self.memory.histories, self.now
        lengths = self.sharing.lengths(histories)
        others = [
            held(histories[each], now, lengths.get(each))
            for each in self.sharing.others(self.name)
            if each in histories
        ]
        own = held(known, now, lengths.get(self.name))
        after = logged_in(known, heard.token, now, own, others, seen=True)
        return replace(after, pause_until=now + heard.token.pause)

    def _renewed(self, known: History, heard: Renewed) -> History:
        one, other, rotates = heard.before.refresh_fingerprint, heard.token.refresh_fingerprint, known.rotates
        if one is not None and other is not None:
            rotates = one != other
        after = renewed(known, heard.token, self.now)
        return replace(after, rotates=rotates, pause_until=self.now + heard.token.pause)

    def _proven(self, known: History, token: Token) -> History:
        known = replace(known, trouble=None, ending=None)
        # An access token may be honoured for a while although its session is over; only a renewal tells.
        over = known.over and known.ended is not None and known.ended.by is not EndedBy.PORTAL
        return known if over and can_renew(token, self.now) else replace(proven(known, self.now), ended=None)

    def _ended(self, known: History, end: End, *, already: bool) -> History:
        if end.by is EndedBy.PORTAL and known.unsure and known.ending is not None and not already:
            end = replace(end, by=known.ending.by)  # Nobody heard the answer, but this is what came of it.
        wins_nothing, old_end = known.wins_nothing, None
        if end.by is EndedBy.NEW_SESSION:
            expected = foretold(known, self.length)
            old_end = None if expected is None else expected.at
        elif end.by in ENDS_SESSION - BY_US and known.old_end is not None:
            wins_nothing = wins_nothing or self._won_nothing(known, known.old_end, end.at)
        return replace(
            known,
            ended=end,
            ending=None,
            old_end=old_end,
            wins_nothing=wins_nothing,
            questioned_at=None,
            trouble=None,
            pause_until=None,
        )

    def _won_nothing(self, known: History, old_end: datetime, at: datetime) -> bool:
        """Tell whether a session that was begun anew ended just when the one before it would have."""
        if self.length is not None and known.began_at is not None:
            own_end = known.began_at + self.length.time
            if abs(at - own_end) <= abs(at - old_end):
                return False  # Short sessions end close to one another.
        return abs(at - old_end) <= ABOUT

    def _logged_out(self, known: History, before: Token | None, *, told: bool) -> History:
        end = known.ended
        known_at_aws = known.over and end is not None and (told or end.by in ENDS_SESSION)
        if before is not None and not known_at_aws:
            end = End(before.fingerprint, self.now, EndedBy.LOGOUT if told else EndedBy.UNTOLD)
        return History(
            number=known.number + 1,
            past=known.past if before is None else with_past(known, end),
            ended=end,
            rotates=known.rotates,
            spans=spans_with_end(known),
            page_shown_at=None if told else known.page_shown_at,
            old_end=known.old_end,
            wins_nothing=known.wins_nothing,
            revision=known.revision,
        )
