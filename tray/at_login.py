"""The resident program's view of its start at login: looked at and changed beside the loop, which never waits."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tray.core.errors import TrayError
from tray.core.model import Problem
from tray.events import AutostartSeen

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

log = logging.getLogger(__name__)


class Start(Protocol):
    """A start at login, as `tray.desktop.autostart` offers it. Each may raise a `TrayError`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Files by whose changes it changes."""

    def state(self) -> Autostart:
        """Tell how it stands."""

    def mend(self) -> Autostart:
        """Put right what is plainly outdated, and tell how it stands then."""

    def turn_on(self) -> Autostart:
        """Turn it on, and tell how it stands then."""

    def turn_off(self) -> Autostart:
        """Turn it off, and tell how it stands then."""


class AtLogin:
    """
    Takes requests from any thread, and does one at a time on a thread of its own.

    Args:
        start: The start at login.
        post: Receives what was found.
    """

    def __init__(self, start: Start, post: Callable[[AutostartSeen], None]) -> None:
        self._start = start
        self._post = post
        self._lock = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._busy = False

    @property
    def files(self) -> tuple[Path, ...]:
        """Files whose changes are a reason to look again."""
        return self._start.files

    def begin(self) -> None:
        """Look for the first time, and put right what is plainly outdated."""
        self._ask(_Request(self._start.mend))

    def look(self) -> None:
        """Look again."""
        self._ask(_Request(self._start.state))

    def put(self, *, on: bool) -> None:
        """Turn it on or off, as the person asked."""
        self._ask(_Request(self._start.turn_on if on else self._start.turn_off, asked=True))

    def _ask(self, request: _Request) -> None:
        with self._lock:
            self._waiting.append(request)
            begins, self._busy = not self._busy, True
        if begins:
            threading.Thread(target=self._work, name="at-login", daemon=True).start()

    def _work(self) -> None:
        """Do what was asked for, in that order; the thread lives only as long as there is something to do."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy = False
                    return
                request = self._waiting.popleft()
            self._post(self._do(request))

    def _do(self, request: _Request) -> AutostartSeen:
        refused = None
        try:
            return AutostartSeen(request.act())
        except TrayError as error:
            log.warning("Start at login: %s", error.title)
            refused = Problem(error.title, error.hint) if request.asked else None
        except Exception:
            log.exception("The start at login could not be looked at")
        return AutostartSeen(self._standing(), refused)

    def _standing(self) -> Autostart | None:
        try:
            return self._start.state()
        except Exception as error:  # noqa: BLE001 - it was logged when it was first met
            log.info("The start at login is not known: %s", type(error).__name__)
            return None


@dataclass(frozen=True, slots=True)
class _Request:
    """Something to do."""

    act: Callable[[], Autostart]
    asked: bool = False
    """Whether the person asked for it, and so hears of a refusal."""
