"""
A menu on the bus: com.canonical.dbusmenu, version 3.

The host is told the least that brings it up to date. While the shape stays, only properties are sent, and a menu that
is open stays open.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from tray.core.command import Command
from tray.core.view.values import MenuItem
from tray.desktop.linux.bus import Body, Bus, CallRefused, Interface, Method
from tray.desktop.linux.menu_tree import EMPTY, MenuNode, Numbers, Properties, difference, lay_out

log = logging.getLogger(__name__)

INTERFACE = "com.canonical.dbusmenu"

_DEFAULTS: Properties = {
    "type": ("s", "standard"),
    "label": ("s", ""),
    "enabled": ("b", True),
    "visible": ("b", True),
    "icon-name": ("s", ""),
    "toggle-type": ("s", ""),
    "toggle-state": ("i", -1),
    "children-display": ("s", ""),
}

_Layout = tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]
"""``(ia{sv}av)``: an item's number, its properties, and its children as variants of the same."""


class DBusMenu:
    """The menu of an icon, offered at a path of the session bus; a click's command is given on the bus thread."""

    def __init__(self, bus: Bus, path: str, on_command: Callable[[Command], None]) -> None:
        self._bus = bus
        self._path = path
        self._on_command = on_command
        self._lock = threading.Lock()
        self._revision = 1
        self._numbers: Numbers = {}
        self._root = EMPTY
        self._nodes = {EMPTY.number: EMPTY}
        bus.export(path, self._interface())

    def show(self, items: tuple[MenuItem, ...]) -> None:
        """Show these items. From any thread; sends nothing when the host would see no change."""
        with self._lock:
            before = self._root
            self._root, self._numbers = lay_out(items, self._numbers)
            self._nodes = {node.number: node for node in self._root.walk()}
            changes = difference(before, self._root)
            # Still under the lock, so that the host hears of changes in the order in which they were made.
            if changes.updated or changes.removed:
                body = (changes.updated, changes.removed)
                self._bus.emit(self._path, INTERFACE, "ItemsPropertiesUpdated", "a(ia{sv})a(ias)", body)
            for parent in changes.reshaped:
                self._revision += 1
                self._bus.emit(self._path, INTERFACE, "LayoutUpdated", "ui", (self._revision, parent))

    def _node(self, number: int) -> MenuNode:
        node = self._nodes.get(number)
        if node is None:
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", f"There is no menu item {number}.")
        return node

    def _get_layout(self, body: Body, _sender: str) -> Body:
        parent, depth, names = body
        with self._lock:
            return self._revision, _layout(self._node(parent), depth, names)

    def _get_group_properties(self, body: Body, _sender: str) -> Body:
        numbers, names = body
        nodes = self._nodes
        return ([(number, _chosen(nodes[number], names)) for number in numbers or nodes if number in nodes],)

    def _get_property(self, body: Body, _sender: str) -> Body:
        number, name = body
        properties = {**_DEFAULTS, **self._node(number).properties}
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
        node = self._nodes.get(number)
        if node is None:
            log.debug("a menu that is out of date reports %s on item %d", event, number)
            return False
        if event == "clicked" and node.command is not None and node.properties["enabled"][1]:
            try:
                self._on_command(node.command)
            except Exception:
                log.exception("a menu item's action failed")
        return True

    def _about_to_show_group(self, body: Body, _sender: str) -> Body:
        return [], [number for number in body[0] if number not in self._nodes]

    def _interface(self) -> Interface:
        return Interface(
            INTERFACE,
            methods={
                "GetLayout": Method("iias", "u(ia{sv}av)", self._get_layout),
                "GetGroupProperties": Method("aias", "a(ia{sv})", self._get_group_properties),
                "GetProperty": Method("is", "v", self._get_property),
                "Event": Method("isvu", "", self._event),
                "EventGroup": Method("a(isvu)", "ai", self._event_group),
                "AboutToShow": Method("i", "b", lambda _body, _sender: (False,)),
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


def _layout(node: MenuNode, depth: int, names: list[str]) -> _Layout:
    """Give a node and what is below it, down to that many levels (-1: all)."""
    children = [("(ia{sv}av)", _layout(child, depth - 1, names)) for child in node.children] if depth else []
    return node.number, _chosen(node, names), children


def _chosen(node: MenuNode, names: list[str]) -> dict[str, tuple[str, Any]]:
    """Give the properties with those names; no names: all."""
    return {name: value for name, value in node.properties.items() if not names or name in names}
