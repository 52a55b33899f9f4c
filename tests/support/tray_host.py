"""
A stand-in for the part of a panel that shows tray icons.

It owns org.kde.StatusNotifierWatcher, reads each icon and its menu over the bus as a panel does, clicks, and keeps
every signal that the icon sends::

    with session_bus() as session, TrayHost(session.address) as host:
        ...  # start the program with DBUS_SESSION_BUS_ADDRESS=session.address
        icon = host.icon("sso-tray")
        assert icon.tooltip.startswith("my-sso")
        icon.click("Log in")
        host.wait_for(lambda: "signed in" in icon.tooltip, "a sign-in")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from support.bus_service import DAEMON, BusService
from tray.desktop.linux.bus import Bus, CallRefused, Interface, Method

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"

_Layout = tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]


@dataclass(frozen=True)
class MenuLine:
    """One line of a menu that a panel has read, as a person would see it."""

    id: int
    label: str
    """Without the marks for shortcuts."""

    enabled: bool = True
    checked: bool | None = None
    """None for a line without a check mark."""

    radio: bool = False
    separator: bool = False
    children: tuple[MenuLine, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict, compare=False)
    """What came over the bus."""

    def find(self, *labels: str) -> MenuLine:
        """
        Find a line below this one by the labels on the way to it. A label may be given by how it begins.

        Raises:
            AssertionError: There is no such line.
        """
        if not labels:
            return self
        exact = [line for line in self.children if line.label == labels[0]]
        found = exact or [line for line in self.children if line.label.startswith(labels[0])]
        assert found, f"no {labels[0]!r} among {[line.label for line in self.children]}"
        return found[0].find(*labels[1:])

    def walk(self) -> Iterator[MenuLine]:
        """Give this line and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def labels(self) -> list[str]:
        """Give the labels one level down; a separator is ``"-"``."""
        return ["-" if line.separator else line.label for line in self.children]


@dataclass(frozen=True)
class Signal:
    """A signal that an icon sent."""

    member: str
    body: tuple[Any, ...]
    sender: str


