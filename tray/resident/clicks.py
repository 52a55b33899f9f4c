"""What a click does: on the icon, in its menu, on a notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray import __version__
from tray.core import answers, command, notices
from tray.core.command import Do
from tray.core.dataclass import dataclass, field, replace
from tray.core.errors import TrayError
from tray.core.message import Message
from tray.core.model import Kind, LoginInProgress, SignInStatus, Snapshot
from tray.core.session.memory import Memory
from tray.core.session.status import NEEDS_LOGIN, followed, is_not_set_up
from tray.core.settings import Settings
from tray.core.words import notices as notices_words
from tray.core.words import settings as settings_words
from tray.core.words import status as status_words
from tray.core.words.names import spoken
from tray.core.words.times import LocalTime
from tray.paths import from_home
from tray.resident.hands import Hands
from tray.resident.inbox import Done
from tray.resident.jobs_in_flight import JobsInFlight
from tray.resident.telling import Telling

if TYPE_CHECKING:
    from tray.core.autostart import Autostart
    from tray.resident.autostart import AutostartErrands


def _not_read_yet() -> Snapshot:
    return Snapshot(problems=(status_words.NOT_READ_YET(),), config_faulty=True)


@dataclass(slots=True)
class Known:
    """What was read, what was derived from it, and what is remembered. Only the loop's thread looks at it."""

    snapshot: Snapshot = field(default_factory=_not_read_yet)
    settings: Settings = field(default_factory=Settings)
    memory: Memory = field(default_factory=Memory)
    statuses: tuple[SignInStatus, ...] = ()
    speaks: bool = True
    """Whether this tray speaks for all trays of the person: it notifies, renews and remembers."""

    autostart: Autostart | None = None
    """How the start at login stands; None while that is not known, or where it is not offered."""


