"""Whether Identity Center answers, and whether this machine's clock agrees with its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tray.core.dataclass import dataclass
from tray.core.errors import TrayError
from tray.core.message import Message, Text
from tray.core.model import Kind, Snapshot
from tray.core.session.status import SKEW_SECONDS
from tray.core.words import status as status_words
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem

_NOT_AWS = Text(
    "An answer came, but not from AWS",
    "A proxy or a sign-in page of the network may stand in between: open a web page.",
)


_ANSWERS = Text("Identity Center answers in {regions}.")


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking AWS."""

    unreachable: tuple[Message, ...] = ()
    """What went wrong, each once."""

    reached: tuple[str, ...] = ()
    """Regions that answered."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's, as of the last answer; None where that is not known."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    return rule(look(context))


def look(context: Context) -> Answers:
    """Ask each region for the time, where AWS is to be asked."""
    skew = context.memory.skew_seconds
    if not context.online:
        return Answers(skew_seconds=skew)
    from tray.aws.cache.ask_time import ask_time  # noqa: PLC0415 - nothing of AWS is loaded where it is not asked

    unreachable, reached = list(context.unanswered), []
    for region in _regions(context.snapshot):
        try:
            ahead = ask_time(region, lambda: datetime.now(UTC))
        except TrayError as error:
            unreachable.append(error.message)
            continue
        if ahead is None:
            unreachable.append(_NOT_AWS())
        else:
            reached.append(region)
            skew = ahead.total_seconds()
    return Answers(tuple(dict.fromkeys(unreachable)), tuple(reached), skew)


def _regions(snapshot: Snapshot) -> tuple[str, ...]:
    """List the regions of Identity Center; the profiles of one start URL may name several."""
    of_sign_ins = [sign_in.region for sign_in in snapshot.sign_ins if sign_in.kind is not Kind.CONSOLE]
    of_profiles = [profile.sso_region for profile in snapshot.profiles if profile.sso_region is not None]
    return tuple(dict.fromkeys(of_sign_ins + of_profiles))


def rule(answers: Answers) -> Iterator[Finding]:
    """AWS refuses requests of a clock that is far from right, and every time that we show is wrong with it."""
    for why in answers.unreachable:
        yield problem("network", why)
    if answers.reached:
        yield fine("network", _ANSWERS(regions=answers.reached))
    skew = answers.skew_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        yield problem("clock", status_words.clock_skew(skew))
