"""
Starting at login from inside a Flatpak: the portal ``org.freedesktop.portal.Background`` (version 1 and later).

The portal writes the desktop entry outside the sandbox, where we cannot look. It can be asked to change the entry, but
not how that stands: so its last answer is kept. Run against a stand-in for the portal, not in a Flatpak.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tray.core.autostart import Autostart, Standing
from tray.core.dataclass import dataclass
from tray.core.errors import AutostartProblem
from tray.core.words import autostart as autostart_words
from tray.desktop.autostart_files import read_file, write_file
from tray.desktop.linux.bus import Body, Bus, BusUnavailable
from tray.desktop.linux.portal import NoPortal, request

_BACKGROUND = "org.freedesktop.portal.Background"
_COMMAND = ("sso-tray", "run")
"""Inside the sandbox; the portal puts ``flatpak run`` in front of it."""

_ON, _OFF = b"on\n", b"off\n"


@dataclass(frozen=True, slots=True)
class Portal:
    """The entry that the portal keeps for us."""

    files: tuple[Path]
    """Whether the portal last said that it starts us."""

    connect: Callable[[], Bus] = Bus.connect
    patience_seconds: float = 120.0
    """How long a person may take to answer the desktop's question."""

    def read(self) -> Autostart:
        """Tell what the portal last answered."""
        if read_file(self.files[0]) != _ON:
            return Autostart(Standing.OFF)
        return Autostart(Standing.ON, autostart_words.KEPT_BY_PORTAL(), _COMMAND)

    def write(self, command: tuple[str, ...]) -> None:  # noqa: ARG002 - the portal knows where the sandbox's is
        """Ask the portal to start us at login."""
        if not self._ask(wanted=True):
            raise AutostartProblem(autostart_words.PORTAL_REFUSED())

    def remove(self) -> None:
        """Ask the portal to start us no more."""
        self._ask(wanted=False)

    def _ask(self, *, wanted: bool) -> bool:
        """Ask, and keep the answer: whether we shall be started."""
        try:
            bus = self.connect()
        except BusUnavailable as error:
            raise AutostartProblem(autostart_words.NO_PORTAL()) from error
        with closing(bus):
            code, results = _request(bus, wanted=wanted, seconds=self.patience_seconds)
        if code != 0:  # The person closed the question, or the portal did.
            raise AutostartProblem(autostart_words.PORTAL_REFUSED())
        starts = bool(results.get("autostart", ("b", False))[1])
        write_file(self.files[0], _ON if starts else _OFF)
        return starts


def _request(bus: Bus, *, wanted: bool, seconds: float) -> Body:
    """Make the request; gives a code, and what came of it."""
    options = {
        "reason": ("s", autostart_words.REASON()),
        "autostart": ("b", wanted),
        "commandline": ("as", list(_COMMAND)),
        "dbus-activatable": ("b", False),
    }
    try:
        response = request(bus, _BACKGROUND, "RequestBackground", "sa{sv}", ("",), options, seconds)
    except NoPortal as error:
        raise AutostartProblem(autostart_words.NO_PORTAL()) from error
    if response is None:
        raise AutostartProblem(autostart_words.PORTAL_SILENT())
    return response
