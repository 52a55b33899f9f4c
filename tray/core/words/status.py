"""What is true of a sign-in, and what keeps it from being checked: in the menu, the tooltip, the terminal, a notice."""

from __future__ import annotations

from datetime import datetime, timedelta

from tray.core.message import Estimate, Line, Message, Text
from tray.core.model import SignInStatus, Snapshot, Status, Unreadable
from tray.core.words.names import APPLICATION, labels, spoken
from tray.core.words.times import LocalTime, clock, span

_STATUSES = {
    Status.NO_CONFIG: Line("not set up yet"),
    Status.SIGNED_OUT: Line("signed out"),
    Status.SIGNING_IN: Line("signing in"),
    Status.SIGNED_IN: Line("signed in"),
    Status.RENEWABLE: Line("renews on next use"),
    Status.EXPIRED: Line("expired"),
    Status.UNREADABLE: Line("unreadable"),
}
_ENDS = Estimate("ends at {time}", "ends about {time}")
_SIGNED_IN_UNTIL = Estimate("signed in until {time}", "signed in until about {time}")
_UNCHECKED = Line("{status:whole}, not checked since {time}")
_STATUS_LINE = Line("{name} · {status:whole}")

NO_SIGN_INS = Text("No AWS sign-in is set up", "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup")
NOT_READ_YET = Text(
    "Your files take long to be read",
    "What is in ~/.aws shows as soon as the disk answers. Is it on a network that is slow, or away?",
)
_UNREADABLE_TOKEN = Text(
    "The sign-in file of {name} cannot be read: {reason:whole}", "Log in again to write a new one."
)
_NOT_RENEWED = Text("{name} is not checked: {cause:whole}", "{hint:whole}")
TRIED_AGAIN = Line("It is tried again by itself; nothing is lost while the sign-in holds.")
REFUSED = Text(
    "AWS no longer accepts the sign-in to {name}: {reason:whole}",
    "Log in again. If that does not help, the doctor looks for the cause: sso-tray doctor --online",
)
_CLOCK_BEHIND = Text(
    "The clock of this machine is {span} behind AWS's.",
    "Set it, or let the system set it by the network: times shown here are wrong, and AWS refuses requests.",
)
_CLOCK_AHEAD = Text(
    "The clock of this machine is {span} ahead of AWS's.",
    "Set it, or let the system set it by the network: times shown here are wrong, and AWS refuses requests.",
)


def no_sign_ins(snapshot: Snapshot) -> Message:
    """Say that there is no sign-in, and why, as far as that is known."""
    return snapshot.without_sign_in or NO_SIGN_INS()


def status_words(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say the status of a sign-in, beginning with the words that other programs read (docs/contracts: Statuses)."""
    if found.deadline is not None and found.status in {Status.ENDING, Status.SIGNED_IN}:
        form = _ENDS if found.status is Status.ENDING else _SIGNED_IN_UNTIL
        words = form(found.deadline.estimated, time=clock(found.deadline.at, now, local))
    else:
        words = _STATUSES[found.status]()
    if found.unchecked_since is not None and found.status is not Status.SIGNING_IN:
        return _UNCHECKED(status=words, time=clock(found.unchecked_since, now, local))
    return words


def status_line(found: SignInStatus, now: datetime, local: LocalTime, label: str | None = None) -> str:
    """Say the name of a sign-in, or what it is called there, and its status in one line."""
    name = found.sign_in.name if label is None else label
    return _STATUS_LINE(name=name, status=status_words(found, now, local))


def spoken_line(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say the name of a sign-in and its status, for a notice."""
    return _STATUS_LINE(name=spoken(found.sign_in), status=status_words(found, now, local))


def tooltip(shown: SignInStatus | None, icon: Status, now: datetime, local: LocalTime) -> str:
    """Say what the icon shows, in one line."""
    if shown is None:
        return _STATUS_LINE(name=APPLICATION, status=_STATUSES[icon]())
    return status_line(shown, now, local, labels((shown.sign_in,))[shown.sign_in.name])


def clock_skew(seconds: float) -> Message:
    """Say that this machine's clock is wrong; positive seconds: AWS's is ahead."""
    return (_CLOCK_BEHIND if seconds > 0 else _CLOCK_AHEAD)(span=span(timedelta(seconds=abs(seconds))))


def unreadable_token(name: str, found: Unreadable) -> Message:
    """Say why the token file of a sign-in cannot be read; of a folder that keeps out the same for each sign-in."""
    return found.kept_out or _UNREADABLE_TOKEN(name=name, reason=found.reason)


def not_renewed(name: str, cause: Message) -> Message:
    """Say which sign-in cannot be renewed silently at present."""
    return _NOT_RENEWED(name=name, cause=cause.title, hint=cause.hint)
