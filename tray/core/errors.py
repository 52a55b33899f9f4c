"""What can go wrong: one kind of error, which carries a message for people and an exit code for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tray.core.message import Message


class TrayError(Exception):
    """
    An error that a person can act on.

    Args:
        message: What happened, and what to do about it.
    """

    exit_code: ClassVar[int] = 4
    """The exit code of a command that ends with this error (docs/contracts: Exit codes)."""

    passes: bool = False
    """Whether it passes by itself, so that trying again later helps."""

    signed_out: bool = False
    """Whether the session that held had been ended before this came in between."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    @property
    def title(self) -> str:
        """What happened."""
        return self.message.title

    @property
    def hint(self) -> str:
        """What to do about it."""
        return self.message.hint

    def __str__(self) -> str:
        return str(self.message)


class NotSignedIn(TrayError):
    """The sign-in does not hold, and the command needs one."""

    exit_code = 1


class UsageProblem(TrayError):
    """The command was called in a way it does not understand."""

    exit_code = 2


class Answer(StrEnum):
    """What a person is asked in a set-up; the values are the names of the page's fields."""

    SESSION = "session"
    START_URL = "start_url"
    REGION = "region"
    SCOPES = "scopes"
    PATTERN = "name_pattern"
    NAMES = "names"
    LENGTH = "length_hours"
    PROFILE_REGION = "profile_region"


class AnswerProblem(UsageProblem):
    """
    An answer that is missing, or that cannot be used.

    Args:
        answer: Which one.
        message: See `TrayError`.
        missing: Whether there is no answer yet.
    """

    def __init__(self, answer: Answer, message: Message, *, missing: bool = False) -> None:
        super().__init__(message)
        self.answer = answer
        self.missing = missing


class ConfigProblem(TrayError):
    """``~/.aws`` or the settings say something that cannot be followed."""

    exit_code = 3


class ProgramMissing(ConfigProblem):
    """A program of others is not installed that this needs, or too old."""


class FileRefused(ConfigProblem):
    """The system does not let this user read a file, or not now: another program may have it open."""


class ServiceProblem(TrayError):
    """AWS, the network between, or this machine failed."""

    exit_code = 4


class Busy(ServiceProblem):
    """Another process holds what is needed; it lets go by itself."""

    passes = True


class SignInRefused(TrayError):
    """The sign-in was cancelled, refused, or took too long."""

    exit_code = 5


class Fault(TrayError):
    """SSO Tray itself did what nobody had foreseen."""

    exit_code = 70


class AutostartProblem(TrayError):
    """The system does not let us look at, or change, what starts at login."""

    exit_code = 5
