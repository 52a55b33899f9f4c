"""The AWS work that child processes do for the resident program, as a stream of events."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from tray.core.dataclass import dataclass, field
from tray.core.errors import NotSignedIn
from tray.core.message import Message
from tray.core.session.renewal import How
from tray.core.words import notices as notices_words
from tray.resident.child_commands import Job, JobEvent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageReady(JobEvent):
    """The person should see a page in a browser; nobody has opened it yet."""

    url: str
    user_code: str | None = None
    opens: bool = True
    """Whether it is to be opened now; else it is open already, here or for another login."""


@dataclass(frozen=True, slots=True)
class Warned(JobEvent):
    """The login goes on, but the person should know of something."""

    problem: Message


@dataclass(frozen=True, slots=True)
class LoginEnded(JobEvent):
    """The login is over, and nothing more will come of it."""

    signed_in: bool
    problem: Message | None = None
    """Why it failed; None when it succeeded, or when the person cancelled it."""

    signed_out: bool = False
    """Whether the session that held was ended for it."""


@dataclass(frozen=True, slots=True)
class RenewalEnded(JobEvent):
    """A renewal or a check is over. What AWS said of the sign-in, the command has written down."""

    trouble: Message | None = None
    """Why AWS could not be asked; None where it answered, or there was nothing to ask."""

    passes: bool = True
    """Whether that may pass by itself."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's; None where AWS did not answer."""

    unable: bool = False
    """Whether this machine lacks the program that such a renewal needs: other programs renew as they can."""


@dataclass(frozen=True, slots=True)
class LogoutEnded(JobEvent):
    """The logout is over."""

    problem: Message | None
    """What could not be done; None when all was."""


@dataclass(slots=True, eq=False)
class LoginJob(Job):
    """One ``sso-tray login NAME --json``."""

    ends_with_us: ClassVar[bool] = True

    new: bool = False
    """Whether to begin a new session."""

    ask: bool = False
    """Whether the page asks before it ends the session that holds."""

    code: bool = False
    """Whether to sign in with a code."""

    _signed_in: bool = False
    _signed_out: bool = False
    _page_open: bool = False
    _problem: Message | None = field(default_factory=notices_words.LOGIN_CRASHED)

    def arguments(self) -> list[str]:
        """Name the command and its options."""
        options = (("--new", self.new), ("--ask", self.ask), ("--device-code", self.code))
        kind = [option for option, wanted in options if wanted]
        return ["login", "--json", "--no-browser", "--while-input", *kind, "--", self.sign_in]

    def take(self, line: str) -> None:
        """Take in an event of the login."""
        event = _parsed(line)
        match event.get("event"):
            case "open-url":
                self.post(PageReady(self, str(event.get("url"))))
                self._page_open = True
            case "waiting":
                self.post(PageReady(self, str(event.get("url")), opens=False))
            case "user-code":
                self.post(PageReady(self, str(event.get("url")), str(event.get("code")), opens=not self._page_open))
            case "warned":
                self.post(Warned(self, _message(event)))
            case "signed-in":
                self._signed_in, self._problem = True, None
            case "failed":
                self._problem = _message(event)
                self._signed_out = event.get("signed_out") is True

    def end(self, code: int | None) -> LoginEnded:
        """Tell whether it succeeded."""
        if self._signed_in and code != 0:
            log.warning("The login process ended with code %s after it had signed in", code)
        if self.cancelled and not self._signed_in:
            return LoginEnded(self, signed_in=False, problem=self._reason, signed_out=self._signed_out)
        return LoginEnded(self, self._signed_in, self._problem, self._signed_out)


@dataclass(slots=True, eq=False)
class RenewalJob(Job):
    """One ``sso-tray renew NAME --json``; or ``status NAME --check --json``, where no renewal is possible."""

    how: How = How.RENEW
    _event: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> list[str]:
        """Name the command and its options."""
        match self.how:
            case How.RENEW:
                return ["renew", "--json", "--", self.sign_in]
            case How.INSIST:
                return ["renew", "--json", "--force", "--", self.sign_in]
            case How.ASK:
                return ["status", "--check", "--json", "--", self.sign_in]

    def take(self, line: str) -> None:
        """Take in the one event of the renewal."""
        self._event = _parsed(line)

    def end(self, code: int | None) -> RenewalEnded:
        """Tell whether AWS was asked."""
        skew = self._event.get("clock_skew_seconds")
        seconds = float(skew) if isinstance(skew, int | float) else None
        if code in {0, NotSignedIn.exit_code} and self._event:
            return RenewalEnded(self, skew_seconds=seconds)
        if self._event.get("unable") is True:
            return RenewalEnded(self, unable=True)
        told = next(iter(self._event.get("problems", ())), self._event)  # "status" names first why nobody answered.
        if not {"title", "hint"} <= told.keys():
            return RenewalEnded(self, notices_words.RENEWAL_CRASHED(), skew_seconds=seconds)
        problem = _message(told)
        return RenewalEnded(self, problem, passes=bool(told.get("passes", True)), skew_seconds=seconds)


@dataclass(slots=True, eq=False)
class LogoutJob(Job):
    """One ``sso-tray logout NAME --json``."""

    _problem: Message | None = None

    def arguments(self) -> list[str]:
        """Name the command and its options."""
        return ["logout", "--json", "--", self.sign_in]

    def take(self, line: str) -> None:
        """Take in an event of the logout."""
        event = _parsed(line)
        if event.get("event") == "failed":
            self._problem = _message(event)

    def end(self, code: int | None) -> LogoutEnded:
        """Tell whether all was done."""
        if self._problem is None and code != 0:
            return LogoutEnded(self, notices_words.LOGOUT_CRASHED())
        return LogoutEnded(self, self._problem)


def _message(event: Mapping[str, Any]) -> Message:
    return Message(str(event.get("title")), str(event.get("hint")))


def _parsed(line: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        event = json.loads(line)
        if isinstance(event, dict):
            return event
    log.warning("A child process printed a line that is no event")
    return {}
