"""
Starting at login from inside a Flatpak: the portal ``org.freedesktop.portal.Background`` (version 1 and later).

The portal writes the desktop entry outside the sandbox, where we cannot look. It can be asked to change the entry, but
not how that stands: so its last answer is kept. Run against a stand-in for the portal, not in a Flatpak.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tray.core import text_autostart
from tray.core.autostart import Entry
from tray.core.errors import AutostartProblem
from tray.desktop.autostart.files import read_file, write_file
from tray.desktop.bus import Bus, BusUnavailable
from tray.paths import APPLICATION_ID

_DESKTOP = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_BACKGROUND = "org.freedesktop.portal.Background"
_REQUEST = "org.freedesktop.portal.Request"
_COMMAND = ("sso-tray", "run")
"""Inside the sandbox; the portal puts ``flatpak run`` in front of it."""

_ON, _OFF = b"on\n", b"off\n"
_GRANTED = 0


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal, and what it last answered."""

    answer_file: Path
    """Whether the portal last said that it starts us: it cannot be asked."""

    connect: Callable[[], Bus] = Bus.connect
    patience_seconds: float = 120.0
    """How long a person may take to answer the desktop's question."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The answer that is kept."""
        return (self.answer_file,)

    def read(self) -> Entry | None:
        """Tell what the portal last answered."""
        answered = read_file(self.answer_file) == _ON
        return Entry(text_autostart.PORTAL, ("flatpak", "run", APPLICATION_ID, "run")) if answered else None

    def write(self, command: tuple[str, ...]) -> None:  # noqa: ARG002 - the portal knows how to start a sandbox
        """Ask the portal to start us at login."""
        self._ask(wanted=True)

    def remove(self) -> None:
        """Ask the portal to start us no more."""
        self._ask(wanted=False)

    def _ask(self, *, wanted: bool) -> None:
        try:
            bus = self.connect()
        except BusUnavailable as error:
            raise AutostartProblem(*text_autostart.NO_PORTAL) from error
        reader = threading.Thread(target=bus.run, name="portal", daemon=True)
        reader.start()
        try:
            answer = _request(bus, wanted=wanted, seconds=self.patience_seconds)
        finally:
            bus.stop()
            reader.join()
        write_file(self.answer_file, _ON if answer else _OFF)
        if wanted and not answer:
            raise AutostartProblem(*text_autostart.PORTAL_REFUSED)


def _request(bus: Bus, *, wanted: bool, seconds: float) -> bool:
    """
    Make one request, and wait for its response; returns whether we shall be started.

    The response comes as a signal of a request object, whose path we name before, so that it cannot come too early
    (documentation of ``org.freedesktop.portal.Request``).
    """
    token = f"sso_tray_{secrets.token_hex(8)}"
    sender = bus.unique_name.removeprefix(":").replace(".", "_")
    responses: list[tuple[Any, ...]] = []
    answered = threading.Event()

    def on_response(body: tuple[Any, ...], _sender: str) -> None:
        responses.append(body)
        answered.set()

    handle = f"{_PATH}/request/{sender}/{token}"
    bus.subscribe(interface=_REQUEST, member="Response", path=handle, handler=on_response)
    options = {
        "handle_token": ("s", token),
        "reason": ("s", text_autostart.REASON),
        "autostart": ("b", wanted),
        "commandline": ("as", list(_COMMAND)),
        "dbus-activatable": ("b", False),
    }
    reply = bus.call_and_wait(
        _DESKTOP, _PATH, _BACKGROUND, "RequestBackground", "sa{sv}", ("", options), timeout=min(seconds, 25.0)
    )
    if reply.error is not None:
        raise AutostartProblem(*text_autostart.NO_PORTAL)
    if not answered.wait(seconds):
        bus.call(_DESKTOP, handle, _REQUEST, "Close")
        raise AutostartProblem(*text_autostart.PORTAL_SILENT)
    code, results = responses[0]
    if code != _GRANTED:
        raise AutostartProblem(*text_autostart.PORTAL_REFUSED)
    return bool(results.get("autostart", ("b", False))[1])
