"""
The resident program: one loop that waits, reads, derives, plans and applies (DESIGN section 2).

It waits on one inbox for whatever happens, then runs one pass. Everything it knows of the outside is handed to it.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tray import __version__, memory_file
from tray.actions import Actions
from tray.core import command as commands
from tray.core import text
from tray.core.command import Command
from tray.core.errors import TrayError
from tray.core.memory import Memory
from tray.core.model import LoginInProgress, Problem, Settings, SignInStatus, Snapshot
from tray.core.notices import plan, snooze
from tray.core.schedule import next_change
from tray.core.status import NEEDS_LOGIN, derive, followed
from tray.core.surface import Button, Notice, Slot, View
from tray.core.text import LocalTime
from tray.core.view import Scene, render
from tray.desktop.notify import Notifier
from tray.desktop.trayicon import TrayIcon
from tray.jobs import JobEvent, LoginEnded, LoginJob, PageReady
from tray.sources import Reader

log = logging.getLogger(__name__)

SAFETY_SECONDS = 60.0
"""The longest wait: sleep, a changed clock and a missed file event heal by themselves within it."""

LOGIN_LIMIT = timedelta(minutes=11)
"""A login waits at most 10 minutes for the person; one that is older hangs."""

RECENT_PROFILES = 10


@dataclass(frozen=True, slots=True)
class Refresh:
    """Something outside may have changed: look again."""


Event = Command | JobEvent | Refresh
Inbox = queue.SimpleQueue[Event]


class App:
    """
    The loop and what it holds between two passes.

    Args:
        inbox: Where everything that happens is put, from any thread.
        reader: Reads snapshots.
        notifier: Shows notices.
        actions: Does what the menu offers.
        environ: The environment of login jobs.
        panel: Tells what the icon is drawn for (see `View.theme`).
        now: The clock (UTC).
        local: Turns a moment into local time.
        on_view: Told of every new view, after the icon was.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        reader: Reader,
        notifier: Notifier,
        actions: Actions,
        environ: Mapping[str, str],
        panel: Callable[[], str],
        now: Callable[[], datetime],
        local: LocalTime,
        on_view: Callable[[View], None] = lambda _view: None,
    ) -> None:
        self._inbox = inbox
        self._reader = reader
        self._notifier = notifier
        self._actions = actions
        self._environ = environ
        self._panel = panel
        self._now = now
        self._local = local
        self._on_view = on_view
        self._icon: TrayIcon | None = None
        self._memory = memory_file.load(reader.paths.memory_file)
        self._snapshot = Snapshot()
        self._settings = Settings()
        self._statuses: tuple[SignInStatus, ...] = ()
        self._view: View | None = None
        self._job: LoginJob | None = None
        self._login: LoginInProgress | None = None
        self._login_ends = self._now()
        self._running = True

    def attach(self, icon: TrayIcon) -> None:
        """Hand over the icon, and let it show what is true now."""
        self._icon = icon
        self._pass()

    def run(self, look_around: Callable[[], object] = lambda: None) -> None:
        """
        Loop until the person quits. Never raises.

        Args:
            look_around: Called after a minute in which nothing happened, to find what no event told of.
        """
        while self._running:
            try:
                event = self._next_event()
                if event is None:
                    look_around()
                else:
                    self._handle(event)
                while not self._inbox.empty():
                    self._handle(self._inbox.get())
                self._pass()
            except Exception:
                log.exception("A pass failed; the next one starts afresh")
        if self._job is not None:
            self._job.cancel()
        self._notifier.withdraw(Slot.SIGN_IN)
        self._notifier.withdraw(Slot.ANSWER)

    def _next_event(self) -> Event | None:
        """Wait for what happens next, at most until something changes by the clock alone; None when nothing did."""
        now = self._now()
        at = next_change(self._statuses, self._memory, now, self._settings, self._local)
        seconds = SAFETY_SECONDS if at is None else min(SAFETY_SECONDS, (at - now).total_seconds())
        if self._job is not None:
            seconds = min(seconds, (self._login_ends - now).total_seconds())
        try:
            return self._inbox.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            return None

    def _pass(self) -> None:
        """Read what changed, derive what is true, say it."""
        now = self._now()
        if self._job is not None and now >= self._login_ends:
            self._job.cancel(text.LOGIN_TOOK_TOO_LONG)
        self._snapshot, self._settings = self._reader.read()
        self._statuses = derive(self._snapshot, self._settings, now, self._login)
        effects = plan(self._memory, self._statuses, now, self._settings, self._local)
        self._remember(effects.memory)
        self._show_view(now)
        for slot in effects.withdraw:
            self._notifier.withdraw(slot)
        if effects.notice is not None:
            self._notifier.show(effects.notice)
        self._answer_second_start()

    def _show_view(self, now: datetime) -> None:
        scene = Scene(self._snapshot, self._statuses, self._settings, self._memory, self._login, self._panel())
        view = render(scene, now, self._local)
        if view == self._view:
            return
        self._view = view
        if self._icon is not None:
            self._icon.apply(view)
        self._on_view(view)

    def _remember(self, memory: Memory) -> None:
        if memory != self._memory:
            self._memory = memory
            memory_file.save(self._reader.paths.memory_file, memory)

    def _answer_second_start(self) -> None:
        request = self._reader.paths.show_request
        if request.exists():
            request.unlink(missing_ok=True)
            self._show_status()

    def _handle(self, event: Event) -> None:
        try:
            match event:
                case Refresh():
                    pass
                case JobEvent():
                    self._hear(event)
                case _:
                    self._obey(event)
        except TrayError as error:
            self._answer(error.title, error.hint)

    def _obey(self, command: Command) -> None:  # noqa: C901, PLR0912 - one case for each thing a person can ask
        match command:
            case commands.Activate():
                self._activate()
            case commands.LogIn(name):
                self._log_in(name)
            case commands.CancelLogin():
                if self._job is not None:
                    self._job.cancel()
            case commands.OpenSignInPage():
                if self._login is not None and self._login.url is not None:
                    self._actions.open_page(self._login.url, self._settings)
            case commands.OpenPortal(name):
                self._actions.open_portal(name, self._snapshot, self._settings)
            case commands.OpenConsole(name):
                self._actions.open_console(name, self._snapshot, self._settings)
            case commands.UseProfile(name):
                self._answer(*self._actions.use(name))
                recent = dict.fromkeys((name, *self._memory.recent_profiles))
                self._remember(replace(self._memory, recent_profiles=tuple(recent)[:RECENT_PROFILES]))
            case commands.Snooze(minutes):
                self._notifier.withdraw(Slot.SIGN_IN)
                self._remember(snooze(self._memory, minutes, self._now(), self._local))
            case commands.ShowStatus():
                self._show_status()
            case commands.OpenSettings():
                self._actions.open_settings()
            case commands.Diagnose():
                self._actions.diagnose()
            case commands.ShowAbout():
                self._answer(*text.about(__version__))
            case commands.Quit():
                self._running = False

    def _activate(self) -> None:
        shown = followed(self._statuses, self._snapshot, self._settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(shown.sign_in.name)
        else:
            self._show_status()

    def _log_in(self, name: str) -> None:
        if self._job is not None:
            self._answer(*text.busy(self._job.sign_in))
            return
        if not any(sign_in.name == name for sign_in in self._snapshot.sign_ins):
            return  # Removed from the config since the menu or the notice was shown.
        self._job = LoginJob(name, self._inbox.put, self._environ)
        self._login = LoginInProgress(name)
        self._login_ends = self._now() + LOGIN_LIMIT
        self._job.start()

    def _hear(self, event: JobEvent) -> None:
        if event.job is not self._job:
            return
        match event:
            case PageReady(_, url, user_code):
                code = user_code or (self._login.user_code if self._login else None)
                self._login = LoginInProgress(event.job.sign_in, url, code)
            case LoginEnded(_, problem):
                self._job = self._login = None
                if problem is not None:
                    self._answer_failed_login(event.job.sign_in, problem)

    def _answer_failed_login(self, name: str, problem: Problem) -> None:
        again = commands.LogIn(name)
        self._notifier.show(
            Notice(Slot.ANSWER, problem.title, problem.hint, (Button(text.LOG_IN, again),), command=again)
        )

    def _show_status(self) -> None:
        now = self._now()
        shown = followed(self._statuses, self._snapshot, self._settings)
        if shown is None:
            problem = next(iter(self._snapshot.problems), text.NO_SIGN_IN_PROBLEM)
            self._answer(problem.title, problem.hint)
            return
        first = text.spoken_line(shown, now, self._local)
        others = [text.spoken_line(found, now, self._local) for found in self._statuses if found is not shown]
        self._answer(first, "\n".join(others))

    def _answer(self, title: str, body: str) -> None:
        self._notifier.show(Notice(Slot.ANSWER, title, body))
