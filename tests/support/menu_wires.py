"""Ways to a menu for stand-in hosts: straight to the object, or over a session bus."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, cast

from support import linux  # noqa: F401
from support.menu_host import Refused
from tray.core.command import Command
from tray.core.view.values import MenuItem
from tray.desktop.linux.bus import Bus, CallRefused, Interface
from tray.desktop.linux.dbusmenu import INTERFACE, DBusMenu

_SIGNATURES = {"GetLayout": "iias", "GetGroupProperties": "aias", "AboutToShow": "i", "Event": "isvu"}

Hear = Callable[[str, tuple[Any, ...]], None]


class MenuWithoutBus:
    """A menu whose hosts call it in this process: each has a `wire` of its own."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        """What was asked for by clicks."""

        self.signals: list[tuple[str, tuple[Any, ...]]] = []
        """What was sent."""

        self.watched: dict[str, Callable[[str], None]] = {}
        self._hosts: list[Hear] = []
        self._interface: Interface
        self.menu = DBusMenu(cast("Bus", self), "/menu", self.commands.append)

    def show(self, items: tuple[MenuItem, ...]) -> None:
        """Offer these items."""
        self.menu.show(items)

    def wire(self, name: str) -> DirectWire:
        """Make the way of a host with that unique name."""
        return DirectWire(self, name)

    def export(self, _path: str, interface: Interface) -> None:
        self._interface = interface

    def watch_name(self, name: str, on_owner: Callable[[str], None]) -> None:
        self.watched[name] = on_owner

    def emit(self, _path: str, _interface: str, member: str, _signature: str, body: tuple[Any, ...]) -> None:
        self.signals.append((member, body))
        for hear in self._hosts:
            hear(member, body)

    def call(self, sender: str, member: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        return self._interface.methods[member].handler(body, sender)

    def connect(self, hear: Hear) -> None:
        self._hosts.append(hear)


class DirectWire:
    """The way to a `MenuWithoutBus`."""

    def __init__(self, menu: MenuWithoutBus, name: str) -> None:
        self._menu = menu
        self._name = name

    def call(self, member: str, *body: Any) -> tuple[Any, ...]:
        """Call a method of the menu."""
        try:
            return self._menu.call(self._name, member, body)
        except CallRefused as refusal:
            raise Refused(refusal.message) from None

    def listen(self, hear: Hear) -> None:
        """Have each signal heard."""
        self._menu.connect(hear)


class BusWire:
    """
    The way to the menu of a program on a session bus, with a connection of its own. A context manager.

    Args:
        address: The bus.
        service: Bus name of the program.
        path: Where its menu is.
    """

    def __init__(self, address: str, service: str, path: str) -> None:
        self._bus = Bus.connect(address)
        self._service = service
        self._path = path
        self._thread = threading.Thread(target=self._bus.run, name="menu host")

    def call(self, member: str, *body: Any) -> tuple[Any, ...]:
        """Call a method of the menu."""
        signature = _SIGNATURES[member]
        reply = self._bus.call_and_wait(self._service, self._path, INTERFACE, member, signature, body, timeout=10.0)
        if reply.error:
            raise Refused(f"{member}: {reply.error}")
        return reply.body

    def listen(self, hear: Hear) -> None:
        """Have each signal heard, on the bus thread."""
        for member in ("ItemsPropertiesUpdated", "LayoutUpdated"):

            def handler(body: tuple[Any, ...], _sender: str, member: str = member) -> None:
                hear(member, body)

            self._bus.subscribe(interface=INTERFACE, member=member, path=self._path, handler=handler)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.stop()
        self._thread.join()
