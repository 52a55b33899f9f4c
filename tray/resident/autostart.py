"""The start at login, as the resident program looks at it and changes it: beside the loop, in the order asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.errors import TrayError
from tray.resident.errands import Errands
from tray.resident.inbox import AutostartSeen

if TYPE_CHECKING:
    from tray.core.autostart import Autostart
    from tray.desktop.autostart import LoginStart

log = logging.getLogger(__name__)

_THING = "start at login"


class AutostartErrands:
    """
    Has the start at login looked at and changed.

    Args:
        open_start: Opens it; may look around on the disk for that.
        post: Receives what was found.
        errands: Do it.
    """

    def __init__(
        self, open_start: Callable[[], LoginStart], post: Callable[[AutostartSeen], None], errands: Errands
    ) -> None:
        self._open_start = open_start
        self._post = post
        self._errands = errands
        self._opened: LoginStart | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Files whose changes are a reason to look again. May block."""
        try:
            return self._start().entries.files
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
        """Turn it on or off, as the person asked, who hears of a refusal."""
        self._errands.do(_THING, lambda: self._tell(lambda start: start.turn_on() if on else start.turn_off()))

    def _start(self) -> LoginStart:
        if self._opened is None:
            self._opened = self._open_start()
        return self._opened

    def _look(self) -> None:
        self._tell(lambda start: start.state())

    def _tell(self, act: Callable[[LoginStart], Autostart]) -> None:
        """Do it, and tell how it stands then: unknown where that cannot be told either."""
        refused = None
        try:
            found: Autostart | None = act(self._start())
        except Exception as error:
            if isinstance(error, TrayError):
                log.warning("Start at login: %s", error.message.for_log.title)
                refused = error.message
            else:
                log.exception("The start at login could not be looked at")
            found = self._standing()
        self._post(AutostartSeen(found, refused))

    def _standing(self) -> Autostart | None:
        try:
            return self._start().state()
        except Exception as error:  # noqa: BLE001 - it was logged when it was first met
            log.info("The start at login is not known: %s", type(error).__name__)
            return None
