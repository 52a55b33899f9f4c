"""Child processes that do AWS work, as a stream of events: a hang or a crash there never touches the icon."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.core import text
from tray.core.model import Problem

if TYPE_CHECKING:
    import subprocess

log = logging.getLogger(__name__)

_GRACE_SECONDS = 2.0
"""How long a child that was asked to stop may take before it is killed."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that a login job told of itself."""

    job: LoginJob


@dataclass(frozen=True, slots=True)
class PageReady(JobEvent):
    """The person should see a page in a browser; the child has tried to open it."""

    url: str
    user_code: str | None = None


@dataclass(frozen=True, slots=True)
class LoginEnded(JobEvent):
    """The job is over, and nothing more will come of it."""

    problem: Problem | None
    """Why the sign-in failed; None when it succeeded, or when the person cancelled it."""


def own_command() -> list[str]:
    """Name the command line that starts this program again, as a list of arguments."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-P", "-m", "tray"]  # -P: nothing in the current folder may shadow a module.


def run_own(*arguments: str, seconds: float) -> bytes:
    """
    Run a command of our own to its end, in a child process.

    Args:
        arguments: The command and its options.
        seconds: How long it may take.

    Returns:
        What it printed on its standard output.

    Raises:
        OSError: It could not be started.
        TimeoutError: It took too long, and was stopped.
    """
    import subprocess  # noqa: PLC0415 - not needed before the icon is up

    try:
        found = subprocess.run(
            [*own_command(), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            creationflags=_no_window(),
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{arguments[0]} took more than {seconds} s") from error
    return found.stdout


def _no_window() -> int:
    """Give the flag by which a child gets no console window on Windows; nothing elsewhere."""
    import subprocess  # noqa: PLC0415 - not needed before the icon is up

    return getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(slots=True, eq=False)
class LoginJob:
    """One ``sso-tray login NAME --json`` in a child process."""

    sign_in: str
    """Name of the sign-in."""

    post: Callable[[JobEvent], None]
    """Receives the events, on a thread of the job's own."""

    environ: Mapping[str, str] | None = None
    """The child's environment; None for this process's."""

    program: Sequence[str] = field(default_factory=own_command)
    _child: subprocess.Popen[str] | None = None
    _cancelled: bool = False
    _reason: Problem | None = None

    def start(self) -> None:
        """Start the child; returns at once, and every outcome comes as an event."""
        threading.Thread(target=self._run, name="login", daemon=True).start()

    def cancel(self, reason: Problem | None = None) -> None:
        """Stop the child; `LoginEnded` follows. Without a reason the person wanted it so."""
        self._cancelled, self._reason = True, reason
        child = self._child
        if child is not None:
            threading.Thread(target=_stop, args=(child,), name="stop-login", daemon=True).start()

    def _run(self) -> None:
        problem: Problem | None = text.LOGIN_CRASHED
        try:
            problem = self._follow_child()
        except Exception:
            log.exception("The login process could not be started or followed")
        if self._cancelled:
            problem = self._reason
        self.post(LoginEnded(self, problem))

    def _follow_child(self) -> Problem | None:
        import subprocess  # noqa: PLC0415 - not needed before the icon is up

        command = [*self.program, "login", "--json", "--", self.sign_in]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=None if self.environ is None else dict(self.environ),
            creationflags=_no_window(),
        ) as child:
            self._child = child
            if self._cancelled:
                _stop(child)
            problem: Problem | None = text.LOGIN_CRASHED
            assert child.stdout is not None  # noqa: S101 - it is a pipe
            for line in child.stdout:
                event = _parsed(line)
                match event.get("event"):
                    case "open-url":
                        self.post(PageReady(self, str(event.get("url"))))
                    case "user-code":
                        self.post(PageReady(self, str(event.get("url")), str(event.get("code"))))
                    case "signed-in":
                        problem = None
                    case "failed":
                        problem = Problem(str(event.get("title")), str(event.get("hint")))
        if child.returncode != 0 and problem is None:
            log.warning("The login process ended with code %s after it had signed in", child.returncode)
        return problem


def _parsed(line: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        event = json.loads(line)
        if isinstance(event, dict):
            return event
    log.warning("The login process printed a line that is no event")
    return {}


def _stop(child: subprocess.Popen[str]) -> None:
    import subprocess  # noqa: PLC0415 - not needed before the icon is up

    child.terminate()
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
