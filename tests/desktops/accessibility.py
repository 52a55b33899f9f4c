"""
What a screen reader would be told: the tree of everything that programs show, over AT-SPI.

A host that tells it truthfully shows us the menu that a person sees, and not the one that was offered to it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from jeepney import DBusAddress, MessageType, new_method_call  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

from desktops.session import Session
from tray.desktop.linux.bus import Bus

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_NULL = "/org/a11y/atspi/null"
_PROPERTIES = "org.freedesktop.DBus.Properties"

CHECKED, ENABLED, SENSITIVE, SHOWING, VISIBLE = 4, 8, 24, 25, 30
"""Numbers of states (atspi-constants.h)."""

_PATIENCE_SECONDS = 5.0


class NoAnswer(Exception):
    """The program did not answer, or what was asked about has gone."""


class Node(NamedTuple):
    """Something that a program shows."""

    desk: Accessibility
    service: str
    path: str

    @property
    def name(self) -> str:
        """Its label."""
        return str(self._read(_ACCESSIBLE, "Name"))

    @property
    def role(self) -> str:
        """What it is, such as ``menu item``."""
        return str(self._call(_ACCESSIBLE, "GetRoleName")[0])

    @property
    def states(self) -> frozenset[int]:
        """Numbers of the states it is in."""
        words = self._call(_ACCESSIBLE, "GetState")[0]
        return frozenset(bit + 32 * number for number, word in enumerate(words) for bit in range(32) if word >> bit & 1)

    @property
    def children(self) -> list[Node]:
        """What it holds."""
        return [
            Node(self.desk, service, path)
            for service, path in self._call(_ACCESSIBLE, "GetChildren")[0]
            if path != _NULL
        ]

    @property
    def parent(self) -> Node:
        """What holds it."""
        service, path = self._read(_ACCESSIBLE, "Parent")
        return Node(self.desk, service, path)

    @property
    def extents(self) -> tuple[int, int, int, int]:
        """Where it is on the screen: left, top, width, height; a Wayland client knows places in its window alone."""
        left, top, width, height = self._call("org.a11y.atspi.Component", "GetExtents", "u", (0,))[0]
        return left, top, width, height

    @property
    def actions(self) -> list[str]:
        """What can be done with it, by name."""
        return [name for name, _description, _key in self._call("org.a11y.atspi.Action", "GetActions")[0]]

    def act(self, *names: str) -> None:
        """Do the first of these that it can do; its first one where none is named."""
        able = self.actions
        number = next((able.index(name) for name in names if name in able), 0)
        assert able, f"nothing can be done with {self.name!r}"
        self._call("org.a11y.atspi.Action", "DoAction", "i", (number,))

    def walk(self, depth: int = 30) -> Iterator[Node]:
        """Give this and all below it; what goes away meanwhile is left out."""
        yield self
        if depth:
            with suppress(NoAnswer):
                for child in self.children:
                    yield from child.walk(depth - 1)

    def _read(self, interface: str, name: str) -> Any:
        return self._call(_PROPERTIES, "Get", "ss", (interface, name))[0][1]

    def _call(self, interface: str, member: str, signature: str = "", body: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        reply = self.desk.bus.call_and_wait(
            self.service, self.path, interface, member, signature, body, timeout=_PATIENCE_SECONDS
        )
        if reply.error:
            raise NoAnswer(f"{member} of {self.path}: {reply.error}")
        return reply.body


class Accessibility:
    """A session's accessibility bus; it is started by asking for it."""

    def __init__(self, session: Session) -> None:
        where = ("org.a11y.Bus", "/org/a11y/bus")
        reply = session.bus.call_and_wait(*where, "org.a11y.Bus", "GetAddress", timeout=20)
        assert not reply.error, f"no accessibility: {reply.error} {reply.body}"
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            session.bus.call_and_wait(
                *where, _PROPERTIES, "Set", "ssv", ("org.a11y.Status", name, ("b", True)), timeout=20
            )
        self.bus = Bus.connect(reply.body[0])
        self.address = reply.body[0]

    def close(self) -> None:
        """Let go of the bus."""
        self.bus.close()

    def programs(self) -> dict[str, Node]:
        """Give the programs that tell what they show, by their names."""
        found = {}
        for program in Node(self, "org.a11y.atspi.Registry", _ROOT).children:
            with suppress(NoAnswer):
                found[program.name] = program
        return found


class Focus:
    """
    Keeps what has the focus, by the programs' own word: Qt does not list its menus, but tells which line is chosen.

    Args:
        desk: The accessibility bus.
    """

    def __init__(self, desk: Accessibility) -> None:
        self._desk = desk
        self.node: Node | None = None
        """What was given the focus last."""

        self._connection = open_dbus_connection(desk.address)
        daemon = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
        for interface in ("org.a11y.atspi.Event.Object", "org.a11y.atspi.Event.Focus"):
            rule = f"type='signal',interface='{interface}'"
            self._connection.send_and_get_reply(new_method_call(daemon, "AddMatch", "s", (rule,)), timeout=10)
        where = ("org.a11y.atspi.Registry", "/org/a11y/atspi/registry", "org.a11y.atspi.Registry")
        for event in ("object:state-changed:focused", "focus:"):
            desk.bus.call_and_wait(*where, "RegisterEvent", "sas", (event, []), timeout=_PATIENCE_SECONDS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="focus", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._stopping.set()
        self._thread.join()
        self._connection.close()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                message = self._connection.receive(timeout=0.5)
            except TimeoutError:
                continue
            except OSError:
                return
            fields = {field.name: value for field, value in message.header.fields.items()}
            gained = fields.get("member") == "Focus" or message.body[:2] == ("focused", 1)
            if message.header.message_type is MessageType.signal and gained:
                self.node = Node(self._desk, fields["sender"], fields["path"])
