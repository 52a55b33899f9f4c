"""
A stand-in for logind, as strict as systemd's: a session is found by its id, as ``auto``, or by a process; ``Lock`` and
``Unlock`` only send a signal, and a lock screen that likes to sets the hint; each property that changes is told of.
"""

from __future__ import annotations

from typing import Any

from support.bus_service import BusService
from tray.desktop.linux.bus import Bus, CallRefused, Interface, Method

NAME = "org.freedesktop.login1"
MANAGER = f"{NAME}.Manager"
SESSION = f"{NAME}.Session"
USER = f"{NAME}.User"
PATH = "/org/freedesktop/login1"
_USER_PATH = f"{PATH}/user/_1000"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_NO_SESSION = f"{NAME}.NoSessionForPID"
_NO_SUCH_SESSION = f"{NAME}.NoSuchSession"
_SIGNATURES = {"Active": "b", "LockedHint": "b", "IdleHint": "b", "Type": "s", "Class": "s", "User": "(uo)", "Id": "s"}


class Logind(BusService):
    """
    The stand-in.

    Args:
        address: The system bus.
        knows_auto: Whether it is new enough (systemd 243) to find the caller's session as ``auto``.
    """

    def __init__(self, address: str, *, knows_auto: bool = True) -> None:
        super().__init__(address, NAME)
        self._knows_auto = knows_auto
        self.sessions: dict[str, dict[str, Any]] = {}
        """By id, its properties."""

        self.callers = ""
        """The session that the caller's process is in; empty for a service of the person's manager."""

        self.display = ""
        """The person's session with a desktop."""

    def offer(self, bus: Bus) -> None:
        """Export the manager and the one person; the sessions as they come."""
        bus.export(
            PATH,
            Interface(
                MANAGER,
                methods={
                    "GetSession": Method("s", "o", lambda body, _sender: (self._path(self._named(body[0])),)),
                    "GetSessionByPID": Method("u", "o", lambda _body, _sender: (self._path(self._of_process()),)),
                },
            ),
        )
        display = {"Display": ("(so)", lambda: (self.display, self._path(self.display) if self.display else "/"))}
        bus.export(_USER_PATH, Interface(USER, properties=display))
        for name in self.sessions:
            self._export(bus, name)

    def begin(self, name: str, **properties: Any) -> None:
        """Begin a session with a desktop, or with other properties."""
        given = {"Active": True, "LockedHint": False, "IdleHint": False, "Type": "wayland", "Class": "user"}
        self.sessions[name] = {**given, "User": (1000, _USER_PATH), "Id": name, **properties}
        if self.bus:
            self._export(self.bus, name)
            self.bus.emit(PATH, MANAGER, "SessionNew", "so", (name, self._path(name)))

    def end(self, name: str) -> None:
        """End a session."""
        del self.sessions[name]
        assert self.bus
        self.bus.emit(PATH, MANAGER, "SessionRemoved", "so", (name, self._path(name)))

    def change(self, name: str, **properties: bool) -> None:
        """Change properties of a session, and tell of it."""
        self.sessions[name].update(properties)
        assert self.bus
        changed = {key: (_SIGNATURES[key], value) for key, value in properties.items()}
        self.bus.emit(self._path(name), _PROPERTIES, "PropertiesChanged", "sa{sv}as", (SESSION, changed, []))

    def lock(self, name: str) -> None:
        """Ask for a lock, as ``loginctl lock-session`` does."""
        self._signal(name, "Lock")

    def unlock(self, name: str) -> None:
        """Ask for its end."""
        self._signal(name, "Unlock")

    def prepare_for_sleep(self, begins: bool) -> None:
        assert self.bus
        self.bus.emit(PATH, MANAGER, "PrepareForSleep", "b", (begins,))

    def _signal(self, name: str, member: str) -> None:
        assert self.bus
        self.bus.emit(self._path(name), SESSION, member)

    def _export(self, bus: Bus, name: str) -> None:
        def value(key: str) -> Any:
            if name not in self.sessions:
                raise CallRefused("org.freedesktop.DBus.Error.UnknownObject", "Unknown object")
            return self.sessions[name][key]

        properties = {key: (signature, lambda key=key: value(key)) for key, signature in _SIGNATURES.items()}
        bus.export(self._path(name), Interface(SESSION, properties=properties, signals={"Lock": "", "Unlock": ""}))

    def _named(self, name: str) -> str:
        if name in {"auto", "self", ""}:
            if not self._knows_auto and name:
                raise CallRefused(_NO_SUCH_SESSION, f"No session '{name}' known")
            found = self.callers or (self.display if name == "auto" else "")
            if not found:
                raise CallRefused(_NO_SESSION, "Caller does not belong to any known session")
            return found
        if name not in self.sessions:
            raise CallRefused(_NO_SUCH_SESSION, f"No session '{name}' known")
        return name

    def _of_process(self) -> str:
        if not self.callers:
            raise CallRefused(_NO_SESSION, "PID does not belong to any known session")
        return self.callers

    @staticmethod
    def _path(name: str) -> str:
        # systemd's bus_label_escape: a leading digit is written as its code.
        return f"{PATH}/session/_3{name[0]}{name[1:]}" if name[:1].isdigit() else f"{PATH}/session/{name}"


class Screensaver(BusService):
    """A stand-in for a screensaver: ``GetActive``, and a signal when that changes."""

    def __init__(self, address: str, name: str, path: str | None = None) -> None:
        super().__init__(address, name)
        self._path = path or "/" + name.replace(".", "/")
        self.active = False

    def offer(self, bus: Bus) -> None:
        """Export the one object."""
        method = Method("", "b", lambda _body, _sender: (self.active,))
        bus.export(self._path, Interface(self._name, methods={"GetActive": method}, signals={"ActiveChanged": "b"}))

    def turn(self, active: bool) -> None:
        """Cover the screen, or uncover it."""
        self.active = active
        assert self.bus
        self.bus.emit(self._path, self._name, "ActiveChanged", "b", (active,))
