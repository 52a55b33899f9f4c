"""
A menu on the bus: com.canonical.dbusmenu, version 3.

The host is told the least that brings it up to date. While the shape stays, only properties are sent, and a menu that
is open stays open. Hosts read in ways of their own (docs/facts: Menus on the bus; ADR 20): what each has read is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Container
from typing import Any

from tray.core.command import Command
from tray.core.view.values import MenuItem
from tray.desktop.linux.bus import Body, Bus, CallRefused, Interface, Method
from tray.desktop.linux.menu_tree import (
    DEFAULTS,
    EMPTY,
    MenuNode,
    Properties,
    difference,
    lay_out,
    marked,
    marked_for_gnome,
)

log = logging.getLogger(__name__)

INTERFACE = "com.canonical.dbusmenu"

_GNOME_READS = {"type", "children-display"}
"""
What GNOME's extension asks a layout for (dbusMenu.js, versions 30 to 63), and no other host does.

It is known by this rather than by who owns org.gnome.Shell, which a program in a sandbox is not told.
"""

_SPOKEN = "accessible-desc"
"""
What a screen reader says of an item. libdbusmenu-gtk, and it alone, asks a layout for it.

Without it, that tells a line's first label for good, and leaves out the underscores (``process_a11y_desc``).
"""

_MOST_READERS = 8
"""Who looks at the bus with a tool has a new name each time. A host that is forgotten reads its submenus once more."""

_Layout = tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]
"""``(ia{sv}av)``: an item's number, its properties, and its children as variants of the same."""


class _Reader:
    """What a host has read."""

    def __init__(self) -> None:
        self.lines: dict[int, tuple[int, ...]] = {}
        """By the number of a submenu: the numbers of its lines when they were read last."""

        self.asked: set[int] = set()
        """Submenus that it asked about before it showed them, and that were not reported as changed since."""

        self.speaks = False
        """Whether it passes on what a screen reader is to say."""

    def forget_all_but(self, numbers: Container[int]) -> None:
        """Forget what is no more: these are all items that there are."""
        self.lines = {number: lines for number, lines in self.lines.items() if number in numbers}
        self.asked = {number for number in self.asked if number in numbers}


