"""
The resident program: one loop that waits, reads, derives, plans and applies (DESIGN section 2).

It waits on one inbox for whatever happens, then runs one pass. Everything it knows of the outside is handed to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tray import __version__
from tray.actions import Actions
from tray.child import JobEvent
from tray.core import answers, command, text, trouble
from tray.core.errors import TrayError
from tray.core.login_kind import login_for
from tray.core.memory import used
from tray.core.model import LoginInProgress, Problem, Settings, SignInStatus, Snapshot
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
from tray.memory_file import KeptMemory
from tray.sources import Reader
from tray.waiting import LOOK_AT_LOGIN, next_event
from tray.work import Work, taken_in

if TYPE_CHECKING:
    from tray.at_login import AtLogin
    from tray.core.autostart import Autostart

log = logging.getLogger(__name__)


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
        self._kept = KeptMemory(reader.paths.memory_file)
        self._snapshot = Snapshot()
        self._settings = Settings()
        self._statuses: tuple[SignInStatus, ...] = ()
        self._autostart: Autostart | None = None
        self._at_login: AtLogin | None = None
        self._view: View | None = None
        self._failed: tuple[str, Problem] | None = None
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
        self._kept.save()
        self._notifier.close()

    def _next_event(self) -> Event | None:
        """Wait for what happens next, at most until something changes by the clock alone; None when nothing did."""
        now = self._now()
        moments = [
            next_change(self._statuses, self._kept.memory, now, self._settings, self._local),
            self._work.next_limit,
        ]
        if self._snapshot.logins and self._work.login is None:
            moments.append(now + LOOK_AT_LOGIN)
        return next_event(self._inbox, moments, now=self._now, monotonic=self._monotonic)

    def _pass(self) -> None:
        """Read what changed, derive what is true, say it, and have done what is due."""
        now = self._now()
        self._work.stop_overdue(now)
        renewing = self._work.renewing
        self._snapshot, self._settings = self._reader.read()
        login = self._login
        memory = observe(self._kept.memory, self._snapshot, now, self._settings)
        self._statuses = derive(self._snapshot, self._settings, now, login, memory)
        effects = plan(memory, self._statuses, now, self._settings, self._local, renewing=renewing)
        self._kept.keep(effects.memory)
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
        known = (self._snapshot, self._statuses, self._settings, self._kept.memory, self._login)
        view = render(Scene(*known, panel=self._panel(), autostart=self._autostart), now, self._local)
        if view == self._view:
            return
        self._view = view
        if self._icon is not None:
            self._icon.apply(view)
        self._on_view(view)

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
                    self._kept.keep(trouble.over(self._kept.memory))
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

    def _obey(self, wish: command.Command) -> None:  # noqa: C901, PLR0912 - one case for each thing a person can ask
        match wish:
            case command.Activate():
                self._activate()
            case command.LogIn():
                self._log_in(wish)
            case command.CancelLogin():
                self._cancel_login()
            case command.OpenSignInPage():
                if (login := self._login) is not None and login.url is not None:
                    self._actions.open_page(login.url, login.sign_in, self._settings)
            case command.LogOut(name):
                self._work.log_out(name, self._now())
            case command.SetSessionLength(name, hours):
                self._actions.set_session_length(name, hours)
            case command.OpenPortal(name):
                self._actions.open_portal(name, self._snapshot, self._settings)
            case command.OpenConsole(name):
                self._actions.open_console(name, self._snapshot, self._settings)
            case command.UseProfile(name, confirmed):
                self._use(name, confirmed=confirmed)
            case command.UndoSwitch():
                self._answer(*self._actions.undo_switch())
            case command.SetUp():
                self._actions.set_up()
            case command.Snooze(minutes):
                self._notifier.withdraw(Slot.SIGN_IN)
                self._kept.keep(snooze(self._kept.memory, minutes, self._now(), self._local))
            case command.ShowStatus():
                self._show_status()
            case command.StartAtLogin() | command.StartNoMore():
                if self._at_login is not None:
                    self._at_login.put(on=wish == command.StartAtLogin())
            case command.OpenSettings():
                self._actions.open_settings()
            case command.Diagnose():
                self._actions.diagnose()
            case command.ShowAbout():
                self._answer(*text.about(__version__))
            case command.Quit():
                self._running = False

    def _use(self, name: str, *, confirmed: bool) -> None:
        if is_production(name, self._settings) and not confirmed:
            self._notifier.show(answers.confirm_production(name))
            return
        self._answer(*self._actions.use(name))
        self._kept.keep(used(self._kept.memory, name))

    def _activate(self) -> None:
        shown = followed(self._statuses, self._snapshot, self._settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(login_for(shown, self._now()))
        else:
            self._show_status()

    def _cancel_login(self) -> None:
        """Stop the login that runs, wherever it was begun, and all that wait for its page."""
        if (login := self._login) is not None:
            self._actions.cancel_logins(login.sign_in, self._snapshot)
        self._work.cancel_login()

    @property
    def _login(self) -> LoginInProgress | None:
        """The login that runs: our own, or one that was begun in a terminal."""
        return self._work.login or next(iter(self._snapshot.logins), None)

    def _log_in(self, wanted: command.LogIn) -> None:
        known = {
            sign_in.name: sign_in for sign_in in self._snapshot.sign_ins
        }  # One may have gone since it was offered.
        running = self._work.login
        if running is not None and running.sign_in in known:
            self._answer(*text.busy(known[running.sign_in]))
        elif running is None and wanted.sign_in in known:
            self._work.log_in(wanted, self._now())

    def _hear(self, event: JobEvent) -> None:
        from tray.jobs import LoginEnded, LogoutEnded, PageReady, RenewalEnded, Warned  # noqa: PLC0415 - loaded with a job

        if not isinstance(event, PageReady | Warned):
            self._work.finish(event.job)
        match event:
            case Warned():
                self._answer(*event.problem)
            case PageReady():
                if self._work.take_page(event) and event.opens:
                    self._actions.open_page(event.url, event.job.sign_in, self._settings)
            case LoginEnded(problem=Problem() as problem):
                if not event.signed_in and not event.signed_out:  # That a session ended, is told by itself.
                    self._failed = event.job.sign_in, problem
            case LogoutEnded(problem=Problem() as problem):
                self._answer(*problem)
            case RenewalEnded():
                self._kept.keep(taken_in(self._kept.memory, event, self._now()))

    def _tell_of_failure(self, now: datetime) -> None:
        """Say that a login failed, once it is known whether the person is signed in without it."""
        if self._failed is None:
            return
        name, problem = self._failed
        found = next((found for found in self._statuses if found.sign_in.name == name), None)
        if found is not None and found.unsure and found.unchecked_since is None:
            return  # AWS is being asked.
        self._failed = None
        if (notice := answers.failed_login(name, problem, found, now)) is not None:
            self._notifier.show(notice)

    def _show_status(self) -> None:
        self._notifier.show(answers.status(self._statuses, self._snapshot, self._settings, self._now(), self._local))

    def _answer(self, title: str, body: str) -> None:
        self._notifier.show(answers.answer(title, body))
