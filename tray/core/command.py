"""What a person can ask the resident program to do: plain values that the menu or a notice puts in the loop's inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from tray.core.dataclass import dataclass
from tray.core.model import HOLDING, Kind, SignInStatus

LITTLE_LEFT = timedelta(hours=1)
"""A session with no more than that left is given up without a question."""


class Do(Enum):
    """The commands that need no more words."""

    ACTIVATE = auto()
    """A left click on the icon: log in where that is needed, otherwise show the status."""

    CANCEL_LOGIN = auto()
    OPEN_SIGN_IN_PAGE = auto()
    """Open the page of the login that runs once more."""

    UNDO_SWITCH = auto()
    """Make what was the default profile before the last switch the default one again."""

    SNOOZE_UNTIL_TOMORROW = auto()
    END_SNOOZE = auto()
    SHOW_STATUS = auto()
    OFFER = auto()
    """A click that would open a menu, where there is none: show the status, with buttons for what one does most."""

    SAY_NO_TRAY = auto()
    """Nobody asks for it: there has been no place for the icon for a while, which is said once ever."""

    SET_UP = auto()
    START_AT_LOGIN = auto()
    START_NO_MORE = auto()
    """Do not start at login."""

    OPEN_SETTINGS = auto()
    DIAGNOSE = auto()
    SHOW_ABOUT = auto()
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class LogIn:
    """Make sure that the sign-in of that name holds."""

    sign_in: str
    new: bool = False
    """Begin a new session, of full length, although one may hold."""

    ask: bool = False
    """Let the page ask before the session ends that holds."""


@dataclass(frozen=True, slots=True)
class OpenPortal:
    """Open the access portal of a sign-in."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class OpenConsole:
    """Open the AWS console for a profile, by the portal's deep link."""

    profile: str


@dataclass(frozen=True, slots=True)
class UseProfile:
    """Make a profile the default for every terminal and SDK."""

    profile: str
    confirmed: bool = False
    """Whether the person said so once more: asked for a production profile."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold back reminders of an end to come; never the notice that a session has ended."""

    minutes: int


@dataclass(frozen=True, slots=True)
class LogOut:
    """End one sign-in's session, and leave all others."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class SetSessionLength:
    """Say how long a session lasts."""

    sign_in: str
    hours: float | None
    """None for "not known": then it is learned."""


Command = Do | LogIn | OpenPortal | OpenConsole | UseProfile | Snooze | LogOut | SetSessionLength


def login_for(found: SignInStatus, now: datetime) -> LogIn:
    """
    Give the login that the icon's click and the menu mean (docs/contracts: Notices).

    A login that joins the session that holds would win no time, so a new one is meant; where much of the old one is
    left, or nobody knows how much, the page asks first.
    """
    if found.status not in HOLDING or found.sign_in.kind is Kind.CONSOLE:
        return LogIn(found.sign_in.name)
    much_left = found.deadline is None or found.deadline.at - now > LITTLE_LEFT
    return LogIn(found.sign_in.name, new=True, ask=much_left)


def login_after_reminder(found: SignInStatus, *, ask: bool) -> LogIn:
    """Give the login that a reminder offers: its button means it; a click on its body may be a stray one, and asks."""
    if found.sign_in.kind is Kind.CONSOLE:
        return LogIn(found.sign_in.name)
    return LogIn(found.sign_in.name, new=True, ask=ask)