class DBusMenu:
    """The menu of an icon, offered at a path of the session bus; a click's command is given on the bus thread."""

    def __init__(self, bus: Bus, path: str, on_command: Callable[[Command], None]) -> None:
        self._bus = bus
        self._path = path
        self._on_command = on_command
        self._lock = threading.Lock()
        self._revision = 1
        self._menu = EMPTY
        self._nodes = {EMPTY.root.number: EMPTY.root}
        self._readers: dict[str, _Reader] = {}
        self._gnomes: frozenset[str] = frozenset()
        bus.export(path, self._interface())

    def show(self, items: tuple[MenuItem, ...]) -> None:
        """Show these items. From any thread; sends nothing when the host would see no change."""
        with self._lock:
            before = self._menu.root
            self._menu = lay_out(items, self._menu)
            self._nodes = {node.number: node for node in self._menu.root.walk()}
            changes = difference(before, self._menu.root)
            # Still under the lock, so that the host hears of changes in the order in which they were made.
            if changes.updated:
                self._tell_properties(changes.updated)
            for parent in changes.reshaped:
                self._revision += 1
                for reader in self._readers.values():
                    reader.asked.discard(parent)
                self._tell_layout(parent)

    def _tell_properties(self, updated: list[tuple[int, Properties]]) -> None:
        gnome, spoken = bool(self._gnomes), any(reader.speaks for reader in self._readers.values())
        worded = [(number, _worded(properties, gnome=gnome, spoken=spoken)) for number, properties in updated]
        self._bus.emit(self._path, INTERFACE, "ItemsPropertiesUpdated", "a(ia{sv})a(ias)", (worded, []))

    def _tell_layout(self, parent: int) -> None:
        self._bus.emit(self._path, INTERFACE, "LayoutUpdated", "ui", (self._revision, parent))

    def _node(self, number: int) -> MenuNode:
        node = self._nodes.get(number)
        if node is None:
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", f"There is no menu item {number}.")
        return node

    def _reader(self, name: str) -> _Reader:
        reader = self._readers.pop(name, None) or _Reader()
        self._readers[name] = reader
        if len(self._readers) > _MOST_READERS:
            del self._readers[next(iter(self._readers))]
        return reader

    def _get_layout(self, body: Body, sender: str) -> Body:
        parent, depth, names = body
        if set(names) == _GNOME_READS:
            self._meet_gnome(sender)
        with self._lock:
            reader = self._reader(sender)
            reader.speaks = reader.speaks or _SPOKEN in names
            layout = self._layout(self._node(parent), depth, names, sender)
            reader.forget_all_but(self._nodes)
            _note(layout, depth, reader.lines)
            if depth == 1 and parent in reader.asked:
                # Qt's importers take the next LayoutUpdated of a submenu that they asked about for the answer to that,
                # and drop it. This is the one to drop, so that they follow those to come while the submenu is open.
                reader.asked.discard(parent)
                self._tell_layout(parent)
            return self._revision, layout

    def _meet_gnome(self, name: str) -> None:
        """Word labels for GNOME to this reader, and, for as long as it is on the bus, in what is sent to all."""
        there = False

        def follow(owner: str) -> None:
            nonlocal there
            # To a program in a sandbox the bus may say from the first that there is nobody of that name.
            if there and not owner:
                self._gnomes -= {name}
            there = bool(owner)

        if name not in self._gnomes:
            self._gnomes |= {name}
            self._bus.watch_name(name, follow)

    def _layout(self, node: MenuNode, depth: int, names: list[str], reader: str) -> _Layout:
        """Give a node and what is below it, down to that many levels (-1: all)."""
        children = node.offered if depth else ()
        below = [("(ia{sv}av)", self._layout(child, depth - 1, names, reader)) for child in children]
        return node.number, self._chosen(node, names, reader), below

    def _chosen(self, node: MenuNode, names: list[str], reader: str) -> dict[str, tuple[str, Any]]:
        """Give the properties with those names; no names: all."""
        chosen = {name: value for name, value in node.properties.items() if not names or name in names}
        known = self._readers.get(reader)
        spoken = known is not None and known.speaks and (not names or _SPOKEN in names)
        return _worded(chosen, gnome=reader in self._gnomes, spoken=spoken)

    def _get_group_properties(self, body: Body, sender: str) -> Body:
        numbers, names = body
        nodes = self._nodes
        known = [nodes[number] for number in numbers or nodes if number in nodes]
        return ([(node.number, self._chosen(node, names, sender)) for node in known],)

    def _get_property(self, body: Body, sender: str) -> Body:
        number, name = body
        properties = _worded({**DEFAULTS, **self._node(number).properties}, gnome=sender in self._gnomes, spoken=True)
        if name not in properties:
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", f"There is no property {name}.")
        return (properties[name],)

    def _event(self, body: Body, _sender: str) -> Body:
        number, event, _data, _timestamp = body
        self._handle(number, event)
        return ()

    def _event_group(self, body: Body, _sender: str) -> Body:
        events = body[0]
        unknown = [number for number, event, _data, _timestamp in events if not self._handle(number, event)]
        if events and len(unknown) == len(events):
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", "There is none of these menu items.")
        return (unknown,)

    def _handle(self, number: int, event: str) -> bool:
        """Act on what happened to an item; False if there is no such item, or not any more."""
        with self._lock:
            node = self._nodes.get(number)
            if node is not None and event == "clicked" and "toggle-state" in node.properties:
                # Plasma has turned the mark by itself. What comes of the click may be nothing, and is told then.
                self._tell_properties([(number, {"toggle-state": node.properties["toggle-state"]})])
        if node is None:
            log.debug("a menu that is out of date reports %s on item %d", event, number)
            return False
        if event == "clicked" and node.command is not None and node.properties["enabled"][1]:
            try:
                self._on_command(node.command)
            except Exception:
                log.exception("a menu item's action failed")
        return True

    def _about_to_show(self, body: Body, sender: str) -> Body:
        with self._lock:
            return (self._is_news(body[0], sender),)

    def _about_to_show_group(self, body: Body, sender: str) -> Body:
        with self._lock:
            news = [number for number in body[0] if self._is_news(number, sender)]
        return news, [number for number in body[0] if number not in self._nodes]

    def _is_news(self, number: int, sender: str) -> bool:
        """Tell whether the lines of an item, which this host is about to show, are others than it has read."""
        node = self._nodes.get(number)
        if node is None:
            return False
        reader = self._reader(sender)
        reader.asked.add(number)
        return tuple(child.number for child in node.offered) != reader.lines.get(number, ())

    def _interface(self) -> Interface:
        return Interface(
            INTERFACE,
            methods={
                "GetLayout": Method("iias", "u(ia{sv}av)", self._get_layout),
                "GetGroupProperties": Method("aias", "a(ia{sv})", self._get_group_properties),
                "GetProperty": Method("is", "v", self._get_property),
                "Event": Method("isvu", "", self._event),
                "EventGroup": Method("a(isvu)", "ai", self._event_group),
                "AboutToShow": Method("i", "b", self._about_to_show),
                "AboutToShowGroup": Method("ai", "aiai", self._about_to_show_group),
            },
            properties={
                "Version": ("u", lambda: 3),
                "TextDirection": ("s", lambda: "ltr"),
                "Status": ("s", lambda: "normal"),
                "IconThemePath": ("as", list),
            },
            signals={
                "ItemsPropertiesUpdated": "a(ia{sv})a(ias)",
                "LayoutUpdated": "ui",
                "ItemActivationRequested": "iu",
            },
        )


def _worded(properties: Properties, *, gnome: bool, spoken: bool) -> dict[str, tuple[str, Any]]:
    """Put the label, where there is one, as GNOME takes it, or as all others do; with what is spoken, if wanted."""
    if "label" not in properties:
        return dict(properties)
    label = properties["label"][1]
    worded = {**properties, "label": ("s", marked_for_gnome(label) if gnome else marked(label))}
    return {**worded, _SPOKEN: ("s", label)} if spoken else worded


def _note(layout: _Layout, depth: int, lines: dict[int, tuple[int, ...]]) -> None:
    """Note the lines that a layout tells of each submenu."""
    number, _properties, children = layout
    if not depth:
        return
    lines.pop(number, None)
    if children:
        lines[number] = tuple(child[0] for _signature, child in children)
    for _signature, child in children:
        _note(child, depth - 1, lines)
