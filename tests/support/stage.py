"""The loop on a fake desktop: child processes run the Python programs that a test gives."""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.build import snapshot, token, utc
from support.desk import FakeDesk, until
from tray.aws.cache.records import read_records, record_path
from tray.core.command import Do
from tray.core.dataclass import replace
from tray.core.model import Snapshot, Status, Token
from tray.core.session.documents import history_document
from tray.core.session.history import History
from tray.core.settings import Settings, Theme
from tray.desktop.presence import Presence
from tray.paths import Paths
from tray.resident.errands import Errands
from tray.resident.hands import Hands
from tray.resident.inbox import Event, Inbox, Refresh
from tray.resident.jobs_in_flight import JobsInFlight
from tray.resident.loop import Loop
from tray.resident.reading import Reading
from tray.resident.seat import Seat, sit_down


@dataclass
class ScriptedReader:
    """Reads whatever the test says is outside now."""

    paths: Paths
    snapshot: Snapshot = field(default_factory=snapshot)
    settings: Settings = field(default_factory=Settings)
    fails: bool = False
    begun: int = 0
    """How many reads have begun."""

    answers: threading.Event = field(default_factory=threading.Event)
    """Whether the disk does; it is cleared where the test wants reading to hang."""

    def __post_init__(self) -> None:
        self.answers.set()

    def read(self) -> tuple[Snapshot, Settings]:
        self.begun += 1
        self.answers.wait(20)
        if self.fails:
            raise RuntimeError("a fault in a reader")
        records = read_records(self.paths.sign_in_records, self.snapshot.sign_ins)
        return replace(self.snapshot, records=records), self.settings


CHILD = """
import pathlib, sys
folder, command = pathlib.Path(sys.argv[1]), sys.argv[2]
number = len(list(folder.glob(f"{command}.run.*")))
(folder / f"{command}.run.{number}").touch()
last = len(list(folder.glob(f"{command}.*.py"))) - 1
exec((folder / f"{command}.{min(number, last)}.py").read_text())
"""


def wired(
    reader: ScriptedReader,
    desk: FakeDesk,
    inbox: Inbox,
    program: tuple[str, ...] = (),
    seat: Seat | None = None,
    presence: Presence | None = None,
) -> Loop:
    """Make a loop as the program does, on a fake desktop."""
    errands = Errands()
    return Loop(
        inbox=inbox,
        reading=Reading(reader, inbox.put, errands, now, time.monotonic, seat=seat),  # type: ignore[arg-type]
        hands=Hands(
            reader.paths,
            {},
            errands,
            inbox.put,
            desk.open_url,
            desk.open_file,
            look_again=lambda: inbox.put(Refresh()),
            copy=desk.copy,
            seat=seat,
        ),
        jobs=JobsInFlight(inbox.put, {}, program),
        notifier=desk,
        panel=lambda: Theme.COLOUR,
        now=now,
        local=utc,
        monotonic=time.monotonic,
        presence=presence,
    )


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def lasting(seconds: float, key: str = "a") -> Token:
    """A token that ends in so many seconds."""
    return replace(token(key=key), expires_at=now() + timedelta(seconds=seconds), modified_at=now())


class Stage:
    """A loop on a fake desktop; login jobs run the Python program that the test gives."""

    def __init__(
        self, folder: Path, inbox: Inbox | None = None, desk: FakeDesk | None = None, session: str = "here"
    ) -> None:
        names = ("config", "credentials", "cache", "settings.toml", "state", "log", "login")
        paths = Paths(*(folder / name for name in names))  # type: ignore[arg-type] # the last one has a default
        paths.state.mkdir(exist_ok=True)
        self.folder = folder
        self.reader = ScriptedReader(paths)
        self.desk = desk or FakeDesk()
        self.inbox: Inbox = inbox or queue.SimpleQueue()
        self.presence = Presence()
        seat = sit_down(paths, lambda: session)
        assert seat
        self.seat = seat
        seat.there = lambda: self.presence.there
        program = (sys.executable, "-c", CHILD, str(folder))
        self.loop = wired(self.reader, self.desk, self.inbox, program, self.seat, self.presence)
        self.run_with: dict[str, Any] = {}
        self._thread = threading.Thread(target=lambda: self.loop.run(**self.run_with))

    def child(self, command: str, *programs: str) -> None:
        """Let a command of ours be these Python programs in turn, the last one again and again."""
        for number, program in enumerate(programs):
            (self.folder / f"{command}.{number}.py").write_text(program)

    def writes_down(self, known: History) -> str:
        """Give the part of a command's program that leaves to others what it has heard of the sign-in."""
        path = self.record
        path.parent.mkdir(exist_ok=True)
        text = json.dumps({"schema": 1, "history": history_document(known)})
        return f"pathlib.Path({str(path)!r}).write_text({text!r}); "

    @property
    def record(self) -> Path:
        """What our commands heard of the sign-in."""
        return record_path(self.reader.paths.sign_in_records, "corp")

    def started(self, command: str) -> int:
        """Count how often a command of ours was started."""
        return len(list(self.folder.glob(f"{command}.run.*")))

    def start(self, held: object = None, **changes: object) -> None:
        self.now_outside(held, **changes)
        self.loop.begin(self.desk)
        self.go_on()

    def go_on(self) -> None:
        """Let the loop run."""
        self._thread.start()

    def now_outside(self, held: object = None, **changes: object) -> None:
        self.reader.snapshot = snapshot(held, **changes)  # type: ignore[arg-type]

    def do(self, command: Event) -> None:
        self.inbox.put(command)

    def shows(self, status: Status) -> None:
        until(lambda: self.desk.views and self.desk.view.icon is status)

    def tells(self, title: str) -> None:
        until(lambda: any(title in notice.title for notice in self.desk.notices))

    def end(self) -> None:
        self.inbox.put(Do.QUIT)
        if self._thread.is_alive():
            self._thread.join(20)
        assert not self._thread.is_alive()
        self.seat.release()
