"""
Whether anybody is there, by what logind says of the session and what screensavers say of themselves.

logind (systemd's, or elogind) tells of its sessions on the system bus: ``Active`` is false while another one is in the
foreground, ``LockedHint`` is true where a lock screen says so. ``Lock`` only asks for a lock, and some lockers
(swaylock) never tell of their end: what was asked for is believed for some minutes (docs/facts: Presence).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.desktop.linux.bus import Body, Bus, Reply
from tray.desktop.linux.system_events import LOGIND, LOGIND_PATH, MANAGER, SYSTEM_BUS

if TYPE_CHECKING:
    from tray.desktop.presence import Presence

_SESSION = "org.freedesktop.login1.Session"
_USER = "org.freedesktop.login1.User"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_GRAPHICAL = ("x11", "wayland", "mir")

_BELIEVED_SECONDS = 300.0
"""How long a lock that was only asked for holds notices back: a reminder 15 minutes before an end is still in time."""

_SCREENSAVERS = {
    "org.freedesktop.ScreenSaver": ("/org/freedesktop/ScreenSaver", "/ScreenSaver"),  # Plasma, LXQt
    "org.gnome.ScreenSaver": ("/org/gnome/ScreenSaver",),
    "org.cinnamon.ScreenSaver": ("/org/cinnamon/ScreenSaver",),
    "org.mate.ScreenSaver": ("/org/mate/ScreenSaver", "/"),
    "org.xfce.ScreenSaver": ("/org/xfce/ScreenSaver", "/"),
}
"""By bus name, which is also the interface's: where the object may be."""


def follow_presence(presence: Presence, bus: Bus | None, on_change: Callable[[], None]) -> Callable[[], None] | None:
    """Listen to logind on the system bus, and to screensavers on the session bus; neither is started by that."""

    def tell(why: str, away: bool) -> None:
        if presence.tell(why, away=away):
            on_change()

    if bus is not None:
        for name, paths in _SCREENSAVERS.items():
            _follow_screensaver(bus, name, paths, tell)
    system = SYSTEM_BUS.join()
    if system is None:
        return None
    _Session(system, tell)
    return SYSTEM_BUS.leave


def _follow_screensaver(bus: Bus, name: str, paths: tuple[str, ...], tell: Callable[[str, bool], None]) -> None:
    def ask(left: tuple[str, ...]) -> None:
        def on_reply(reply: Reply) -> None:
            if not reply.error:
                tell(name, bool(reply.body[0]))
            elif left[1:]:
                ask(left[1:])

        bus.call(name, left[0], name, "GetActive", on_reply=on_reply)

    def on_owner(owner: str) -> None:
        tell(name, False)  # One that has just come, or gone, covers nothing yet, or no more.
        if owner:
            ask(paths)

    def on_signal(body: Body, _sender: str) -> None:
        tell(name, bool(body[0]))

    bus.subscribe(sender=name, interface=name, member="ActiveChanged", handler=on_signal)
    bus.watch_name(name, on_owner)


