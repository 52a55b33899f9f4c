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
    if not (display := environ.get("DISPLAY")):
        return False
    local = _LOCAL.fullmatch(display)
    if local is None:
        return True
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where every X server has it
    return _answers(f"\0{path}") or _answers(path)


def _wayland_socket(name: str) -> str:
    """Give the socket that ``WAYLAND_DISPLAY`` names (wl_display_connect(3))."""
    return os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/"), name)  # noqa: PTH118 - an absolute name replaces it all


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trying:
        trying.settimeout(_PATIENCE_SECONDS)
        try:
            trying.connect(address)
        except TimeoutError:  # It is busy.
            return True
        except OSError:
            return False
    return True
