"""
The resident program: one loop that waits, reads, derives, plans and applies (DESIGN section 2).

It waits on one inbox for whatever happens, then runs one pass. Everything it knows of the outside is handed to it.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray import __version__, memory_file
from tray.actions import Actions
from tray.child import JobEvent
from tray.core import answers, text, text_new_session, trouble
from tray.core import command as commands
from tray.core.command import Command, LogIn
from tray.core.errors import TrayError
from tray.core.login_kind import login_for
from tray.core.memory import Memory, worth_saving
from tray.core.model import LoginInProgress, Settings, SignInStatus, Snapshot
from tray.core.notices import Effects, plan, snooze
from tray.core.observe import observe
from tray.core.production import is_production
from tray.core.schedule import next_change
from tray.core.status import NEEDS_LOGIN, derive, followed
from tray.core.surface import Slot, View
from tray.core.text import LocalTime
from tray.core.view import Scene, render
from tray.desktop.notify import Notifier
from tray.desktop.trayicon import TrayIcon
from tray.events import AutostartSeen, Event, Inbox, Refresh, Woke
from tray.sources import Reader
from tray.work import Work, taken_in

if TYPE_CHECKING:
    from tray.at_login import AtLogin
    from tray.core.autostart import Autostart
    from tray.jobs import LoginEnded

log = logging.getLogger(__name__)

SAFETY_SECONDS = 60.0
"""The longest wait: sleep, a changed clock and a missed file event heal by themselves within it."""

LOOK_AT_LOGIN = timedelta(seconds=1)
"""How often to look whether a login in a terminal still runs."""

RECENT_PROFILES = 10

CLOCK_JUMP_SECONDS = 5.0
"""A wait that took so much longer, or shorter, by the wall clock was a sleep, or the clock was set."""


class App:
    """
    The loop and what it holds between two passes.

    Args:
        inbox: Where everything that happens is put, from any thread.
        reader: Reads snapshots.
        notifier: Shows notices.
        actions: Does what the menu offers.
        environ: The environment of child processes.
        program: The command line that starts this program again, in a child process.
        panel: Tells what the icon is drawn for (see `View.theme`).
        now: The clock (UTC).
        local: Turns a moment into local time.
        monotonic: A clock (seconds) that stands still while the computer sleeps, and that nobody sets.
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
        program: Sequence[str],
        panel: Callable[[], str],
        now: Callable[[], datetime],
        local: LocalTime,
        monotonic: Callable[[], float] = time.monotonic,
        on_view: Callable[[View], None] = lambda _view: None,
    ) -> None:
        self._inbox = inbox
        self._reader = reader
        self._notifier = notifier
        self._actions = actions
        self._work = Work(inbox.put, environ, program)
        self._panel = panel
        self._now = now
        self._local = local
        self._monotonic = monotonic
        self._on_view = on_view
        self._icon: TrayIcon | None = None
        self._memory = self._saved = memory_file.take_over(reader.paths.memory_file)
        self._snapshot = Snapshot()
        self._settings = Settings()
        self._statuses: tuple[SignInStatus, ...] = ()
        self._autostart: Autostart | None = None
        self._at_login: AtLogin | None = None
        self._view: View | None = None
        self._failed: LoginEnded | None = None
        self._followed = 0
        self._running = True

    def attach(self, icon: TrayIcon) -> None:
        """Hand over the icon, and let it show what is true now."""
        self._icon = icon
        self._pass()

    def run(self, look_around: Callable[[], object] = lambda: None, at_login: AtLogin | None = None) -> None:
        """
        Loop until the person quits. Never raises.

        Args:
            look_around: Called after a minute in which nothing happened, to find what no event told of.
            at_login: The start at login; None where it is not offered.
        """
        self._at_login = at_login
        while self._running:
            try:
                event = self._next_event()
                if event is None:
                    look_around()
                else:
                    self._handle(event)
                while not self._inbox.empty():
                    self._handle(self._inbox.get())
                if self._running:
                    self._pass()
                    self._let_default_follow()
            except Exception:
                log.exception("A pass failed; the next one starts afresh")
        self._work.cancel_login()
        self._save(self._memory)
        self._notifier.close()

    def _next_event(self) -> Event | None:
        """Wait for what happens next, at most until something changes by the clock alone; None when nothing did."""
        now, begun = self._now(), self._monotonic()
        moments = [next_change(self._statuses, self._memory, now, self._settings, self._local), self._work.next_limit]
        if self._snapshot.logins and self._work.login is None:
            moments.append(now + LOOK_AT_LOGIN)  # No event tells that a login in a terminal has died.
        seconds = [(at - now).total_seconds() for at in moments if at is not None]
        try:
            return self._inbox.get(timeout=max(min([SAFETY_SECONDS, *seconds]), 0.0))
        except queue.Empty:
            slept = (self._now() - now).total_seconds() - (self._monotonic() - begun)
            return Woke() if abs(slept) > CLOCK_JUMP_SECONDS else None

    def _pass(self) -> None:
        """Read what changed, derive what is true, say it, and have done what is due."""
        now = self._now()
        self._work.stop_overdue(now)
        renewing = self._work.renewing
        self._snapshot, self._settings = self._reader.read()
        login = self._login
        memory = observe(self._memory, self._snapshot, now, self._settings)
        self._statuses = derive(self._snapshot, self._settings, now, login, memory)
        effects = plan(memory, self._statuses, now, self._settings, self._local, renewing=renewing)
        self._remember(effects.memory)
        self._show_view(now)
        self._carry_out(effects, now)
        self._tell_of_failure(now)
        self._answer_second_start()

    def _let_default_follow(self) -> None:
        """Bring our copy in ``[default]`` up to date with its profile, once for each version of the config."""
        if self._snapshot.generation != self._followed:
            self._followed = self._snapshot.generation
            self._actions.refresh_default()

    def _carry_out(self, effects: Effects, now: datetime) -> None:
        for slot in effects.withdraw:
            self._notifier.withdraw(slot)
        if effects.notice is not None:
            self._notifier.show(effects.notice)
        for name in effects.renew:
            self._work.renew(name, now, force=name in effects.insist, check=name in effects.check)

    def _show_view(self, now: datetime) -> None:
        known = (self._snapshot, self._statuses, self._settings, self._memory, self._login)
        view = render(Scene(*known, panel=self._panel(), autostart=self._autostart), now, self._local)
        if view == self._view:
            return
        self._view = view
        if self._icon is not None:
            self._icon.apply(view)
        self._on_view(view)

    def _remember(self, memory: Memory) -> None:
        """Keep the memory, and save it where more than the moment of the last look has changed."""
        self._memory = memory
        if worth_saving(self._saved, memory):
            self._save(memory)

    def _save(self, memory: Memory) -> None:
        self._saved = memory
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
                case Woke():
                    self._remember(trouble.over(self._memory))
                case JobEvent():
                    self._hear(event)
                case AutostartSeen():
                    self._autostart = event.autostart
                    if event.refused is not None:
                        self._answer(*event.refused)
                case _:
                    self._obey(event)
        except TrayError as error:
            self._answer(error.title, error.hint)

    def _obey(self, command: Command) -> None:  # noqa: C901, PLR0912 - one case for each thing a person can ask
        match command:
            case commands.Activate():
                self._activate()
            case commands.LogIn():
                self._log_in(command)
            case commands.CancelLogin():
                self._cancel_login()
            case commands.OpenSignInPage():
                if self._login is not None and self._login.url is not None:
                    self._actions.open_page(self._login.url, self._login.sign_in, self._settings)
            case commands.LogOut(name):
                self._work.log_out(name, self._now())
            case commands.SetSessionLength(name, hours):
                self._actions.set_session_length(name, hours)
            case commands.OpenPortal(name):
                self._actions.open_portal(name, self._snapshot, self._settings)
            case commands.OpenConsole(name):
                self._actions.open_console(name, self._snapshot, self._settings)
            case commands.UseProfile(name, confirmed):
                self._use(name, confirmed=confirmed)
            case commands.UndoSwitch():
                self._answer(*self._actions.undo_switch())
            case commands.SetUp():
                self._actions.set_up()
            case commands.Snooze(minutes):
                self._notifier.withdraw(Slot.SIGN_IN)
                self._remember(snooze(self._memory, minutes, self._now(), self._local))
            case commands.ShowStatus():
                self._show_status()
            case commands.StartAtLogin() | commands.StartNoMore():
                if self._at_login is not None:
                    self._at_login.put(on=command == commands.StartAtLogin())
            case commands.OpenSettings():
                self._actions.open_settings()
            case commands.Diagnose():
                self._actions.diagnose()
            case commands.ShowAbout():
                self._answer(*text.about(__version__))
            case commands.Quit():
                self._running = False

    def _use(self, name: str, *, confirmed: bool) -> None:
        if is_production(name, self._settings) and not confirmed:
            self._notifier.show(answers.confirm_production(name))
            return
        self._answer(*self._actions.use(name))
        recent = dict.fromkeys((name, *self._memory.recent_profiles))
        self._remember(replace(self._memory, recent_profiles=tuple(recent)[:RECENT_PROFILES]))

    def _activate(self) -> None:
        shown = followed(self._statuses, self._snapshot, self._settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(login_for(shown, self._now()))
        else:
            self._show_status()

    def _cancel_login(self) -> None:
        """Stop the login that runs, wherever it was begun, and all that wait for its page."""
        login = self._login
        if login is not None:
            self._actions.cancel_logins(login.sign_in, self._snapshot)
        self._work.cancel_login()

    @property
    def _login(self) -> LoginInProgress | None:
        """The login that runs: our own, or one that was begun in a terminal."""
        return self._work.login or next(iter(self._snapshot.logins), None)

    def _log_in(self, wanted: LogIn) -> None:
        name = wanted.sign_in
        running = self._work.login
        if running is not None:
            for sign_in in self._snapshot.sign_ins:
                if sign_in.name == running.sign_in:
                    self._answer(*text.busy(sign_in))
        elif any(sign_in.name == name for sign_in in self._snapshot.sign_ins):  # It may have gone since it was offered.
            self._work.log_in(wanted, self._now())

    def _hear(self, event: JobEvent) -> None:
        from tray.jobs import LoginEnded, LogoutEnded, PageReady, RenewalEnded, Warned  # noqa: PLC0415 - loaded with a job

        if isinstance(event, Warned):
            self._answer(*event.problem)
            return
        if isinstance(event, PageReady):
            if self._work.take_page(event) and event.opens:
                self._actions.open_page(event.url, event.job.sign_in, self._settings)
            return
        self._work.finish(event.job)
        match event:
            case LoginEnded(_, signed_in, problem, signed_out):
                if problem is not None and not signed_in and not signed_out:  # That a session ended, is told by itself.
                    self._failed = event
            case LogoutEnded(_, problem):
                if problem is not None:
                    self._answer(*problem)
            case RenewalEnded():
                self._remember(taken_in(self._memory, event, self._now()))

    def _tell_of_failure(self, now: datetime) -> None:
        """Say that a login failed, once it is known whether the person is signed in without it."""
        failed = self._failed
        if failed is None or failed.problem is None:
            return
        name, problem = failed.job.sign_in, failed.problem
        found = next((found for found in self._statuses if found.sign_in.name == name), None)
        if found is not None and found.unsure and found.unchecked_since is None:
            return  # AWS is being asked.
        self._failed = None
        if found is not None and found.unfinished is not None:
            return  # That is told by itself.
        if found is not None and found.holds and problem == text.LOGIN_CRASHED:
            problem = text_new_session.still_signed_in(problem)
        again = LogIn(name) if found is None else login_for(found, now)
        self._notifier.show(answers.failed_login(again, problem))

    def _show_status(self) -> None:
        now = self._now()
        self._notifier.show(answers.status(self._statuses, self._snapshot, self._settings, now, self._local))

    def _answer(self, title: str, body: str) -> None:
        self._notifier.show(answers.answer(title, body))
