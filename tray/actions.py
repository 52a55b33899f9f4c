"""What the resident program does when a person asks for something that ends at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tray.aws.portal import console_url, portal_url
from tray.child import run_own
from tray.core import text, text_config
from tray.core.errors import TrayError
from tray.core.model import Kind, Settings, Snapshot
from tray.paths import Paths
from tray.settings import TEMPLATE

log = logging.getLogger(__name__)

_DOCTOR_SECONDS = 60
_SET_UP_SECONDS = 4 * 3600


@dataclass(frozen=True, slots=True)
class Actions:
    """The outside, as far as the menu reaches it."""

    paths: Paths
    environ: Mapping[str, str]
    open_url: Callable[[str, str], bool]
    """Opens an address with a browser command (empty for the system's); False where no browser could be started."""

    open_file: Callable[[Path], bool]
    """Opens a text file in the person's editor; False where none could be started."""

    _setting_up: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def open_page(self, url: str, sign_in: str, settings: Settings) -> None:
        """
        Open a page of a sign-in in the browser that the person chose for it.

        Raises:
            TrayError: No browser could be started.
        """
        if not self.open_url(url, settings.browser_for(sign_in)):
            raise TrayError(*text.NO_BROWSER)

    def open_portal(self, name: str, snapshot: Snapshot, settings: Settings) -> None:
        """
        Open the access portal of a sign-in.

        Raises:
            TrayError: The start URL is no portal, or no browser could be started.
        """
        if sign_in := snapshot.sign_ins_by_name.get(name):
            self.open_page(portal_url(sign_in.start_url), name, settings)

    def open_console(self, name: str, snapshot: Snapshot, settings: Settings) -> None:
        """
        Open the AWS console for a profile.

        Raises:
            TrayError: The start URL is no portal, or no browser could be started.
        """
        profile = snapshot.profiles_by_name.get(name)
        sign_in = snapshot.sign_ins_by_name.get(profile.sign_in) if profile else None
        if profile and sign_in and profile.account_id is not None:
            url = console_url(sign_in.start_url, profile.account_id, profile.role_name)
            self.open_page(url, sign_in.name, settings)

    def cancel_logins(self, name: str, snapshot: Snapshot) -> None:
        """Ask the login of a sign-in that has a page open, and all that wait for that, to give up."""
        from tray.aws.turns import turns_of  # noqa: PLC0415 - not needed before the icon is up

        sign_in = snapshot.sign_ins_by_name.get(name)
        if sign_in and sign_in.kind is not Kind.CONSOLE:
            turns_of(self.paths.logins, sign_in).cancel()

    def use(self, name: str) -> tuple[str, str]:
        """
        Make a profile the default.

        Returns:
            Title and body of what to tell the person.

        Raises:
            TrayError: The file cannot or must not be changed; it is as it was.
        """
        from tray.aws.config.use import use_profile  # noqa: PLC0415 - not needed before the icon is up

        result = use_profile(self.paths, name, environ=self.environ)
        title, body = text.switched(name)
        return title, " ".join([body, *(f"{warning.title}. {warning.hint}" for warning in result.warnings)])

    def undo_switch(self) -> tuple[str, str]:
        """
        Undo the last switch of the default profile.

        Returns:
            Title and body of what to tell the person.

        Raises:
            TrayError: There is none, or the file cannot or must not be changed; it is as it was.
        """
        from tray.aws.config.use import undo  # noqa: PLC0415 - not needed before the icon is up

        return text_config.undone(undo(self.paths, self.environ).profile)

    def refresh_default(self) -> None:
        """Let our copy in ``[default]`` follow the profile that it is a copy of."""
        from tray.aws.config.use import refresh_default  # noqa: PLC0415 - not needed before the icon is up

        try:
            refresh_default(self.paths)
        except TrayError as error:
            log.warning("The default profile could not be brought up to date: %s", error.title)

    def set_up(self) -> None:
        """Open the page that sets up sign-ins and profiles; a child process serves it until it is done."""
        threading.Thread(target=self._set_up, name="set-up", daemon=True).start()

    def _set_up(self) -> None:
        if not self._setting_up.acquire(blocking=False):
            return  # One page at a time; the person will find it.
        try:
            run_own("setup", "--page", seconds=_SET_UP_SECONDS)
        except OSError as error:
            log.warning("The set-up page ended early: %s", error)
        finally:
            self._setting_up.release()

    def set_session_length(self, name: str, hours: float | None) -> None:
        """
        Write into the settings how long a sign-in lasts; None for not known.

        Raises:
            TrayError: The file cannot be changed; it is as it was.
        """
        from tray.settings.editing import write_session_length  # noqa: PLC0415 - not needed before the icon is up

        write_session_length(self.paths.settings_file, name, hours)

    def open_settings(self) -> None:
        """
        Open the settings file; where there is none, one that explains itself is made first.

        Raises:
            TrayError: The file could not be made, or no editor could be started.
        """
        path = self.paths.settings_file
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(TEMPLATE, encoding="utf-8")
        except OSError as error:
            raise TrayError(text.NO_EDITOR.title, f"{path}: {error.strerror}") from error
        self._open_text(path)

    def diagnose(self) -> None:
        """Run the doctor in a child process, and show what it found in the person's text viewer."""
        threading.Thread(target=self._diagnose, name="doctor", daemon=True).start()

    def _diagnose(self) -> None:
        report = self.paths.state / "diagnosis.txt"
        try:
            report.write_bytes(run_own("doctor", seconds=_DOCTOR_SECONDS))
            self._open_text(report)
        except (OSError, TrayError) as error:
            log.warning("The diagnosis could not be shown: %s", error)

    def _open_text(self, path: Path) -> None:
        if not self.open_file(path):
            raise TrayError(text.NO_EDITOR.title, f"Open it yourself: {path}")
