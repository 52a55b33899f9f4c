"""Signs in and lists accounts for the set-up page: in a thread of its own, while the page asks how far it is."""

from __future__ import annotations

import logging
import threading
from typing import Literal

from tray.aws.login.context import LoginEvent, UserCode
from tray.core.dataclass import dataclass, field, replace
from tray.core.errors import AnswerProblem, TrayError
from tray.core.model import SignIn
from tray.core.words import setup as setup_words
from tray.setup import steps
from tray.setup.steps import Directory, SetupContext

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    step: Literal["starting", "signing-in", "listing", "listed", "failed"] = "starting"

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
    question: str = ""
    """Once failed: the answer that it came of, if that is known."""


class Attempt:
    """One attempt to sign in, perhaps with a code, and to list; begins at once."""

    def __init__(self, sign_in: SignIn, context: SetupContext, *, device_code: bool) -> None:
        self.sign_in = sign_in
        self.progress = Progress()
        self.directory: Directory | None = None
        self._cancelled = threading.Event()
        login = replace(
            context.login, tell=self._on_login, sleep=self._cancelled.wait, cancelled=self._cancelled.is_set
        )
        self._context = replace(context, login=login)
        self._device_code = device_code
        self._thread = threading.Thread(target=self._run, name="setup-attempt", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give up; wait for two seconds at most."""
        self._cancelled.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        try:
            self.directory = steps.sign_in_and_list(
                self.sign_in, self._context, device_code=self._device_code, tell=self._on_listed
            )
            self.progress = Progress("listed")
        except AnswerProblem as problem:
            self.progress = Progress("failed", title=problem.title, hint=problem.hint, question=problem.answer)
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
