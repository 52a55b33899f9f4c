"""The start at login, as the resident program looks at it and changes it: beside the loop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tray.core.errors import TrayError
from tray.resident.errands import Errands
from tray.resident.inbox import AutostartSeen

if TYPE_CHECKING:
    from tray.core.autostart import Autostart

log = logging.getLogger(__name__)

_THING = "start at login"


class Start(Protocol):
    """A start at login, as `tray.desktop.autostart` offers it. Each may raise a `TrayError`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Files by whose changes it changes."""

    def state(self) -> Autostart:
        """Tell how it stands."""

    def repair(self) -> Autostart:
        """Put right what is plainly outdated, and tell how it stands then."""

    def turn_on(self) -> Autostart:
        """Turn it on, and tell how it stands then."""

    def turn_off(self) -> Autostart:
        """Turn it off, and tell how it stands then."""


class AutostartErrands:
    """
    Looks and changes one after the other, in the order asked.

    Args:
        open_start: Opens the start at login; may look around on the disk for that.
        post: Receives what was found.
        errands: Does it.
    """

    def __init__(
        self, open_start: Callable[[], Start], post: Callable[[AutostartSeen], None], errands: Errands
    ) -> None:
        self._open_start = open_start
        self._post = post
        self._errands = errands
        self._opened: Start | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Files whose changes are a reason to look again. May block."""
        try:
            return self._start.files
        except Exception:
            log.exception("It is not known what the start at login is written in")
            return ()

    def begin(self) -> None:
        """Look for the first time, and correct what is plainly outdated."""
        self._errands.do(_THING, lambda: self._tell(lambda start: start.repair()))

    def look(self) -> None:
        """Look again."""
        self._errands.do(_THING, self._look, once=True)

    def put(self, *, on: bool) -> None:
        """Turn it on or off, as the person asked."""
        self._errands.do(
            _THING, lambda: self._tell(lambda start: start.turn_on() if on else start.turn_off(), asked=True)
        )

    @property
    def _start(self) -> Start:
        if self._opened is None:
            self._opened = self._open_start()
        return self._opened

    def _look(self) -> None:
        self._tell(lambda start: start.state())

    def _tell(self, act: Callable[[Start], Autostart], *, asked: bool = False) -> None:
        """Do it, and tell how it stands then; whoever asked for it hears of a refusal."""
        try:
            seen = AutostartSeen(act(self._start))
        except TrayError as error:
            log.warning("Start at login: %s", error.title)
            refused = error.message if asked else None
            seen = AutostartSeen(self._standing(), refused)
        except Exception:
            log.exception("The start at login could not be looked at")
            seen = AutostartSeen(self._standing())
        self._post(seen)

    def _standing(self) -> Autostart | None:
        try:
            return self._start.state()
        except Exception as error:  # noqa: BLE001 - it was logged when it was first met
            log.info("The start at login is not known: %s", type(error).__name__)
            return None
