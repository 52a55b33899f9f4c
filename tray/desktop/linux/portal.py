"""The desktop portal: a request and its response; a page that it opens (docs/facts: Opening pages on Linux)."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tray.desktop.linux import display
from tray.desktop.linux.bus import Body, Bus, BusUnavailable

_log = logging.getLogger(__name__)

_DESKTOP = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
_OPEN_URI = "org.freedesktop.portal.OpenURI"
_PROPERTIES = "org.freedesktop.DBus.Properties"

_CALL_SECONDS = 25.0
_LOOK_SECONDS = 3.0
_CHOICE_SECONDS = 120.0
"""How long a person may take to choose a browser, where the desktop asks which."""


class NoPortal(Exception):
    """There is no portal, or it does not do what it was asked for."""


def request(  # noqa: PLR0917 - a call has these parts, always in this order
    bus: Bus, interface: str, member: str, signature: str, arguments: Body, options: dict[str, Any], seconds: float
) -> Body | None:
    """
    Make one request, and wait for its response.

    The response comes as a signal of a request object, whose path we name before, so that it cannot come too early
    (documentation of ``org.freedesktop.portal.Request``). The portal drops a request when its maker goes.

    Args:
        bus: A connection of this request alone.
        interface: The portal's interface.
        member: Name of the method.
        signature: Of the arguments and of the options, which come last.
        arguments: All but the options.
        options: By name, pairs of signature and value.
        seconds: How long a person may take to answer what the desktop asks.

    Returns:
        A code (0: done, 1: the person said no, 2: it failed) and what came of it; None where no response came in time.

    Raises:
        NoPortal: The portal is not there, or refused the call.
    """
    responses: list[Body] = []

    def on_response(body: Body, _sender: str) -> None:
        responses.append(body)
        bus.stop()

    token = f"sso_tray_{secrets.token_hex(8)}"
    sender = bus.unique_name.removeprefix(":").replace(".", "_")
    bus.subscribe(interface=_REQUEST, member="Response", path=f"{_PATH}/request/{sender}/{token}", handler=on_response)
    body = (*arguments, {"handle_token": ("s", token), **options})
    limit = min(seconds, _CALL_SECONDS)
    if (
        error := bus.call_and_wait(_DESKTOP, _PATH, interface, member, signature, body, timeout=limit).error
    ) is not None:
        raise NoPortal(error)
    patience = threading.Timer(seconds, bus.stop)
    patience.daemon = True
    patience.start()
    bus.run()
    patience.cancel()
    return responses[0] if responses else None


def open_page(
    url: str, token: str = "", *, connect: Callable[[], Bus] = Bus.connect, seconds: float = _CHOICE_SECONDS
) -> bool:
    """
    Have the desktop open a page, with the leave to raise its window (empty for none); tells whether it did.

    The portal belongs to the session, and knows its display where this process does not.
    """
    if not _is_of_this_session():
        return False
    try:
        with closing(connect()) as bus:
            options = {"activation_token": ("s", token)} if token else {}
            response = request(bus, _OPEN_URI, "OpenURI", "ssa{sv}", ("", url), options, seconds)
    except (BusUnavailable, NoPortal) as error:
        _log.info("The desktop portal opens no page: %s", error)
        return False
    if response is None or response[0] != 0:
        _log.info("The desktop portal did not open the page: %s", "no response" if response is None else response[0])
        return False
    return True


def can_open_page(*, connect: Callable[[], Bus] = Bus.connect) -> bool:
    """Tell whether there is a portal that opens pages, without having one opened."""
    if not _is_of_this_session():
        return False
    try:
        with closing(connect()) as bus:
            asked = (_OPEN_URI, "version")
            reply = bus.call_and_wait(_DESKTOP, _PATH, _PROPERTIES, "Get", "ss", asked, timeout=_LOOK_SECONDS)
            return reply.error is None
    except BusUnavailable:
        return False


def _is_of_this_session() -> bool:
    """
    Tell whether what the portal shows is before who asks.

    A user's bus may serve a session at the machine's screen and one at the end of SSH, or in a text console, alike. A
    desktop that was started from a console has a display.
    """
    return "SSH_CONNECTION" not in os.environ and (display.is_there() or os.environ.get("XDG_SESSION_TYPE") != "tty")
