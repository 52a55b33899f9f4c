"""What a person can ask the resident program to do: plain values that the menu or a notice puts in the loop's inbox."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activate:
    """A left click on the icon: log in where that is needed, otherwise show the status."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Sign in to the sign-in of that name."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class CancelLogin:
    """Stop the login that runs."""


@dataclass(frozen=True, slots=True)
class OpenSignInPage:
    """Open the page of the login that runs once more."""


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
class UndoSwitch:
    """Undo the last switch of the default profile."""


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


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Show the status as a notice."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """Open the page that sets up sign-ins and profiles."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Open the settings file in the person's editor."""


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Run the doctor and show what it found."""


@dataclass(frozen=True, slots=True)
class ShowAbout:
    """Say what this program is, and its version."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


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
    | OpenSettings
    | Diagnose
    | ShowAbout
    | Quit
)
