"""
Why a sign-in does not hold, or ends sooner than expected.

Three lengths are taken for one another (AWS-SSO-FACTS section 2): the token's, an hour, which is renewed; the
sign-in's, which the administrator sets and no file says; and that of a role's credentials, which the permission set
gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tray.core import text, text_doctor, text_session
from tray.core.diagnosis.facts import Facts
from tray.core.diagnosis.finding import Finding, Level
from tray.core.model import DeadlineSource, Kind, SignInStatus, Status
from tray.core.status import SKEW_SECONDS
from tray.core.text import LocalTime

_LEVELS = {
    Status.SIGNED_OUT: Level.PROBLEM,
    Status.EXPIRED: Level.PROBLEM,
    Status.UNREADABLE: Level.PROBLEM,
    Status.ENDING: Level.WARNING,
}


def of_sign_ins(facts: Facts, now: datetime, local: LocalTime) -> Iterator[Finding]:
    """Tell of each sign-in whether it holds and how long; then of the clock that all this is told by."""
    for found in facts.statuses:
        level = _LEVELS.get(found.status, Level.FINE)
        yield Finding("sign-in", level, text.status_line(found, now, local), text.sign_in_hint(found))
        if found.trouble is not None:
            yield Finding("renewal", Level.WARNING, *text_session.not_renewed(found.sign_in.name, found.trouble))
        if found.sign_in.kind is Kind.SSO_SESSION:
            yield from _lengths(facts, found, now, local)
    for sign_in in dict.fromkeys(role.sign_in for role in facts.cached_roles):
        roles = [role for role in facts.cached_roles if role.sign_in == sign_in]
        until = text.clock(max(role.until for role in roles), now, local)
        words = text_doctor.cached_roles([role.profile for role in roles], sign_in, until)
        yield Finding("cached-role", Level.WARNING, *words)
    skew = facts.memory.skew_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        yield Finding("clock", Level.PROBLEM, *text_session.clock_skew(skew))


def _lengths(facts: Facts, found: SignInStatus, now: datetime, local: LocalTime) -> Iterator[Finding]:
    name, token, learned = found.sign_in.name, found.token, found.learned_length
    if token is not None and not token.refreshable:
        yield Finding("not-renewable", Level.WARNING, *text_doctor.not_renewable(found.sign_in))
    elif token is not None and found.status is Status.SIGNED_IN:
        until = text.clock(token.expires_at, now, local)
        estimated = found.deadline is not None and found.deadline.source is not DeadlineSource.TOKEN
        yield Finding("lifetime", Level.FINE, text_doctor.lifetime(name, until, estimated=estimated))
    *earlier, last = facts.memory.history(name).spans or (None,)
    if last is not None and earlier and last.until < earlier[-1].after:
        yield Finding("early-end", Level.WARNING, *text_doctor.early_end(name, last.until, earlier[-1].until))
    hours = facts.settings.of(name).length_hours
    if hours is not None and learned is not None and hours * 3600 > learned.total_seconds():
        yield Finding("length", Level.WARNING, *text_doctor.length_too_long(name, hours, learned))