class ShownIcon:
    """An icon that has been registered. Everything is read anew from the program each time it is asked for."""

    def __init__(self, host: TrayHost, service: str, sender: str, path: str) -> None:
        self._host = host
        self.service = service
        """The bus name to talk to."""

        self.sender = sender
        """The unique name of the program."""

        self.path = path

    def properties(self) -> dict[str, Any]:
        """Read all properties of the item."""
        answer = self._call(self.path, PROPERTIES, "GetAll", "s", (ITEM,))
        return {name: value for name, (_signature, value) in answer[0].items()}

    def read(self, name: str) -> Any:
        """Read one property of the item."""
        return self._call(self.path, PROPERTIES, "Get", "ss", (ITEM, name))[0][1]

    @property
    def tooltip(self) -> str:
        """What a person reads when the pointer rests on the icon."""
        return self.read("ToolTip")[2]

    @property
    def needs_attention(self) -> bool:
        """Whether the panel is asked to make the person look."""
        return self.read("Status") == "NeedsAttention"

    @property
    def pixmaps(self) -> dict[int, bytes]:
        """The icon's ARGB32 pixels by width; as panels do, the other icon where the item has one for its attention."""
        other = self.read("AttentionIconPixmap") if self.needs_attention else []
        return {width: pixels for width, _height, pixels in other or self.read("IconPixmap")}

    def menu(self) -> MenuLine:
        """Open the menu and read all of it; the lines are the children of what is returned."""
        path = self.read("Menu")
        self._call(path, MENU, "AboutToShow", "i", (0,))
        _revision, root = self._call(path, MENU, "GetLayout", "iias", (0, -1, []))
        return _line(root)

    def click(self, *labels: str) -> None:
        """Open the menu anew and click the line that these labels lead to."""
        self.click_line(self.menu().find(*labels))

    def click_line(self, line: MenuLine) -> None:
        """Click a line of a menu that was opened some time ago."""
        self._call(self.read("Menu"), MENU, "Event", "isvu", (line.id, "clicked", ("i", 0), 0))

    def activate(self) -> None:
        """Click the icon itself, with the left button."""
        self._call(self.path, ITEM, "Activate", "ii", (10, 10))

    def open_missing_menu(self) -> None:
        """Click with the right button, as a panel tells of it that shows no menus (swaybar)."""
        self._call(self.path, ITEM, "ContextMenu", "ii", (10, 10))

    def call_menu(self, member: str, signature: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        """Call any method of the menu, and give what it returns."""
        return self._call(self.read("Menu"), MENU, member, signature, body)

    def call_item(self, member: str, signature: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        """Call any method of the item, and give what it returns."""
        return self._call(self.path, ITEM, member, signature, body)

    def _call(self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        bus = self._host.bus
        assert bus, "the host has vanished"
        reply = bus.call_and_wait(self.service, path, interface, member, signature, body, timeout=10.0)
        assert reply.error is None, f"{member}: {reply.error} {reply.body}"
        return reply.body


class TrayHost(BusService):
    """
    The stand-in. While it is not there (before ``appear``, after ``vanish``) a program sees no tray.

    Args:
        address: The session bus.
        shows_icons: Whether there is a host beside the watcher; see `set_shows_icons`.
    """

    def __init__(self, address: str, *, shows_icons: bool = True) -> None:
        super().__init__(address, WATCHER)
        self._shows_icons = shows_icons
        self.icons: list[ShownIcon] = []
        """The icons registered since the last ``appear`` whose programs are still there."""

        self.registrations = 0
        """How many times anything was registered, since this object was made."""

        self.refuses = 0
        """How many registrations are still to be refused: a watcher may own its name before its object answers."""

        self.signals: list[Signal] = []
        """Every signal of every icon and menu, since this object was made."""

    def icon(self, item_id: str | None = None) -> ShownIcon:
        """Wait for an icon, of the program that names itself so if that matters."""

        def look() -> ShownIcon | None:
            # One whose program has just ended is still listed for a moment, and does not answer.
            with suppress(AssertionError):
                return next((icon for icon in list(self.icons) if item_id in (None, icon.read("Id"))), None)
            return None

        found = self.wait_for(look, f"the icon {item_id or ''}")
        assert found
        return found

    def count(self, member: str) -> int:
        """Tell how many signals with that name have come."""
        return sum(signal.member == member for signal in self.signals)

    def wait_for_signal(self, member: str, more_than: int = 0) -> Signal:
        """Wait until more than that many signals with that name have come, and give the last one."""
        self.wait_for(lambda: self.count(member) > more_than, f"{member} number {more_than + 1}")
        return [signal for signal in self.signals if signal.member == member][-1]

    def settle(self, icon: ShownIcon) -> None:
        """Wait until every signal that the program has sent is here: the bus keeps the order."""
        icon.read("Id")

    def set_shows_icons(self, shows_icons: bool) -> None:
        """Have the host come or go while the watcher stays, as when a panel without a tray area runs."""
        assert self.bus
        self._shows_icons = shows_icons
        member = "StatusNotifierHostRegistered" if shows_icons else "StatusNotifierHostUnregistered"
        self.bus.emit("/StatusNotifierWatcher", WATCHER, member)

    def happened(self) -> None:
        """Be told, on the bus thread, that an icon came, went or sent a signal. For subclasses."""

    def vanish(self) -> None:
        """Be gone, as after a crash of the panel."""
        super().vanish()
        self.icons = []

    def offer(self, bus: Bus) -> None:
        """Export the watcher, and listen to all icons."""
        bus.export(
            "/StatusNotifierWatcher",
            Interface(
                WATCHER,
                methods={
                    "RegisterStatusNotifierItem": Method("s", "", self._register),
                    "RegisterStatusNotifierHost": Method("s", "", lambda _body, _sender: ()),
                },
                properties={
                    "RegisteredStatusNotifierItems": ("as", lambda: [icon.service for icon in self.icons]),
                    "IsStatusNotifierHostRegistered": ("b", lambda: self._shows_icons),
                    "ProtocolVersion": ("i", lambda: 0),
                },
                signals={
                    "StatusNotifierItemRegistered": "s",
                    "StatusNotifierItemUnregistered": "s",
                    "StatusNotifierHostRegistered": "",
                    "StatusNotifierHostUnregistered": "",
                },
            ),
        )
        for interface, members in (
            (ITEM, ("NewTitle", "NewIcon", "NewAttentionIcon", "NewStatus", "NewToolTip")),
            (MENU, ("ItemsPropertiesUpdated", "LayoutUpdated")),
        ):
            for member in members:
                self._keep(bus, interface, member)

    def _keep(self, bus: Bus, interface: str, member: str) -> None:
        def handler(body: tuple[Any, ...], sender: str) -> None:
            self.signals.append(Signal(member, body, sender))
            self.happened()

        bus.subscribe(interface=interface, member=member, handler=handler)

    def _register(self, body: tuple[Any, ...], sender: str) -> tuple[()]:
        # Libraries hand over a path (ayatana), a well-known name (Qt) or their unique name (in a sandbox).
        given = body[0]
        if self.refuses:
            self.refuses -= 1
            raise CallRefused("org.freedesktop.DBus.Error.UnknownObject", "No such object path")
        service, path = (sender, given) if given.startswith("/") else (given, "/StatusNotifierItem")
        self.registrations += 1
        self.icons = [icon for icon in self.icons if icon.service != service]
        self.icons.append(ShownIcon(self, service, sender, path))
        assert self.bus
        self.bus.watch_name(service, lambda owner: None if owner else self._drop(service))
        self.happened()
        return ()

    def _drop(self, service: str) -> None:
        self.icons = [icon for icon in self.icons if icon.service != service]
        self.happened()


def owner_of(bus: Bus, name: str) -> str:
    """Ask who owns a bus name; empty for nobody."""
    reply = bus.call_and_wait(*DAEMON, "GetNameOwner", "s", (name,))
    return "" if reply.error else reply.body[0]


def _is_visible(layout: _Layout) -> bool:
    return bool(layout[1].get("visible", ("b", True))[1])


def _line(layout: _Layout) -> MenuLine:
    number, variants, children = layout
    properties = {name: value for name, (_signature, value) in variants.items()}
    toggle = properties.get("toggle-type", "")
    return MenuLine(
        id=number,
        # A panel shows "__" as "_", and "_x" as an underlined x.
        label=re.sub("_(.?)", r"\1", properties.get("label", "")),
        enabled=properties.get("enabled", True),
        checked=properties.get("toggle-state") == 1 if toggle else None,
        radio=toggle == "radio",
        separator=properties.get("type") == "separator",
        children=tuple(_line(child) for _signature, child in children if _is_visible(child)),
        properties=properties,
    )
