"""``sso-tray demo``: the tray on an embedded Identity Center, in the real tray, or as a story in the terminal."""

from __future__ import annotations

import argparse
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple

from tray.commands.output import reader_has_gone
from tray.core.columns import padded, width
from tray.core.command import Do, LogIn
from tray.core.errors import ServiceProblem
from tray.core.language import spoken
from tray.core.model import Status
from tray.core.settings import Theme
from tray.core.view.values import Notice, Slot, View
from tray.core.words import demo as demo_words
from tray.core.words import terminal as terminal_words
from tray.core.words.times import local_time
from tray.demo.browser import Stuck, visit
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Knobs
from tray.demo.organisation import build_home
from tray.desktop.capabilities import find_capabilities
from tray.disk.core_dumps import as_given
from tray.installation import own_command
from tray.paths import IN_DEMO, Paths, find_paths, home_environment
from tray.resident.errands import Errands
from tray.resident.hands import Hands
from tray.resident.inbox import Inbox
from tray.resident.jobs_in_flight import JobsInFlight
from tray.resident.loop import Loop
from tray.resident.reader import Reader
from tray.resident.reading import Reading

_log = logging.getLogger(__name__)

_SESSION = "demo"
_PATIENCE_SECONDS = 30.0
_ENDING_SECONDS = 10.0


class _Pace(NamedTuple):
    length_seconds: int
    """Length of a sign-in: of its session at AWS, and of its token."""

    lead_seconds: int
    """How long before its end the reminder comes."""


_IN_THE_TERMINAL = _Pace(length_seconds=12, lead_seconds=6)
_IN_THE_TRAY = _Pace(length_seconds=180, lead_seconds=90)

_SIGNED_IN = (Status.SIGNED_IN, Status.ENDING)
"""What the icon shows after a login; the second where that took so long that the end is near already."""

_SHAPES = {
    Status.NO_CONFIG: "◌",
    Status.SIGNED_OUT: "○",
    Status.SIGNING_IN: "…",
    Status.SIGNED_IN: "✔",
    Status.ENDING: "◔",
    Status.RENEWABLE: "◎",
    Status.EXPIRED: "⊖",
    Status.UNREADABLE: "!",
}


def run(args: argparse.Namespace) -> int:
    """
    Play in the real tray where there is one, else tell the story in the terminal, to its end.

    Raises:
        ServiceProblem: A step of the story did not happen.
    """
    _end_with_signals()
    try:
        if args.terminal or not find_capabilities().tray:
            return _tell(_IN_THE_TERMINAL)
        return _play(_IN_THE_TRAY)
    except _Ended:
        return 0


class _Ended(BaseException):
    """The person, the system or the end of the session ends the demo; what it started goes first."""


def _end_with_signals() -> None:
    """Have signals end the demo in order, but for those that it was started to ignore, as ``nohup`` does."""
    numbers = [signal.SIGTERM]
    if sys.platform != "win32":
        numbers.append(signal.SIGHUP)
    numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def end(_number: int, _frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)  # Once is enough: what follows is the end already.
        raise _Ended

    for number in numbers:
        signal.signal(number, end)


def _tell(pace: _Pace) -> int:
    """Tell the whole story: signed out, signed in, ending, notice, ended, click, signed in again."""
    with _stage(pace) as (paths, environ):
        desk = _TerminalDesk()
        browser = CookieJar()
        inbox: Inbox = queue.SimpleQueue()
        errands = Errands()
        loop = Loop(
            inbox=inbox,
            reading=Reading(Reader(paths, environ), inbox.put, errands, _now, time.monotonic),
            hands=Hands(
                paths, environ, errands, inbox.put, lambda url, *_how: _visit(url, browser), lambda *_what: False
            ),
            jobs=JobsInFlight(inbox.put, environ, own_command()),
            notifier=desk,
            panel=lambda: Theme.COLOUR,
            now=_now,
            local=local_time,
            monotonic=time.monotonic,
        )
        _say(f"{demo_words.BEGINS()}\n")
        loop.begin(desk)
        thread = threading.Thread(target=loop.run, name="loop")
        thread.start()
        try:
            _follow(inbox, desk, pace)
        finally:
            inbox.put(Do.QUIT)
            thread.join()
    _say(f"\n{demo_words.ENDS()}")
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _visit(url: str, browser: CookieJar) -> bool:
    """Be the person who allows what the page asks, in the one browser that she has."""

    def allow() -> None:
        try:
            visit(url, jar=browser)
        except Stuck as problem:
            _log.warning("The page of the demo: %s", problem)

    threading.Thread(target=allow, name="person", daemon=True).start()
    return True


def _follow(inbox: Inbox, desk: _TerminalDesk, pace: _Pace) -> None:
    _expect(desk.await_icon(Status.SIGNED_OUT), demo_words.SHOWS_SIGNED_OUT())
    _say(f"\n{demo_words.CLICKS_ICON()}\n")
    inbox.put(Do.ACTIVATE)
    _expect(desk.await_icon(*_SIGNED_IN), demo_words.SIGNS_IN())
    _say(f"\n{demo_words.WORKS(seconds=pace.lead_seconds)}\n")
    _expect(desk.await_icon(Status.ENDING), demo_words.SHOWS_THE_END())
    _expect(desk.await_notice() is not None, demo_words.TELLS_OF_THE_END())
    _say(f"\n{demo_words.IS_BUSY()}\n")
    _expect(desk.await_icon(Status.EXPIRED), demo_words.SHOWS_ENDED())
    notice = desk.await_notice()
    button = next((button for button in notice.buttons if isinstance(button.command, LogIn)), None) if notice else None
    if button is None:
        raise _failed(demo_words.OFFERS_LOGIN())
    _say(f"\n{demo_words.CLICKS_NOTICE()}\n")
    inbox.put(button.command)
    _expect(desk.await_icon(*_SIGNED_IN), demo_words.HOLDS_AGAIN())


