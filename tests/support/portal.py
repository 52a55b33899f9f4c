"""A stand-in for the desktop portal: opens pages, as a person and their desktop decide."""

from __future__ import annotations

import threading
from typing import Any

from support.bus_service import BusService
from tray.desktop.linux.bus import Bus, CallRefused, Interface, Method

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
OPEN_URI = "org.freedesktop.portal.OpenURI"
REQUEST = "org.freedesktop.portal.Request"

DONE, CLOSED, FAILED = 0, 1, 2
"""Response codes (documentation of ``org.freedesktop.portal.Request``)."""


class OpenUriPortal(BusService):
    """
    The stand-in.

    Strict as the real one (xdg-desktop-portal 1.16, ``open-uri.c``): files are refused here, an unknown option is
    dropped, and the response is a signal to the caller's own request object.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address, NAME)
        self.opened: list[str] = []
        self.options: list[dict[str, Any]] = []
        self.response: int | None = DONE
        """None for a question that nobody answers."""

        self.refuses_the_call = False
        self.answers_after = 0.0
        """Seconds between the reply to the call and the response; 0: the response comes first."""

    def offer(self, bus: Bus) -> None:
        bus.export(
            PATH,
            Interface(
                OPEN_URI,
                methods={"OpenURI": Method("ssa{sv}", "o", self._open)},
                properties={"version": ("u", lambda: 4)},
            ),
        )

    def _open(self, body: tuple[Any, ...], sender: str) -> tuple[str]:
        parent, uri, options = body
        if self.refuses_the_call or uri.startswith("file:"):
            raise CallRefused("org.freedesktop.portal.Error.InvalidArgument", "not this one")
        assert parent == "" or parent.startswith(("x11:", "wayland:"))
        given = {key: value for key, (_signature, value) in options.items()}
        self.options.append(given)
        handle = f"{PATH}/request/{sender[1:].replace('.', '_')}/{given['handle_token']}"
        if self.response is not None:
            if self.response == DONE:
                self.opened.append(uri)
            timer = threading.Timer(self.answers_after, self._respond, (handle,))
            timer.start()
            if not self.answers_after:
                timer.join()
        return (handle,)

    def _respond(self, handle: str) -> None:
        assert self.bus
        self.bus.emit(handle, REQUEST, "Response", "ua{sv}", (self.response, {}))
