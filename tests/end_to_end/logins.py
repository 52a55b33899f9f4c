"""Logins in terminals, which run beside the tray and beside each other."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from end_to_end.desktop import SESSION, Desktop, token_file
from support.desk import until
from support.login import operations

from tray.aws.cache.records import read_record, record_path
from tray.core.session.history import History

PAGE = "Authorize"
"""What a browser asks AWS for, once our own page has sent it there."""


class TerminalLogin:
    """An ``sso-tray login --json`` that runs; what it prints is kept."""

    def __init__(self, desktop: Desktop, *arguments: str, **changes: str | None) -> None:
        self.process = subprocess.Popen(
            [desktop.program, "login", "--json", *arguments],
            env=desktop.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.events: list[dict[str, str]] = []
        self._errors: list[str] = []
        self._threads = [threading.Thread(target=self._listen), threading.Thread(target=self._hear_errors)]
        for thread in self._threads:
            thread.start()

    @property
    def errors(self) -> str:
        """What it said on stderr so far."""
        return "".join(self._errors)

    def told(self, *events: str) -> dict[str, str]:
        """Wait until it has told of one of these events, and give that."""

        def found() -> dict[str, str] | None:
            return next((event for event in list(self.events) if event["event"] in events), None)

        until(lambda: found() or not self._threads[0].is_alive(), seconds=30)
        event = found()
        assert event is not None, (self.events, self.errors)
        return event

    def ended(self, seconds: float = 30) -> int:
        """Wait for its end, and give the exit code."""
        code = self.process.wait(seconds)
        for thread in self._threads:
            thread.join()
        return code

    @property
    def how(self) -> str:
        """How it came about, once it has signed in."""
        return self.told("signed-in")["how"]

    def kill(self) -> None:
        """End it as the system does that is out of memory."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self.kill()
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.events.append(json.loads(line))

    def _hear_errors(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            self._errors.extend(lines)


@contextmanager
def login(desktop: Desktop, *arguments: str, **changes: str | None) -> Iterator[TerminalLogin]:
    """Run a login in a terminal; it is ended with the block at the latest."""
    started = TerminalLogin(desktop, *arguments, **changes)
    try:
        yield started
    finally:
        started.close()


@contextmanager
def logins(desktop: Desktop, number: int, *arguments: str) -> Iterator[list[TerminalLogin]]:
    """Run so many logins at once."""
    with ExitStack() as stack:
        yield [stack.enter_context(login(desktop, *arguments)) for _ in range(number)]


def sign_in(desktop: Desktop, *arguments: str) -> dict[str, str]:
    """Sign in, in a terminal and to the end; gives the token file, with its secrets."""
    done = desktop.run("login", *arguments)
    assert done.returncode == 0, done.stderr
    return token_file(desktop)


def record(desktop: Desktop, name: str = SESSION) -> History:
    """Read what our commands wrote down of a sign-in."""
    return read_record(record_path(desktop.state / "sign-ins", name)) or History()


def logouts(desktop: Desktop) -> int:
    """Count how often AWS was asked to end a session."""
    return operations(desktop.center).count("Logout")


def browser_came(desktop: Desktop) -> bool:
    """Tell whether a browser has come to AWS's page."""
    return any(each.operation in {PAGE, "Device"} for each in desktop.center.requests)
