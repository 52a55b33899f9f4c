"""What a click does: on the icon, in its menu, on a notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray import __version__
from tray.core import command, notices
from tray.core.command import Do
from tray.core.dataclass import dataclass, field, replace
from tray.core.message import Message
from tray.core.model import LoginInProgress, SignInStatus, Snapshot
from tray.core.offer import offer
from tray.core.session.memory import Memory
from tray.core.session.status import NEEDS_LOGIN, followed
from tray.core.settings import Settings
from tray.core.view.values import Slot
from tray.core.words import notices as notices_words
from tray.core.words import status as status_words
from tray.core.words.names import spoken
from tray.core.words.times import LocalTime
from tray.desktop.notify import Notifier
from tray.resident.hands import Hands
from tray.resident.jobs_in_flight import JobsInFlight

if TYPE_CHECKING:
    from tray.core.autostart import Autostart
    from tray.resident.autostart import AutostartErrands

_NOT_READ_YET = Snapshot(problems=(status_words.NOT_READ_YET(),))


@dataclass(slots=True)
class Known:
    """What was read, what was derived from it, and what is remembered. Only the loop's thread looks at it."""

    snapshot: Snapshot = _NOT_READ_YET
    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    statuses: tuple[SignInStatus, ...] = ()
    autostart: Autostart | None = None
    """How the start at login stands; None while that is not known, or where it is not offered."""


class Clicks:
    """Does what a person asks for, or has it done."""

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
        Do what is asked for, but `Do.QUIT`, which is the loop's.

        Raises:
            TrayError: It makes no sense now.
        """
        known = self._known
        match wish:
            case Do.ACTIVATE:
                self._activate()
            case command.LogIn():
                self._log_in(wish)
            case Do.CANCEL_LOGIN:
                self._cancel_login()
            case Do.OPEN_SIGN_IN_PAGE:
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
                if confirmed or not known.settings.is_production(name):
                    self._hands.use(name)
                else:
                    self._notifier.show(notices.confirm_production(name))
            case Do.UNDO_SWITCH:
                self._hands.undo_switch()
            case Do.SET_UP:
                self._hands.set_up()
            case command.Snooze(minutes):
                self._snooze(self._now() + timedelta(minutes=minutes))
            case Do.SNOOZE_UNTIL_TOMORROW:
                self._snooze(notices.tomorrow_morning(self._now(), self._local))
            case Do.END_SNOOZE:
                known.memory = replace(known.memory, snoozed_until=None)
            case Do.SHOW_STATUS:
                self.show_status()
            case Do.SAY_NO_TRAY:
                self._say_no_tray()
            case Do.OFFER:
                self._offer()
            case Do.START_AT_LOGIN | Do.START_NO_MORE:
                if self.at_login is not None:
                    self.at_login.put(on=wish is Do.START_AT_LOGIN)
            case Do.OPEN_SETTINGS:
                self._hands.open_settings()
            case Do.DIAGNOSE:
                self._hands.diagnose()
            case Do.SHOW_ABOUT:
                self.answer(notices_words.ABOUT(version=__version__))

    def show_status(self) -> None:
        """Show the status of every sign-in as a notice."""
        known = self._known
        self._notifier.show(notices.status(known.statuses, known.snapshot, known.settings, self._now(), self._local))

    def _say_no_tray(self) -> None:
        known = self._known
        if not known.memory.said_no_tray:
            known.memory = replace(known.memory, said_no_tray=True)
            self.answer(notices_words.NO_TRAY())

    def _offer(self) -> None:
        """Show the status with buttons, for a panel that shows no menu."""
        known, now = self._known, self._now()
        told = offer(known.statuses, known.snapshot, known.settings, now, self._local, login=self.login)
        self._notifier.show(told)

    def answer(self, said: Message) -> None:
        """Say something in return."""
        self._notifier.show(notices.answer(said))

    def _activate(self) -> None:
        shown = followed(self._known.statuses, self._known.snapshot, self._known.settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(command.login_for(shown, self._now()))
        else:
            self.show_status()

    def _log_in(self, wanted: command.LogIn) -> None:
        running, sign_ins = self._jobs.login, self._known.snapshot.sign_ins_by_name
        if running is None:
            if wanted.sign_in in sign_ins:  # It may have gone since it was offered.
                self._jobs.log_in(wanted, self._now())
        elif (sign_in := sign_ins.get(running.sign_in)) is not None:
            self.answer(notices_words.BUSY(name=spoken(sign_in)))

    def _cancel_login(self) -> None:
        """Stop the login that runs, wherever it was begun, and all that wait for its page."""
        sign_ins = self._known.snapshot.sign_ins_by_name
        if (login := self.login) is not None and (sign_in := sign_ins.get(login.sign_in)) is not None:
            self._hands.cancel_logins(sign_in)
        self._jobs.cancel_login()

    def _snooze(self, until: datetime) -> None:
        self._notifier.withdraw(Slot.SIGN_IN)
        self._known.memory = notices.snooze(self._known.memory, until)
