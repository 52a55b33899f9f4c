"""
Which display a browser belongs on: that of the session in which somebody clicked.

A program without a display outlives its session, and what its environment says of one is then another session's, or
nobody's. So before anything is opened, who clicked is asked: the panel or the notification server, whose process has
the display that the person is looking at. GNOME's shell says nothing of its own in its environment, but has told the
person's service manager. What no display answers to is taken out of the environment, and with it never used.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from tray.desktop.linux.bus import Bus

assert sys.platform != "win32"  # noqa: S101 - tells the type checker where this module belongs

_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_MANAGER = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.DBus.Properties")
_WAYLAND, _X11 = "WAYLAND_DISPLAY", "DISPLAY"
_OTHERS = ("XAUTHORITY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_ID", "XDG_SESSION_TYPE", "DESKTOP_SESSION")
_KEYS = (_WAYLAND, _X11, *_OTHERS)
_LARGEST = 1 << 20
_ANSWER_SECONDS = 1.0


def follow(bus: Bus, clicked: str, environ: MutableMapping[str, str], at_start: Mapping[str, str]) -> None:
    """
    Bring an environment to the session of a click, or else of the person; on a thread that may wait.

    In a Flatpak nothing is changed: whoever clicked is outside, and the portal opens things there.

    Args:
        bus: The session bus, on which clicks come.
        clicked: Unique name of the program that sent the last click; empty for none.
        environ: What is changed, in place.
        at_start: What it was when this process started.
    """
    if "FLATPAK_ID" in environ:
        return
    for found in _candidates(bus, clicked, at_start):
        if alive := _alive(found, environ.get("XDG_RUNTIME_DIR", "")):
            for key in _KEYS:
                if key in alive:
                    environ[key] = alive[key]
                elif key in {_WAYLAND, _X11, "XAUTHORITY"}:
                    environ.pop(key, None)
            return
    for key in (_WAYLAND, _X11):
        environ.pop(key, None)


def _candidates(bus: Bus, clicked: str, at_start: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Give the environments that may name the display, the surest first."""
    if clicked:
        yield _of_process(bus, clicked)
        yield _of_manager(bus)
    yield {key: at_start[key] for key in _KEYS if key in at_start}
    if not clicked:
        yield _of_manager(bus)


def _of_process(bus: Bus, name: str) -> dict[str, str]:
    """Read the environment in which a program on the bus was started; empty where it may not be read."""
    reply = bus.call_and_wait(*_DAEMON, "GetConnectionUnixProcessID", "s", (name,), timeout=_ANSWER_SECONDS)
    if reply.error:
        return {}
    try:
        with Path(f"/proc/{reply.body[0]}/environ").open("rb") as file:
            return _parsed(os.fsdecode(file.read(_LARGEST)).split("\0"))
    except OSError:
        return {}


def _of_manager(bus: Bus) -> dict[str, str]:
    """Ask systemd's manager of this person what it starts services with; it is not started by that."""
    owner = bus.call_and_wait(*_DAEMON, "GetNameOwner", "s", (_MANAGER[0],), timeout=_ANSWER_SECONDS)
    if owner.error:
        return {}
    body = ("org.freedesktop.systemd1.Manager", "Environment")
    reply = bus.call_and_wait(*_MANAGER, "Get", "ss", body, timeout=_ANSWER_SECONDS)
    return {} if reply.error else _parsed(reply.body[0][1])


def _parsed(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {key: value for key, _, value in pairs if key in _KEYS and value}


def _alive(found: Mapping[str, str], runtime: str) -> dict[str, str]:
    """Give an environment with those displays alone that answer; empty where none does."""
    kept = dict(found)
    if not (_WAYLAND in found and _answers(os.path.join(runtime, found[_WAYLAND]))):  # noqa: PTH118 - may be absolute
        kept.pop(_WAYLAND, None)
    if not (_X11 in found and _is_x_server(found[_X11])):
        kept.pop(_X11, None)
    return kept if {_WAYLAND, _X11} & kept.keys() else {}


def _is_x_server(display: str) -> bool:
    host, _, number = display.rpartition(":")
    if host not in {"", "unix"}:
        return True  # At the other end of SSH, or on another machine: asking could take long.
    path = f"/tmp/.X11-unix/X{number.partition('.')[0]}"  # noqa: S108 - the place of the sockets of X servers
    return _answers(f"\0{path}") or _answers(path)


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(_ANSWER_SECONDS)
        try:
            trial.connect(path)
        except (OSError, ValueError):
            return False
    return True
