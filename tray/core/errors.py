"""What can go wrong, in words for people: a title (what happened) and a hint (what to do)."""

from __future__ import annotations

from typing import ClassVar


class TrayError(Exception):
    """
    An error that a person can act on.

    Args:
        title: One line, what happened. Never holds a token, a code or a secret.
        hint: One line, what to do about it.
    """

    exit_code: ClassVar[int] = 4
    """The exit code of a command that ends with this error (docs/contracts: Exit codes)."""

    passes: bool = False
    """Whether it passes by itself, so that trying again later helps."""

    signed_out: bool = False
    """Whether the session that held had been ended before this came in between."""

    def __init__(self, title: str, hint: str) -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.title}\n{self.hint}"


class NotSignedIn(TrayError):
    """The sign-in does not hold, and the command needs one."""

    exit_code = 1


class UsageProblem(TrayError):
    """The command was called in a way it does not understand."""

    exit_code = 2


class ConfigProblem(TrayError):
    """``~/.aws`` or the settings say something that cannot be followed."""

    exit_code = 3


class ServiceProblem(TrayError):
    """AWS, the network between, or this machine failed."""

    exit_code = 4


class Busy(ServiceProblem):
    """Another process holds what is needed; it lets go by itself."""

    passes = True


class SignInRefused(TrayError):
    """The sign-in was cancelled, refused, or took too long."""

    exit_code = 5


class AutostartProblem(TrayError):
    """The system does not let us look at, or change, what starts at login."""

    exit_code = 5
