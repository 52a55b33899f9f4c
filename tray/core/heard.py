"""
What our own commands heard from AWS, and what they did to a token file; folded into what is known of the sign-ins.

It is not guessed, as what other programs did is (`tray.core.observe`): the command that hears it writes the outcome
down, and the tray and every other command read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tray.core.clock import skewed
from tray.core.deadline import can_renew
from tray.core.history import ENDS_SESSION, End, EndedBy, History
from tray.core.joining import held, logged_in, spans_with_end
from tray.core.learn import MINUTE
from tray.core.memory import Memory
from tray.core.model import Token
from tray.core.observe import proven, renewed
from tray.core.sharing import Sharing


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login of ours has succeeded."""

    before: Token | None
    """What the file held until then."""

    token: Token


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
    """AWS said that the session of a token is over, or that it will not renew that token."""

    before: Token
    by: EndedBy
    reason: str = ""
    """What AWS gave as its reason; no secret."""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """We removed a token."""

    before: Token | None
    told: bool
    """Whether AWS ended its session, or knew of none; False where it could not be told."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A login of ours was given up after AWS's page had been shown."""

    before: Token | None


Heard = SignedIn | Renewed | Proven | Ended | LoggedOut | Abandoned


def hear(  # noqa: PLR0917 - all that the next memory is a function of
    memory: Memory, name: str, heard: Heard, now: datetime, sharing: Sharing, skew_seconds: float | None = None
) -> Memory:
    """
    Take in what was heard of a sign-in.

    Args:
        memory: What is known, from a look at the token files in which that of this sign-in held `Heard.before`.
        name: Of the sign-in.
        heard: What was heard.
        now: The moment (UTC).
        sharing: Which sign-ins share a session.
        skew_seconds: By how much AWS's clock is ahead of this machine's, if AWS answered just now.

    Returns:
        The memory in which the history of that sign-in has its next revision.
    """
    if skew_seconds is not None:
        memory = skewed(memory, skew_seconds)
    return _written(memory, name, _told(memory.history(name), heard, now, name, sharing, memory.histories), now)


def ends_session(heard: Heard) -> bool:
    """Tell whether what was heard ends the session, and so all sign-ins that share it."""
    match heard:
        case LoggedOut(before, told):
            return told and before is not None
        case Ended(_, by, _):
            return by in ENDS_SESSION
    return False


def hear_of_end(memory: Memory, name: str, ended: History, heard: Heard, now: datetime) -> Memory:
    """
    Take in that a sign-in has ended with whose session one may share its own.

    Where the two are known to be one session, it is over at once, until AWS says otherwise. Where this one was proven
    later than the other it may be of another session, which began in between. AWS is asked in any case.

    Args:
        memory: What is known.
        name: Of the sign-in that may share the session.
        ended: What was known of the other one until it ended.
        heard: How it ended.
        now: The moment (UTC).

    Returns:
        The memory in which the history of that sign-in has its next revision; or as it was, where there is no session.
    """
    known = memory.history(name)
    if known.token is None or known.over:
        return memory
    after = replace(known, questioned_at=now, pause_until=None)
    held_at = now if isinstance(heard, LoggedOut) and not ended.over else ended.held_at
    same = ended.began_at is not None and ended.began_at == known.began_at and not ended.doubtful and not known.doubtful
    if same and known.held_at is not None and held_at is not None and known.held_at <= held_at:
        after = replace(after, ended=End(known.token.fingerprint, now, EndedBy.SHARED), trouble=None)
    return _written(memory, name, after, now)


def _written(memory: Memory, name: str, known: History, now: datetime) -> Memory:
    known = replace(known, revision=known.revision + 1, recorded_at=now, skew=memory.skew_seconds)
    return memory.with_history(name, known)


def _told(  # noqa: PLR0917 - all that the next history is a function of
    known: History, heard: Heard, now: datetime, name: str, sharing: Sharing, histories: Mapping[str, History]
) -> History:
    match heard:
        case SignedIn(_, token):
            lengths = sharing.lengths(histories)
            others = [
                held(histories[each], now, lengths.get(each)) for each in sharing.others(name) if each in histories
            ]
            own = held(known, now, lengths.get(name))
            return replace(logged_in(known, token, now, own, others, seen=True), pause_until=_pause(token, now))
        case Renewed(before, token):
            rotates = known.rotates
            if before.refresh_fingerprint is not None and token.refresh_fingerprint is not None:
                rotates = before.refresh_fingerprint != token.refresh_fingerprint
            return replace(renewed(known, token, now), rotates=rotates, pause_until=_pause(token, now))
        case Proven():
            held_again = proven(replace(known, trouble=None), now)
            # An access token may be honoured for a while although its session is over; only a renewal tells.
            over = known.over and known.ended is not None and known.ended.by is not EndedBy.PORTAL
            only_renewal_tells = over and can_renew(heard.before, now)
            return replace(known, trouble=None) if only_renewal_tells else replace(held_again, ended=None)
        case Ended(before, by, reason):
            return replace(
                known,
                ended=End(before.fingerprint, now, by, reason),
                questioned_at=None,
                trouble=None,
                pause_until=None,
            )
        case LoggedOut(before, told):
            return _logged_out(known, before, now, told=told)
        case Abandoned():
            return replace(known, abandoned_at=now)


def _logged_out(known: History, before: Token | None, now: datetime, *, told: bool) -> History:
    end = known.ended
    known_at_aws = known.over and end is not None and (told or end.by in ENDS_SESSION)
    if before is not None and not known_at_aws:
        end = End(before.fingerprint, now, EndedBy.LOGOUT if told else EndedBy.UNTOLD)
    return History(
        number=known.number + 1,
        ended=end,
        rotates=known.rotates,
        spans=spans_with_end(known),
        revision=known.revision,
    )


def _pause(token: Token, now: datetime) -> datetime:
    """Say when a renewal is thought of again after one, so that no odd token is renewed without end."""
    return now + min(MINUTE, token.life / 3)
