"""
The view's menu in the terms of com.canonical.dbusmenu: a tree of numbered nodes, and what differs between two trees.

Pure: which numbers were given so far is handed in and handed back.

Source of the rules: dbus-menu.xml of libdbusmenu, and what hosts make of it (docs/facts: Menus on the bus).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tray.core.command import Command
from tray.core.view.values import MenuItem

Properties = Mapping[str, tuple[str, Any]]
"""By name: signature and value. What is not there has its default."""

Numbers = Mapping[tuple[int, str], int]
"""
The number of every item that was ever shown, by the number of its parent and its own key.

None is forgotten: a click in a menu that was opened before a change never hits another item, and an item that comes
back takes it again.
"""

ROOT = 0
"""The number of the menu itself."""


class MenuNode(NamedTuple):
    """An item as the host knows it."""

    number: int
    properties: Properties
    children: tuple[MenuNode, ...] = ()
    command: Command | None = None
    """What a click asks for."""

    def walk(self) -> Iterator[MenuNode]:
        """Give this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


EMPTY = MenuNode(ROOT, {"children-display": ("s", "submenu")})
"""A menu without an item."""


def lay_out(items: tuple[MenuItem, ...], numbers: Numbers) -> tuple[MenuNode, Numbers]:
    """Give each item of a menu its number and its properties: the menu's root, and the numbers given by now."""
    given = dict(numbers)
    return MenuNode(ROOT, EMPTY.properties, _nodes(items, ROOT, given)), given


def _nodes(items: tuple[MenuItem, ...], parent: int, numbers: dict[tuple[int, str], int]) -> tuple[MenuNode, ...]:
    nodes = []
    taken: set[str] = set()
    for item in items:
        key = _free(item.key, taken)
        taken.add(key)
        number = numbers.setdefault((parent, key), len(numbers) + 1)
        command = None if item.children else item.command
        nodes.append(MenuNode(number, _properties(item), _nodes(item.children, number, numbers), command))
    return tuple(nodes)


def _free(key: str, taken: set[str]) -> str:
    """Tell siblings apart that share a key: they would be one item to the host."""
    if key not in taken:
        return key
    others = (f"{key}\0{again}" for again in itertools.count(2))
    return next(other for other in others if other not in taken)


def _properties(item: MenuItem) -> Properties:
    """Word an item in the terms of the interface."""
    if item.separator:
        return {"type": ("s", "separator")}
    # A single underscore would mark the next letter as a shortcut.
    properties = {"label": ("s", item.label.replace("_", "__")), "enabled": ("b", item.enabled)}
    if item.checked is not None:
        properties["toggle-type"] = ("s", "radio" if item.radio else "checkmark")
        properties["toggle-state"] = ("i", int(item.checked))
    if item.children:
        properties["children-display"] = ("s", "submenu")
    return properties


class MenuChanges(NamedTuple):
    """The least that brings a host from one menu to another, in the terms of the interface's signals."""

    updated: list[tuple[int, Properties]]
    """Items with properties to set."""

    removed: list[tuple[int, list[str]]]
    """Items with properties to set back to their defaults."""

    reshaped: list[int]
    """Items whose children are to be read again: others came, went, or moved."""


def difference(before: MenuNode, after: MenuNode) -> MenuChanges:
    """Compare two menus. Below an item that is to be read again nothing is told: it is read whole."""
    changes = MenuChanges([], [], [])
    pairs = [(before, after)]
    for old, new in pairs:
        changed = {name: value for name, value in new.properties.items() if old.properties.get(name) != value}
        gone = [name for name in old.properties if name not in new.properties]
        if changed:
            changes.updated.append((new.number, changed))
        if gone:
            changes.removed.append((new.number, gone))
        if [child.number for child in old.children] == [child.number for child in new.children]:
            pairs.extend(zip(old.children, new.children, strict=True))
        else:
            changes.reshaped.append(new.number)
    return changes