def _expect(happened: bool, step: str) -> None:
    if not happened:
        raise _failed(step)


def _failed(step: str) -> ServiceProblem:
    return ServiceProblem(terminal_words.DEMO_STOPPED(step=step))


def _play(pace: _Pace) -> int:
    """Start the real program on the stage, and stay until it is quit."""
    with _stage(pace) as (_paths, environ):
        _say(demo_words.LOOK_AT_TRAY(minutes=pace.length_seconds // 60))
        _say(demo_words.HOW_TO_PLAY(seconds=pace.lead_seconds))
        _say(f"{demo_words.TOUCHES_NOTHING()}\n")
        with as_given():
            started = subprocess.Popen([*own_command(), "run", "--demo", "--foreground-status"], env=environ)
        with started as program:
            try:
                return program.wait()
            except (KeyboardInterrupt, _Ended):
                program.terminate()  # It ends what it has started itself.
                with suppress(subprocess.TimeoutExpired):
                    program.wait(_ENDING_SECONDS)
                program.kill()
                return 0


@contextmanager
def _stage(pace: _Pace) -> Iterator[tuple[Paths, dict[str, str]]]:
    """Set up an Identity Center and a home, and lead this process there; both are gone at the end."""
    language = spoken().tag  # Which the settings of the person's own home name, if any.
    length = pace.length_seconds
    knobs = Knobs(token_seconds=length, session_seconds=length, issue_refresh_tokens=False)
    with tempfile.TemporaryDirectory(prefix="sso-tray-demo-") as folder, IdentityCenter(knobs=knobs) as center:
        home = Path(folder)
        build_home(home, session=_SESSION)
        before = dict(os.environ)
        # All but what leads to the person's own files or to AWS.
        others = ("AWS_", "XDG_CONFIG", "XDG_STATE")
        kept = {name: value for name, value in before.items() if not name.startswith(others)}
        environ = kept | home_environment(home) | center.environment() | {IN_DEMO: "1"}
        try:
            os.environ.clear()
            os.environ.update(environ)
            paths = find_paths(environ)
            paths.settings_file.parent.mkdir(parents=True)
            settings = f'language = "{language}"\n[notify]\nlead_minutes = [{pace.lead_seconds / 60}]\n'
            paths.settings_file.write_text(settings, encoding="utf-8")
            yield paths, environ
        finally:
            os.environ.clear()
            os.environ.update(before)


def _say(line: str) -> None:
    print(line, flush=True)


class _TerminalDesk:
    """A tray icon and a notice area made of lines in the terminal: prints each change, and lets a story wait for it."""

    def __init__(self) -> None:
        self._seen: queue.SimpleQueue[View | Notice] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._printed = ""
        self._icon: Status | None = None  # As far as the story has come.

    def apply(self, view: View) -> None:
        """Show the icon as one line: its shape, and its tooltip."""
        line = f"{_SHAPES[view.icon]}  {view.tooltip}"
        if line != self._printed:  # Another view may differ in its menu alone.
            self._line(line)
            self._printed = line
        self._seen.put(view)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Wait until `stop`."""
        on_ready()
        self._stopped.wait()

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def show(self, notice: Notice) -> bool:
        """Show a notice as a framed text with its buttons."""
        lines = [notice.title, *notice.body.splitlines(), "  ".join(f"[{button.label}]" for button in notice.buttons)]
        lines = [line for line in lines if line]
        widest = max(map(width, lines))
        self._line(f"┌─{'─' * widest}─┐")
        for line in lines:
            self._line(f"│ {padded(line, widest)} │")
        self._line(f"└─{'─' * widest}─┘")
        self._seen.put(notice)
        return True

    def withdraw(self, slot: Slot) -> None:
        """Say nothing: a line that was printed stays, and what follows tells that the matter is settled."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def await_icon(self, *statuses: Status) -> bool:
        """Wait until the icon shows one of the statuses, which it may do already."""
        if self._icon not in statuses:
            seen = self._await(lambda seen: isinstance(seen, View) and seen.icon in statuses)
            self._icon = seen.icon if isinstance(seen, View) else None
        return self._icon is not None

    def await_notice(self) -> Notice | None:
        """Wait for the next notice."""
        seen = self._await(lambda seen: isinstance(seen, Notice))
        return seen if isinstance(seen, Notice) else None

    def _await(self, wanted: Callable[[View | Notice], bool]) -> View | Notice | None:
        """Drop what was seen until the wanted thing comes; None when nothing is seen for a while."""
        with suppress(queue.Empty):
            while True:
                seen = self._seen.get(timeout=_PATIENCE_SECONDS)
                if wanted(seen):
                    return seen
        return None

    def _line(self, text: str) -> None:
        try:
            _say(f"{datetime.now().astimezone():%H:%M:%S}  {text}")
        except OSError as error:  # The story ends by its own next line; the loop has nobody to tell.
            if not reader_has_gone(error):
                raise