class _Session:
    """The session that this process, or else the person, is in."""

    def __init__(self, bus: Bus, tell: Callable[[str, bool], None]) -> None:
        self._bus = bus
        self._tell = tell
        self._path = ""
        self._listened: set[str] = set()
        self._asked = 0
        for member in ("SessionNew", "SessionRemoved"):
            bus.subscribe(sender=LOGIND, path=LOGIND_PATH, interface=MANAGER, member=member, handler=self._on_session)
        bus.watch_name(LOGIND, self._on_owner)

    def _on_owner(self, owner: str) -> None:
        self._leave()
        if owner:
            self._find()

    def _on_session(self, body: Body, _sender: str) -> None:
        if not self._path or body[1] == self._path:
            self._leave()
            self._find()

    def _leave(self) -> None:
        self._path = ""
        for why in ("inactive", "locked", "lock"):
            self._tell(why, False)

    def _find(self) -> None:
        """Find it as logind itself does, or, where it is too old for that, by the process and by the environment."""
        ways: list[tuple[str, str, Body]] = [
            ("GetSession", "s", ("auto",)),
            ("GetSessionByPID", "u", (os.getpid(),)),
            ("GetSession", "s", (os.environ.get("XDG_SESSION_ID", ""),)),
        ]

        def ask() -> None:
            self._bus.call(LOGIND, LOGIND_PATH, MANAGER, *ways.pop(0), on_reply=on_reply)

        def on_reply(reply: Reply) -> None:
            if not reply.error:
                self._consider(str(reply.body[0]))
            elif ways:
                ask()

        ask()

    def _consider(self, path: str) -> None:
        """Take a session; in place of one without a desktop (a console, a manager) the person's own that has one."""

        def on_session(reply: Reply) -> None:
            if reply.error:
                return
            found = _values(reply.body[0])
            if found.get("Type") not in _GRAPHICAL and "User" in found:
                self._get(found["User"][1], _USER, "Display", lambda answer: on_display(found, answer))
            else:
                self._enter(path, found)

        def on_display(found: Mapping[str, Any], reply: Reply) -> None:
            name, other = ("", "") if reply.error else reply.body[0][1]
            if name and other != path:
                self._get_all(other, lambda answer: self._enter_by(other, answer))
            elif found.get("Class", "user") == "user":
                self._enter(path, found)

        self._get_all(path, on_session)

    def _enter_by(self, path: str, reply: Reply) -> None:
        if not reply.error:
            self._enter(path, _values(reply.body[0]))

    def _enter(self, path: str, found: Mapping[str, Any]) -> None:
        self._path = path
        if path not in self._listened:
            self._listened.add(path)
            for member in ("Lock", "Unlock"):
                self._bus.subscribe(
                    sender=LOGIND,
                    path=path,
                    interface=_SESSION,
                    member=member,
                    handler=partial(self._on_request, path, member),
                )
            self._bus.subscribe(
                sender=LOGIND,
                path=path,
                interface=_PROPERTIES,
                member="PropertiesChanged",
                first_argument=_SESSION,
                handler=lambda body, _sender: self._on_changed(path, body),
            )
        self._take(found)

    def _on_request(self, path: str, member: str, _body: Body, _sender: str) -> None:
        if path != self._path:
            return
        self._asked += 1
        if member == "Unlock":
            self._tell("lock", False)
            return
        number = self._asked

        def doubt() -> None:
            if number == self._asked:
                self._tell("lock", False)

        self._tell("lock", True)
        self._bus.after(_BELIEVED_SECONDS, doubt)

    def _on_changed(self, path: str, body: Body) -> None:
        if path != self._path:
            return
        _interface, changed, invalidated = body
        values = _values(changed)
        if values.get("LockedHint") is False or values.get("Active") is True:
            self._tell("lock", False)
        self._take(values)
        if {"Active", "LockedHint"} & set(invalidated):
            self._get_all(path, self._take_answer)

    def _take(self, values: Mapping[str, Any]) -> None:
        if "Active" in values:
            self._tell("inactive", not values["Active"])
        if "LockedHint" in values:
            self._tell("locked", bool(values["LockedHint"]))

    def _take_answer(self, reply: Reply) -> None:
        if not reply.error:
            self._take(_values(reply.body[0]))

    def _get_all(self, path: str, on_reply: Callable[[Reply], None]) -> None:
        self._bus.call(LOGIND, path, _PROPERTIES, "GetAll", "s", (_SESSION,), on_reply=on_reply)

    def _get(self, path: str, interface: str, name: str, on_reply: Callable[[Reply], None]) -> None:
        self._bus.call(LOGIND, path, _PROPERTIES, "Get", "ss", (interface, name), on_reply=on_reply)


def _values(variants: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, (_signature, value) in variants.items()}
