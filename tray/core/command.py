"""What a person can ask the resident program to do: plain values that the menu or a notice puts in the loop's inbox."""

from __future__ import annotations

from tray.core.dataclass import dataclass


class _Bare:
    """A command that says it all by its name. No dataclass: ten of them would be a noticeable part of the start."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Activate(_Bare):
    """A left click on the icon: log in where that is needed, otherwise show the status."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class LogIn:
    """Make sure that the sign-in of that name holds."""

    sign_in: str
    new: bool = False
    """Begin a new session, of full length, although one may hold."""

    ask: bool = False
    """Let the page ask before the session ends that holds."""


class CancelLogin(_Bare):
    """Stop the login that runs."""

    __slots__ = ()


class OpenSignInPage(_Bare):
    """Open the page of the login that runs once more."""

    __slots__ = ()


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


class UndoSwitch(_Bare):
    """Undo the last switch of the default profile."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold back reminders of an end to come; never the notice that a sign-in has ended."""

    minutes: int | None
    """For how long; 0 ends a snooze, None is until tomorrow morning."""


@dataclass(frozen=True, slots=True)
class LogOut:
    """End one sign-in, and leave all others."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class SetSessionLength:
    """Say how long a sign-in lasts."""

    sign_in: str
    hours: float | None
    """None for "not known": then it is learned."""


class ShowStatus(_Bare):
    """Show the status as a notice."""

    __slots__ = ()


class SetUp(_Bare):
    """Open the page that sets up sign-ins and profiles."""

    __slots__ = ()


class StartAtLogin(_Bare):
    """Have the system start this program at every login."""

    __slots__ = ()


class StartNoMore(_Bare):
    """Have the system start this program at login no more."""

    __slots__ = ()


class OpenSettings(_Bare):
    """Open the settings file in the person's editor."""

    __slots__ = ()


class Diagnose(_Bare):
    """Run the doctor and show what it found."""

    __slots__ = ()


class ShowAbout(_Bare):
    """Say what this program is, and its version."""

    __slots__ = ()


class Quit(_Bare):
    """End the program."""

    __slots__ = ()


Command = (
    Activate
    | LogIn
    | CancelLogin
    | OpenSignInPage
    | OpenPortal
    | OpenConsole
    | UseProfile
    | UndoSwitch
    | SetUp
    | Snooze
    | LogOut
    | SetSessionLength
    | ShowStatus
    | StartAtLogin
    | StartNoMore
    | OpenSettings
    | Diagnose
    | ShowAbout
    | Quit
)
