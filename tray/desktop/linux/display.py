"""Whether there is a display of this process to show something on."""

from __future__ import annotations

import os
import re
import socket

_LOCAL = re.compile(r"(?:unix)?:(\d+)(?:\.\d+)?")
"""``DISPLAY`` of an X server on this machine, reached by a socket of the file system (X(7), "Display Names")."""

_PATIENCE_SECONDS = 1.0


def is_there() -> bool:
    """
    Tell whether there is a display to open windows on.

    A variable may outlive the display that it names: one that refuses a connection is gone. One over a network is not
    asked, it is believed. In a Flatpak the portal has the display that the sandbox is not shown.
    """
    environ = os.environ
    if environ.get("FLATPAK_ID"):
        return True
    if (wayland := environ.get("WAYLAND_DISPLAY")) and _answers(_wayland_socket(wayland)):
        return True
    number = local_x_server()
    return _answers(*x_sockets(number)) if number is not None else bool(environ.get("DISPLAY"))


def local_x_server() -> str | None:
    """Give the number of the X server on this machine that ``DISPLAY`` names; None where it names none, or another."""
    found = _LOCAL.fullmatch(os.environ.get("DISPLAY", ""))
    return None if found is None else found[1]


def x_sockets(number: str) -> tuple[str, str]:
    """Give the addresses of such a server: the abstract one, and the file."""
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server has it
    return f"\0{path}", path


def connect(*addresses: str, seconds: float) -> socket.socket | None:
    """
    Connect to the first of these sockets that accepts us; None where none does.

    Raises:
        TimeoutError: One is there, and busy for longer than that.
    """
    for address in addresses:
        connection = socket.socket(socket.AddressFamily["AF_UNIX"], socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(address)
        except TimeoutError:
            connection.close()
            raise
        except OSError:
            connection.close()
        else:
            return connection
    return None


def _wayland_socket(name: str) -> str:
    """Give the socket that ``WAYLAND_DISPLAY`` names (wl_display_connect(3))."""
    return os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/"), name)  # noqa: PTH118 - an absolute name replaces it all


def _answers(*addresses: str) -> bool:
    try:
        connection = connect(*addresses, seconds=_PATIENCE_SECONDS)
    except TimeoutError:
        return True
    if connection is None:
        return False
    connection.close()
    return True
