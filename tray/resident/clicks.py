"""What a click does: on the icon, in its menu, on a notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from tray import __version__
from tray.core import command, replies
from tray.core.message import Message
from tray.core.model import LoginInProgress
from tray.core.notices import snooze
from tray.core.production import is_production
from tray.core.session.login_kind import login_for
from tray.core.session.status import NEEDS_LOGIN, followed
from tray.core.view.values import Slot
from tray.core.words import notices as notices_words
from tray.core.words.names import spoken
from tray.core.words.times import LocalTime
from tray.desktop.notify import Notifier
from tray.resident.hands import Hands
from tray.resident.jobs_in_flight import JobsInFlight
from tray.resident.known import Known

if TYPE_CHECKING:
    from tray.resident.autostart import AutostartErrands


class Clicks:
    """
    Does what a person asks for, or has it done.

    Args:
        known: What is true now.
        jobs: Start child processes.
        hands: Do what may block.
        notifier: Shows answers.
        now: The clock (UTC).
        local: Turns a moment into local time.
    """

    def __init__(  # noqa: PLR0917 - what a click can reach
        self,
        known: Known,
        jobs: JobsInFlight,
        hands: Hands,
        notifier: Notifier,
        now: Callable[[], datetime],
        local: LocalTime,
    ) -> None:
        self._known = known
        self._jobs = jobs
        self._hands = hands
        self._notifier = notifier
        self._now = now
        self._local = local
        self.at_login: AutostartErrands | None = None
        """The start at login; None where it is not offered."""

    @property
    def login(self) -> LoginInProgress | None:
        """The login that runs: our own, or one that was begun in a terminal."""
        return self._jobs.login or next(iter(self._known.snapshot.logins), None)

    def obey(self, wish: command.Command) -> None:  # noqa: C901, PLR0912 - one case for each thing a person can ask
        """
        Do what is asked for, but `Quit`, which is the loop's.

        Raises:
            TrayError: It makes no sense now.
        """
        known = self._known
        match wish:
            case command.Activate():
                self._activate()
            case command.LogIn():
                self._log_in(wish)
            case command.CancelLogin():
                self._cancel_login()
            case command.OpenSignInPage():
                if (login := self.login) is not None and login.url is not None:
                    self._hands.open_page(login.url, login.sign_in, known.settings)
            case command.LogOut(name):
                self._jobs.log_out(name, self._now())
            case command.SetSessionLength(name, hours):
                self._hands.set_session_length(name, hours)
            case command.OpenPortal(name):
                self._hands.open_portal(name, known.snapshot, known.settings)
            case command.OpenConsole(name):
                self._hands.open_console(name, known.snapshot, known.settings)
            case command.UseProfile(name, confirmed):
                if confirmed or not is_production(name, known.settings):
                    self._hands.use(name)
                else:
                    self._notifier.show(replies.confirm_production(name))
            case command.UndoSwitch():
                self._hands.undo_switch()
            case command.SetUp():
                self._hands.set_up()
            case command.Snooze(minutes):
                self._notifier.withdraw(Slot.SIGN_IN)
                known.memory = snooze(known.memory, minutes, self._now(), self._local)
            case command.ShowStatus():
                self.show_status()
            case command.StartAtLogin() | command.StartNoMore():
                if self.at_login is not None:
                    self.at_login.put(on=wish == command.StartAtLogin())
            case command.OpenSettings():
                self._hands.open_settings()
            case command.Diagnose():
                self._hands.diagnose()
            case command.ShowAbout():
                self.answer(notices_words.ABOUT(version=__version__))

    def show_status(self) -> None:
        """Show the status of every sign-in as a notice."""
        known = self._known
        self._notifier.show(replies.status(known.statuses, known.snapshot, known.settings, self._now(), self._local))

    def answer(self, said: Message) -> None:
        """Say something in return."""
        self._notifier.show(replies.answer(said))

    def _activate(self) -> None:
        shown = followed(self._known.statuses, self._known.snapshot, self._known.settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(login_for(shown, self._now()))
        else:
            self.show_status()

    def _log_in(self, wanted: command.LogIn) -> None:
        running = self._jobs.login
        if running is None:
            if self._known.sign_in(wanted.sign_in) is not None:  # It may have gone since it was offered.
                self._jobs.log_in(wanted, self._now())
        elif (sign_in := self._known.sign_in(running.sign_in)) is not None:
            self.answer(notices_words.BUSY(name=spoken(sign_in)))

    def _cancel_login(self) -> None:
        """Stop the login that runs, wherever it was begun, and all that wait for its page."""
        if (login := self.login) is not None and (sign_in := self._known.sign_in(login.sign_in)) is not None:
            self._hands.cancel_logins(sign_in)
        self._jobs.cancel_login()
