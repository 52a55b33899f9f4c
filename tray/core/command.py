"""What a person can ask the resident program to do: plain values that the menu or a notice puts in the loop's inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from tray.core.dataclass import dataclass, field
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

    COPY_SIGN_IN_ADDRESS = auto()
    """Put the address of that page into the clipboard."""

    UNDO_SWITCH = auto()
    """Make what was the default profile before the last switch the default one again."""

    SNOOZE_UNTIL_TOMORROW = auto()
    END_SNOOZE = auto()
    SHOW_STATUS = auto()
    OFFER = auto()
    """A click that would open a menu, where there is none: show the status, with buttons for what one does most."""

    SAY_NO_TRAY = auto()
    """Nobody asks for it: there has been no place for the icon for a while, which is said once ever."""

    FIND_PROFILE = auto()
    """Open the page on which a profile is found by typing."""

    SET_UP = auto()
    START_AT_LOGIN = auto()
    START_NO_MORE = auto()
    """Do not start at login."""

    OPEN_SETTINGS = auto()
    DIAGNOSE = auto()
    SHOW_ABOUT = auto()
    KEEP = auto()
    """Leave all as it is: the answer "no" to a question."""

    QUIT = auto()


@dataclass(frozen=True, slots=True)
class LogIn:
    """Make sure that the sign-in of that name holds."""

    sign_in: str
    new: bool = False
    """Begin a new session, of full length, although one may hold."""

    ask: bool = False
    """Let the page ask before the session ends that holds."""

    code: bool = False
    """Sign in with a code, on any device: where no browser of this computer could be started."""


@dataclass(frozen=True, slots=True)
class OpenPortal:
    """Open the access portal of a sign-in."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class OpenConsole:
    """Open the AWS console for a profile, by the portal's deep link."""

    profile: str


@dataclass(frozen=True, slots=True)
class CopyAddress:
    """Put the address of a page that no browser opened into the clipboard."""

    address: str = field(repr=False)
    """May hold a key that works once."""


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


Command = Do | LogIn | OpenPortal | OpenConsole | CopyAddress | UseProfile | Snooze | LogOut | SetSessionLength


@dataclass(frozen=True, slots=True)
class Clicked:
    """A command that came with the desktop's leave to raise one window (docs/facts: Opening pages on Linux)."""

    command: Command
    token: str


_LONGEST_TOKEN = 1000

ACTIVATION = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""The variables in which a program finds the leave to raise its window, on Wayland and on X11."""


def activation(token: str) -> dict[str, str]:
    """Give the variables that hand a token on; none for an empty one."""
    return dict.fromkeys(ACTIVATION, token) if token else {}


def clicked(command: Command, token: str) -> Command | Clicked:
    """Give a command with the activation token of its click, where there is one that can be handed on."""
    usable = token.isascii() and token.isprintable() and len(token) <= _LONGEST_TOKEN
    return Clicked(command, token) if token and usable else command


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
