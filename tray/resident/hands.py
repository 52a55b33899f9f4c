"""
The loop's hands: do what a person asks for that may block, and what is to be saved.

Each call returns at once. The outcome comes as an event, where there is anything to tell.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.api.links import console_url, portal_url
from tray.core.dataclass import dataclass, field
from tray.core.errors import TrayError
from tray.core.message import Message, sentences
from tray.core.model import Kind, SignIn, Snapshot
from tray.core.page_names import in_terminal
from tray.core.session.memory import Memory
from tray.core.settings import Settings
from tray.core.words import notices as notices_words
from tray.disk.looking import is_there
from tray.paths import Paths
from tray.resident import memory_file
from tray.resident.child_commands import run_own
from tray.resident.errands import Errands
from tray.resident.inbox import Done
from tray.settings.keys import TEMPLATE

if TYPE_CHECKING:
    from tray.resident.hooks import Hooks
    from tray.resident.pages_child import PagesChild
    from tray.resident.seat import Seat
    from tray.resident.seat_notes import Wish

log = logging.getLogger(__name__)

_DOCTOR_SECONDS = 60

_CONFIG, _SETTINGS, _LOGINS, _MEMORY, _DOCTOR = "config", "settings", "logins", "memory", "doctor"
_HOOKS = "hooks"
_PAGES, _PAGES_CLICK = "pages", "a click that shows a page"
"""The things that errands concern."""


def _copy(text: str) -> bool:
    from tray.desktop.clipboard import copy  # noqa: PLC0415 - few ever need it

    return copy(text)


@dataclass(slots=True)
class Hands:
    """The outside, as far as the menu reaches it."""

    paths: Paths
    environ: Mapping[str, str]
    errands: Errands
    post: Callable[[Done], None]
    """Receives outcomes, on another thread."""

    open_url: Callable[[str, str, str], bool]
    """
    Opens an address with a browser command (empty for the system's) and the leave to raise its window (empty for
    none); False where no browser could be started.
    """

    open_file: Callable[[Path, str], bool]
    """Opens a text file in the person's editor, likewise; False where none could be started."""

    follow_session: Callable[[], None] = lambda: None
    """Brings the environment to the session of the last click; done before anything is opened there."""

    look_again: Callable[[], None] = lambda: None
    """Has the loop look again, since there is something new that it did not ask for; on another thread."""

    seat: Seat | None = None
    """The place among the person's trays; None for a tray that has no others beside it."""

    copy: Callable[[str], bool] = _copy
    """Puts a text into the clipboard; False where it could not be."""

    _pages: PagesChild | None = None
    _memory: Memory = field(default_factory=Memory)
    _hooks: Hooks | None = None
    _followed: int = 0

    def open_page(self, url: str, sign_in: str, settings: Settings, token: str = "") -> None:
        """Open a page of a sign-in in the browser that the person chose for it; `token` lets its window come up."""
        browser = settings.browser_for(sign_in)
        # A browser that hangs while it starts hangs by itself: the next one may be another.
        self.errands.do_apart("browser", lambda: self._answering(lambda: self._open_page(url, browser, token)))

    def copy_address(self, address: str) -> None:
        """Put the address of a page into the clipboard."""

        def copy() -> Done:
            return Done(notices_words.COPIED() if self.copy(address) else notices_words.NOT_COPIED())

        self.errands.do_apart("clipboard", lambda: self._answering(copy))

    def open_portal(self, name: str, snapshot: Snapshot, settings: Settings, token: str = "") -> None:
        """
        Open the access portal of a sign-in.

        Raises:
            TrayError: The start URL is no portal.
        """
        if (sign_in := snapshot.sign_ins_by_name.get(name)) is not None:
            self.open_page(portal_url(sign_in.start_url), name, settings, token)

    def open_console(self, name: str, snapshot: Snapshot, settings: Settings, token: str = "") -> None:
        """
        Open the AWS console for a profile.

        Raises:
            TrayError: The start URL is no portal.
        """
        profile = snapshot.profiles_by_name.get(name)
        sign_in = None if profile is None else snapshot.sign_ins_by_name.get(profile.sign_in)
        if profile is not None and sign_in is not None and profile.account_id is not None:
            url = console_url(sign_in.start_url, profile.account_id, profile.role_name)
            self.open_page(url, sign_in.name, settings, token)

    def cancel_logins(self, sign_in: SignIn) -> None:
        """Ask the login of a sign-in that has a page open, and all that wait for that, to give up."""

        def cancel() -> None:
            from tray.aws.login.login_queue import queue_of  # noqa: PLC0415 - not needed before the icon is up

            queue_of(self.paths.logins, sign_in).cancel()

        if sign_in.kind is not Kind.CONSOLE:
            self._do(_LOGINS, cancel)

    def use(self, name: str) -> None:
        """Make a profile the default."""

        def switch() -> Done:
            from tray.aws.config.use import use_profile  # noqa: PLC0415 - not needed before the icon is up

            result = use_profile(self.paths, name, environ=self.environ)
            said = notices_words.SWITCHED(profile=name)
            hint = sentences(said.hint, *(warning.in_one_line for warning in result.warnings))
            return Done(Message(said.title, hint), default_profile=name, undoable=result.undoable)

        self._do(_CONFIG, switch)

    def undo_switch(self) -> None:
        """Undo the last switch of the default profile."""

        def undo_it() -> Done:
            from tray.aws.config.use import undo  # noqa: PLC0415 - not needed before the icon is up

            return Done(notices_words.UNDONE(profile=undo(self.paths, self.environ).profile))

        self._do(_CONFIG, undo_it)

    def follow_default(self, snapshot: Snapshot) -> None:
        """Let our copy in ``[default]`` follow its profile, if there is one: once for a version of the config."""
        followed, self._followed = self._followed, snapshot.generation
        if snapshot.copied is not None and snapshot.generation != followed:
            self.errands.do(_CONFIG, self._follow_default, once=True)

    def set_session_length(self, name: str, hours: float | None) -> None:
        """Write into the settings how long a session lasts; None for not known."""

        def write() -> None:
            from tray.settings.editing import write_session_length  # noqa: PLC0415 - not needed before the icon is up

            write_session_length(self.paths.settings_file, name, hours)

        self._do(_SETTINGS, write)

    def show_page(self, name: str, settings: Settings, token: str = "") -> None:
        """
        Open one of our pages; a child process serves them all. Where that cannot be, what was there before it is done.

        Args:
            name: Of the page.
            settings: Say which browser the person chose.
            token: The leave to raise its window; empty for none.
        """
        others = {"settings": lambda: self.open_settings(token), "doctor": lambda: self.diagnose(token)}
        browser, otherwise = settings.browser_command, others.get(name)
        self.errands.do(_PAGES_CLICK, lambda: self._show_page(name, browser, token, otherwise))

    def open_settings(self, token: str = "") -> None:
        """Open the settings file; where there is none, one that explains itself is made first."""
        self._do(_SETTINGS, lambda: self._open_settings(token))

    def diagnose(self, token: str = "") -> None:
        """Run the doctor in a child process, and show what it found in the person's text viewer."""
        if not self.errands.busy(_DOCTOR):
            self._do(_DOCTOR, lambda: self._diagnose(token))

    @property
    def hooks(self) -> Hooks:
        """What runs the person's programs at the beginning and the end of a session."""
        from tray.resident.hooks import Hooks  # noqa: PLC0415 - most people have none

        self._hooks = self._hooks or Hooks(self.environ, self.errands, self.follow_session, self.look_again)
        return self._hooks

    def save(self, memory: Memory) -> None:
        """Save the memory. Of several that follow each other fast, the last one is saved."""
        self._memory = memory
        self.errands.do(_MEMORY, self._save, once=True)

    def ask_speaker(self, wish: Wish) -> None:
        """Ask something of the tray that speaks, which is in another session."""
        if (seat := self.seat) is not None:
            self.errands.do(_MEMORY, lambda: seat.ask(wish))

    def let_speak(self) -> None:
        """Let the tray in another session speak, once what was to be saved is saved."""
        if self.seat is not None:
            self.errands.do(_MEMORY, self.seat.let_speak)

    def finish(self, seconds: float) -> None:
        """Stop the hook that runs, and wait until the memory is saved, for so many seconds at most."""
        if self._hooks is not None:
            self._hooks.end()
        if not self.errands.finish({_MEMORY, _HOOKS}, seconds):
            log.warning("The memory could not be saved in time, or a hook not be stopped")

    def _do(self, thing: str, act: Callable[[], Done | None]) -> None:
        self.errands.do(thing, lambda: self._answering(act))

    def _answering(self, act: Callable[[], Done | None]) -> None:
        """Do something, and tell the person its outcome, or why it failed."""
        try:
            done = act()
        except TrayError as error:
            done = Done(error.message)
        if done is not None:
            self.post(done)

    def _open_page(self, url: str, browser: str, token: str, otherwise: Message | None = None) -> Done | None:
        self.follow_session()
        if self.open_url(url, browser, token):
            return None
        return Done(otherwise or notices_words.NO_BROWSER(), address=url)

    def _follow_default(self) -> None:
        from tray.aws.config.use import refresh_default  # noqa: PLC0415 - not needed before the icon is up

        try:
            refresh_default(self.paths)
        except TrayError as error:
            log.warning("The default profile could not be brought up to date: %s", error.message.for_log.title)

    def _open_settings(self, token: str) -> None:
        from tray.disk.files import replace_file  # noqa: PLC0415 - not needed before the icon is up

        path = self.paths.settings_file
        try:
            if not is_there(path):
                replace_file(path, TEMPLATE.replace("\n", os.linesep).encode())
        except OSError as error:
            raise TrayError(notices_words.NO_FILE_TO_OPEN(path=path, reason=error.strerror or "")) from error
        self._open_text(path, token)

    def _show_page(self, name: str, browser: str, token: str, otherwise: Callable[[], None] | None) -> None:
        from tray.resident.pages_child import PagesChild  # noqa: PLC0415 - not needed before the icon is up

        def open_it(link: str) -> Done | None:
            said = self._open_page(link, browser, token, notices_words.NO_BROWSER_FOR_PAGE(command=in_terminal(name)))
            if said is None or otherwise is None:
                return said
            otherwise()
            return None

        def show(link: str) -> None:
            self.errands.do_apart("browser", lambda: self._answering(lambda: open_it(link)))

        def fail() -> None:
            if otherwise is None:
                self.post(Done(notices_words.NO_PAGE(page=name)))
            else:
                otherwise()

        pages = self._pages = self._pages or PagesChild()
        if not pages.ask(name, show, fail):
            self._do(_PAGES, pages.serve)

    def _diagnose(self, token: str) -> None:
        from tray.disk import native  # noqa: PLC0415 - not needed before the icon is up
        from tray.disk.files import write_private  # noqa: PLC0415 - likewise

        report = self.paths.state / "diagnosis.txt"
        try:
            found = run_own("doctor", seconds=_DOCTOR_SECONDS)
        except OSError as error:
            log.warning("The diagnosis could not be made: %s", error)
            return
        write_private(report, native.TEXT_MARK + found)
        self._open_text(report, token)

    def _save(self) -> None:
        memory_file.save(self.paths.memory_file, self._memory)

    def _open_text(self, path: Path, token: str) -> None:
        """Open a file on a thread of its own: an editor that hangs while it starts must not keep back what follows."""

        def open_it() -> None:
            self.follow_session()
            if not self.open_file(path, token):
                raise TrayError(notices_words.NO_EDITOR(path=path))

        self.errands.do_apart("editor", lambda: self._answering(open_it))
