"""The sign-in and the listing of a set-up page: in a thread of their own, while the page asks how far they are."""

from __future__ import annotations

import logging
import threading

from tray.aws.login.surroundings import LoginEvent, UserCode
from tray.core.dataclass import dataclass, field, replace
from tray.core.errors import TrayError
from tray.core.model import SignIn
from tray.core.words import setup as setup_words
from tray.setup import steps
from tray.setup.steps import Directory, World

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    step: str = "starting"
    """``starting``, ``signing-in``, ``listing``, ``listed`` or ``failed``."""

    url: str = field(default="", repr=False)
    """While signing in: the page that the person should see."""

    code: str = field(default="", repr=False)
    """While signing in with a code: what the person compares."""

    done: int = 0
    """While listing: accounts whose roles are known."""

    of: int = 0
    title: str = ""
    """Once failed: what happened."""

    hint: str = ""


class Work:
    """
    One attempt to sign in and to list; begins at once.

    Args:
        sign_in: What to sign in to.
        world: See `World`; of its login, `tell`, `sleep` and `cancelled` are replaced.
        device_code: Sign in with a code.
    """

    def __init__(self, sign_in: SignIn, world: World, *, device_code: bool) -> None:
        self.sign_in = sign_in
        self.progress = Progress()
        self.directory: Directory | None = None
        self._cancelled = threading.Event()
        login = replace(world.login, tell=self._on_login, sleep=self._cancelled.wait, cancelled=self._cancelled.is_set)
        self._world = replace(world, login=login)
        self._device_code = device_code
        self._thread = threading.Thread(target=self._run, name="setup-work", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Give up; wait for so many seconds at most."""
        self._cancelled.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self.directory = steps.sign_in_and_list(
                self.sign_in, self._world, device_code=self._device_code, tell=self._on_listed
            )
            self.progress = Progress("listed")
        except TrayError as error:
            self.progress = Progress("failed", title=error.title, hint=error.hint)
        except Exception:  # noqa: BLE001 - the page would wait for ever
            _log.exception("the set-up failed")
            said = setup_words.PAGE_FAILED()
            self.progress = Progress("failed", title=said.title, hint=said.hint)

    def _on_login(self, event: LoginEvent) -> None:
        code = event.code if isinstance(event, UserCode) else ""
        self.progress = Progress("signing-in", url=event.url, code=code)

    def _on_listed(self, done: int, of: int) -> None:
        self.progress = Progress("listing", done=done, of=of)
