"""A stage on which everything outside hangs: the disk, browsers, editors, the start at login, a lock held elsewhere."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.desk import FakeDesk, until
from support.stage import Stage, lasting
from tray.core.autostart import Autostart, Standing
from tray.core.command import (
    Command,
    CopyAddress,
    Do,
    LogIn,
    LogOut,
    OpenConsole,
    OpenPortal,
    SetSessionLength,
    Snooze,
    UseProfile,
)
from tray.core.model import LoginInProgress, Status
from tray.desktop.autostart import LoginStart
from tray.disk.lock import locked
from tray.installation.programs import Installation
from tray.resident import memory_file, reading
from tray.resident.autostart import AutostartErrands
from tray.resident.errands import Errands
from tray.resident.inbox import Event, Refresh, Woke

LONGEST_AWAY_SECONDS = 0.05
"""How long the loop may be away from its inbox."""


class WatchedInbox:
    """An inbox that keeps how long its reader was away each time, and what it touched of the system meanwhile."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._left = 0.0
        self.reader: int | None = None
        self.away: list[float] = []
        self.put = self._events.put

    def get(self, timeout: float | None = None) -> Event:
        self.reader = threading.get_ident()
        if self._left:
            self.away.append(time.monotonic() - self._left)
        try:
            return self._events.get(timeout=timeout)
        finally:
            self._left = time.monotonic()

    def empty(self) -> bool:
        return True  # One event a turn, so that each is measured by itself.


class HungEntries:
    """The start at login of a system that does not answer."""

    def __init__(self, answers: threading.Event) -> None:
        self._answers = answers

    @property
    def files(self) -> tuple[Path, ...]:
        self._answers.wait(20)
        return ()

    def read(self) -> Autostart:
        self._answers.wait(20)
        return Autostart(Standing.OFF)

    def write(self, _command: tuple[str, ...]) -> None:
        self._answers.wait(20)

    def remove(self) -> None:
        self._answers.wait(20)


@dataclass
class HungDesk(FakeDesk):
    """A desktop on which browsers and editors hang while they start."""

    answers: threading.Event = field(default_factory=threading.Event)

    def open_url(self, url: str, command: str, token: str = "") -> bool:
        self.answers.wait(20)
        return super().open_url(url, command, token)

    def open_file(self, path: Path, token: str = "") -> bool:
        self.answers.wait(20)
        return super().open_file(path, token)

    def copy(self, text: str) -> bool:
        self.answers.wait(20)
        return super().copy(text)


CLICKS: tuple[Command, ...] = (
    Do.ACTIVATE,
    LogIn("corp"),
    Do.OPEN_SIGN_IN_PAGE,
    Do.COPY_SIGN_IN_ADDRESS,
    CopyAddress("https://corp.example/start"),
    Do.CANCEL_LOGIN,
    OpenPortal("corp"),
    OpenConsole("dev"),
    UseProfile("dev"),
    Do.UNDO_SWITCH,
    Do.SET_UP,
    Snooze(30),
    LogOut("corp"),
    SetSessionLength("corp", 8.0),
    Do.SHOW_STATUS,
    Do.OFFER,
    Do.SAY_NO_TRAY,
    Do.START_AT_LOGIN,
    Do.START_NO_MORE,
    Do.OPEN_SETTINGS,
    Do.DIAGNOSE,
    Do.KEEP,
    Do.SHOW_ABOUT,
)

EVENTS: tuple[Event, ...] = (*CLICKS, Refresh(), Woke())


@contextmanager
def all_hangs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, WatchedInbox]]:
    """Run a loop whose disk, desktop and system stop answering as soon as it runs."""
    answers = threading.Event()
    inbox = WatchedInbox()
    stage = Stage(folder, inbox, HungDesk(answers=answers))  # type: ignore[arg-type]
    stage.reader.paths.aws_config.write_text("[profile dev]\nregion = x\n")
    stage.child("login", "import time; time.sleep(60)")
    stage.child("logout", "import time; time.sleep(60)")

    def hangs(*_arguments: str, seconds: float, **_more: object) -> bytes:
        answers.wait(min(seconds, 20))
        return b""

    def never_starts(*_command: object, **_how: object) -> None:
        answers.wait(20)
        raise OSError("it never started")

    monkeypatch.setattr("tray.resident.hands.run_own", hangs)
    monkeypatch.setattr("tray.resident.pages_child.started", never_starts)
    start = LoginStart(HungEntries(answers), Installation((Path("/opt/sso-tray"),)))
    at_login = AutostartErrands(lambda: start, inbox.put, Errands())
    stage.run_with = {"at_login": at_login}
    with locked(stage.reader.paths.state / "aws-config.lock"):
        stage.start(lasting(9999), logins=(LoginInProgress("corp", "https://oidc.example/authorize"),))
        stage.shows(Status.SIGNING_IN)
        stage.reader.answers.clear()
        monkeypatch.setattr(memory_file, "save", lambda _path, _memory: answers.wait(20))
        monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.1)  # So that it goes on without what it asked for, too.
        at_login.begin()
        yield stage, inbox
        answers.set()
        stage.reader.answers.set()
    stage.end()


def seconds_away(stage: Stage, inbox: WatchedInbox, event: Event) -> float:
    """Let something happen, and measure for how long the loop is away from its inbox with it."""
    before = len(inbox.away)
    stage.do(event)
    until(lambda: len(inbox.away) > before)
    return inbox.away[before]
