"""
A menu on the bus: com.canonical.dbusmenu, version 3.

The menu is a value: `DBusMenu.update` compares the new one with the one shown and tells the host the least that brings
it up to date. While the shape stays, only properties are sent, and a menu that is open stays open. An item's number
belongs to its path of keys for good, so that a click in a menu that was opened before a change never hits another item.

Source of the rules: dbus-menu.xml of libdbusmenu, and DESKTOP-FACTS sections 1 and 7.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tray.desktop.bus import Body, Bus, CallRefused, Interface, Method

log = logging.getLogger(__name__)

INTERFACE = "com.canonical.dbusmenu"

Properties = Mapping[str, tuple[str, Any]]
"""By name: signature and value. What is at its default is left out."""

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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the menu, and what is below it."""

    key: str | int
    """
    Names the line among its siblings for as long as it means the same. A number is a name for the time being: once the
    line is gone, nothing will be called so again.
    """

    label: str = ""
    """Shown as it is."""

    enabled: bool = True
    checked: bool | None = None
    """None for a line that cannot be checked."""

    radio: bool = False
    separator: bool = False
    children: tuple[Line, ...] = ()
    on_click: Callable[[], None] | None = field(default=None, compare=False)
    """Called on the bus thread."""

    def properties(self) -> Properties:
        """Word the line in the terms of the interface."""
        if self.separator:
            return {"type": ("s", "separator")}
        # A single underscore would mark the next letter as a shortcut.
        properties = {"label": ("s", self.label.replace("_", "__")), "enabled": ("b", self.enabled)}
        if self.checked is not None:
            properties["toggle-type"] = ("s", "radio" if self.radio else "checkmark")
            properties["toggle-state"] = ("i", int(self.checked))
        if self.children:
            properties["children-display"] = ("s", "submenu")
        return properties


@dataclass(frozen=True, slots=True)
class _Item:
    """A line with its number."""

    id: int
    properties: Properties
    children: tuple[_Item, ...]
    on_click: Callable[[], None] | None

    def walk(self) -> Iterator[_Item]:
        yield self
        for child in self.children:
            yield from child.walk()

    def layout(self, depth: int, names: list[str]) -> tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]:
        """Give the item and what is below it, down to that many levels (-1: all), as ``(ia{sv}av)``."""
        children = [("(ia{sv}av)", child.layout(depth - 1, names)) for child in self.children] if depth else []
        return self.id, self.chosen(names), children

    def chosen(self, names: list[str]) -> dict[str, tuple[str, Any]]:
        """Give the properties with those names; no names: all."""
        return {name: value for name, value in self.properties.items() if not names or name in names}


class DBusMenu:
    """
    The menu of an icon.

    Args:
        bus: The session bus.
        path: Where the menu is offered.
    """

    def __init__(self, bus: Bus, path: str) -> None:
        self._bus = bus
        self._path = path
        self._lock = threading.Lock()
        self._revision = 1
        self._numbers = itertools.count(1)
        self._ids: dict[tuple[str | int, ...], int] = {(): 0}
        self._root = _Item(0, {"children-display": ("s", "submenu")}, (), None)
        self._items: dict[int, _Item] = {0: self._root}
        bus.export(path, self._interface())

    def update(self, lines: tuple[Line, ...]) -> None:
        """Show these lines. From any thread; sends nothing when they are the ones shown."""
        with self._lock:
            before = self._root
            after = _Item(0, before.properties, self._number(lines, ()), None)
            self._root = after
            self._items = {item.id: item for item in after.walk()}
            self._forget_transient()
            updated, removed, reshaped = _compare(before, after)
            # Still under the lock, so that the host hears of changes in the order in which they were made.
            if updated or removed:
                body = (updated, removed)
                self._bus.emit(self._path, INTERFACE, "ItemsPropertiesUpdated", "a(ia{sv})a(ias)", body)
            for parent in reshaped:
                self._revision += 1
                self._bus.emit(self._path, INTERFACE, "LayoutUpdated", "ui", (self._revision, parent))

    def _number(self, lines: tuple[Line, ...], path: tuple[str | int, ...]) -> tuple[_Item, ...]:
        items = []
        taken: set[tuple[str | int, ...]] = set()
        for line in lines:
            own = (*path, line.key)
            # Two siblings with one key would be one item to the host.
            for again in itertools.count(2):
                if own not in taken:
                    break
                own = (*path, f"{line.key}\0{again}")
            taken.add(own)
            number = self._ids.get(own)
            if number is None:
                number = self._ids[own] = next(self._numbers)
            items.append(_Item(number, line.properties(), self._number(line.children, own), line.on_click))
        return tuple(items)

    def _forget_transient(self) -> None:
        """Drop the paths that cannot come back, so that a menu made anew each time does not grow the table."""
        if len(self._ids) > 2 * len(self._items):
            self._ids = {
                path: number
                for path, number in self._ids.items()
                if number in self._items or not any(isinstance(key, int) for key in path)
            }

    def _item(self, number: int) -> _Item:
        with self._lock:
            item = self._items.get(number)
        if item is None:
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", f"There is no menu item {number}.")
        return item

    def _get_layout(self, body: Body, _sender: str) -> Body:
        parent, depth, names = body
        with self._lock:
            revision = self._revision
            item = self._items.get(parent)
        if item is None:
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", f"There is no menu item {parent}.")
        return revision, item.layout(depth, names)

    def _get_group_properties(self, body: Body, _sender: str) -> Body:
        numbers, names = body
        with self._lock:
            items = self._items
        return ([(number, items[number].chosen(names)) for number in numbers or items if number in items],)

    def _get_property(self, body: Body, _sender: str) -> Body:
        number, name = body
        properties = {**_DEFAULTS, **self._item(number).properties}
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
            item = self._items.get(number)
        if item is None:
            log.debug("a menu that is out of date reports %s on item %d", event, number)
            return False
        if event == "clicked" and item.on_click and item.properties.get("enabled", ("b", True))[1]:
            try:
                item.on_click()
            except Exception:
                log.exception("a menu item's action failed")
        return True

    def _about_to_show_group(self, body: Body, _sender: str) -> Body:
        with self._lock:
            items = self._items
        return [], [number for number in body[0] if number not in items]

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


def _compare(before: _Item, after: _Item) -> tuple[list[Any], list[Any], list[int]]:
    """
    Find the least that brings a host from one menu to the other.

    Returns:
        Items with properties to set, items with properties to reset, and the items whose children to read again.
    """
    updated: list[Any] = []
    removed: list[Any] = []
    reshaped: list[int] = []
    pairs = [(before, after)]
    for old, new in pairs:
        changed = {name: value for name, value in new.properties.items() if old.properties.get(name) != value}
        gone = [name for name in old.properties if name not in new.properties]
        if changed:
            updated.append((new.id, changed))
        if gone:
            removed.append((new.id, gone))
        if [child.id for child in old.children] == [child.id for child in new.children]:
            pairs.extend(zip(old.children, new.children, strict=True))
        else:
            reshaped.append(new.id)
    return updated, removed, reshaped