class Clicks:
    """Does what a person asks for, or has it done."""

    def __init__(  # noqa: PLR0917 - what a click can reach
        self,
        known: Known,
        jobs: JobsInFlight,
        hands: Hands,
        telling: Telling,
        now: Callable[[], datetime],
        local: LocalTime,
    ) -> None:
        self._known = known
        self._jobs = jobs
        self._hands = hands
        self._telling = telling
        self._now = now
        self._local = local
        self.at_login: AutostartErrands | None = None
        """The start at login; None where it is not offered."""

    @property
    def login(self) -> LoginInProgress | None:
        """The login that runs: our own, or one that was begun in a terminal."""
        return self._jobs.login or next(iter(self._known.snapshot.logins), None)

    @property
    def facts(self) -> answers.Facts:
        """What is so now, as answers are given and held against it."""
        known = self._known
        return answers.Facts(known.snapshot, known.statuses, known.settings, self.login, self._now(), self._local)

    def obey(self, wish: command.Command, token: str = "") -> None:  # noqa: C901, PLR0912, PLR0915 - a case for each wish
        """
        Do what is asked for, but `Do.QUIT`, which is the loop's.

        Args:
            wish: What is asked for.
            token: The leave to raise one window that came with the click; empty for none.

        Raises:
            TrayError: It makes no sense now.
        """
        known = self._known
        match wish:
            case Do.ACTIVATE:
                self._activate(token)
            case command.LogIn():
                self._log_in(wish, token)
            case Do.CANCEL_LOGIN:
                self._cancel_login()
            case Do.OPEN_SIGN_IN_PAGE | Do.COPY_SIGN_IN_ADDRESS:
                self._use_sign_in_page(token, copy=wish is Do.COPY_SIGN_IN_ADDRESS)
            case command.CopyAddress(address):
                self._hands.copy_address(address)
            case command.LogOut(name):
                self._jobs.log_out(name, self._now())
            case command.SetSessionLength(name) if known.settings.decides_length(name):  # A menu that was open before.
                raise TrayError(settings_words.LENGTH_ENFORCED())
            case command.SetSessionLength(name, hours):
                self._hands.set_session_length(name, hours)
            case command.OpenPortal(name):
                self._hands.open_portal(name, known.snapshot, known.settings, token)
            case command.OpenConsole(name):
                self._hands.open_console(name, known.snapshot, known.settings, token)
            case command.UseProfile(name, confirmed):
                if confirmed or not known.settings.is_production(name):
                    self._hands.use(name)
                else:
                    self._telling.answer(answers.confirm_production(name))
            case Do.UNDO_SWITCH:
                self._hands.undo_switch()
            case Do.FIND_PROFILE:
                self._hands.show_page("profiles", known.settings, token)
            case Do.SET_UP:
                self._hands.show_page("setup", known.settings, token)
            case command.Snooze() | Do.SNOOZE_UNTIL_TOMORROW | Do.END_SNOOZE if not known.speaks:
                self._hands.ask_speaker(wish)
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
                self._telling.answer(answers.offered(self.facts))
            case Do.START_AT_LOGIN | Do.START_NO_MORE:
                if self.at_login is not None:
                    self.at_login.put(on=wish is Do.START_AT_LOGIN)
            case Do.OPEN_SETTINGS:
                self._hands.show_page("settings", known.settings, token)
            case Do.DIAGNOSE:
                self._hands.show_page("doctor", known.settings, token)
            case Do.SHOW_ABOUT:
                self.answer(notices_words.ABOUT(version=__version__, log=from_home(str(self._hands.paths.log_file))))

    def answer_second_start(self, asked: Do | command.LogIn) -> None:
        """
        Do what a second start asks for, which every web page may have begun (ADR 28).

        That is a login of a sign-in that is there, and where it holds, its page asks before anything ends; else the
        status is shown.
        """
        name = asked.sign_in if isinstance(asked, command.LogIn) else None
        found = next((found for found in self._known.statuses if found.sign_in.name == name), None)
        if found is None:
            self.show_status()
            return
        wanted = command.login_for(found, self._now())
        try:
            self._log_in(replace(wanted, ask=wanted.new), "")
        except TrayError as error:
            self.answer(error.message)

    def show_status(self) -> None:
        """Show the status of every sign-in as a notice."""
        self._telling.answer(answers.status(self.facts))

    def answer(self, said: Message) -> None:
        """Say something in return."""
        self._telling.answer(answers.plain(said))

    def _say_no_tray(self) -> None:
        known = self._known
        if not known.memory.said_no_tray:
            known.memory = replace(known.memory, said_no_tray=True)
            self.answer(notices_words.NO_TRAY())

    def _use_sign_in_page(self, token: str, *, copy: bool) -> None:
        """Open the page of the login that runs, or copy its address."""
        login = self.login
        if login is None or login.url is None:
            return
        if copy:
            self._hands.copy_address(login.url)
        else:
            self._hands.open_page(login.url, login.sign_in, self._known.settings, token)

    def tell_of(self, done: Done) -> None:
        """Tell that something was done, or was not."""
        if done.default_profile is not None:
            self._telling.answer(answers.switched(done.message, done.default_profile, undoable=done.undoable))
        elif done.address is not None:
            self._telling.answer(self._unopened(done.message, done.address))
        else:
            self.answer(done.message)

    def _unopened(self, said: Message, address: str) -> answers.Answer:
        """Say that a page could not be opened; of a login that runs, with the ways that are left to it."""
        login = self.login
        if login is None or login.url != address:
            return answers.unopened(said, address)
        sign_in = self._known.snapshot.sign_ins_by_name.get(login.sign_in)
        by_code = None if sign_in is None or sign_in.kind is Kind.CONSOLE else self._jobs.by_code
        return answers.unopened_login(login, address, by_code)

    def _activate(self, token: str) -> None:
        shown = followed(self._known.statuses, self._known.snapshot, self._known.settings)
        if shown is not None and shown.status in NEEDS_LOGIN:
            self._log_in(command.login_for(shown, self._now()), token)
        elif is_not_set_up(self._known.snapshot):
            self._hands.show_page("setup", self._known.settings, token)
        else:
            self.show_status()

    def _log_in(self, wanted: command.LogIn, token: str) -> None:
        running, sign_ins = self._jobs.login, self._known.snapshot.sign_ins_by_name
        if wanted.code and running is not None and wanted == self._jobs.by_code:
            self._jobs.log_in_by_code(token)
        elif running is None:
            if wanted.sign_in in sign_ins:  # It may have gone since it was offered.
                self._jobs.log_in(wanted, self._now(), token)
        elif (sign_in := sign_ins.get(running.sign_in)) is not None:
            self._telling.answer(answers.busy(spoken(sign_in), running))

    def _cancel_login(self) -> None:
        """Stop the login that runs, wherever it was begun, and all that wait for its page."""
        sign_ins = self._known.snapshot.sign_ins_by_name
        if (login := self.login) is not None and (sign_in := sign_ins.get(login.sign_in)) is not None:
            self._hands.cancel_logins(sign_in)
        self._jobs.cancel_login()

    def _snooze(self, until: datetime) -> None:
        self._known.memory = self._telling.put_off(self._known.memory, until)
