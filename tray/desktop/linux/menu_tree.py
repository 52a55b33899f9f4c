"""
The view's menu in the terms of com.canonical.dbusmenu: a tree of numbered nodes, and what differs between two trees.

Pure: the tree that was shown before is handed in. Below every submenu a line keeps its place for good. One that is not
offered any more is hidden there, new ones come in between, and nothing is ever moved: GNOME shows a line that moves, or
that comes in the moment another goes, in the wrong place (ADR 20). Nor does a number ever change what it is, since
Plasma never looks at that again: what becomes a submenu, a separator or something to check is another line.

Source of the rules: dbus-menu.xml of libdbusmenu, and what hosts make of it (docs/facts: Menus on the bus).
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tray.core.command import Command
from tray.core.view.values import MenuItem

Properties = Mapping[str, tuple[str, Any]]
"""By name: signature and value; the label is plain text. What is not there has its default."""

Identity = tuple[str, str]
"""What an item is among its siblings: its key, and the kind of line, which a host reads once."""

DEFAULTS: Properties = {
    "type": ("s", "standard"),
    "label": ("s", ""),
    "enabled": ("b", True),
    "visible": ("b", True),
    "icon-name": ("s", ""),
    "toggle-type": ("s", ""),
    "toggle-state": ("i", -1),
    "children-display": ("s", ""),
}

ROOT = 0
"""The number of the menu itself."""

MOST_HIDDEN = 40
"""So many hidden lines a submenu may keep, or as many as it shows; then all of it is numbered anew."""

_SEPARATOR = "separator"
_SUBMENU = "submenu"


class MenuNode(NamedTuple):
    """An item as the host knows it."""

    number: int
    properties: Properties
    children: tuple[MenuNode, ...] = ()
    """Its lines, hidden ones too; those of a hidden item are remembered for its return, and not offered."""

    command: Command | None = None
    """What a click asks for."""

    identity: Identity = ("", "")

    @property
    def hidden(self) -> bool:
        """Whether it only keeps its place."""
        return "visible" in self.properties

    @property
    def offered(self) -> tuple[MenuNode, ...]:
        """The children that a host is told of."""
        return () if self.hidden else self.children

    def walk(self) -> Iterator[MenuNode]:
        """Give this node and all that are offered below it."""
        yield self
        for child in self.offered:
            yield from child.walk()

    def remembered(self) -> Iterator[MenuNode]:
        """Give this node and all below it, also what is not offered now."""
        yield self
        for child in self.children:
            yield from child.remembered()


class Menu(NamedTuple):
    """A menu as it was laid out."""

    root: MenuNode
    last: int
    """The highest number given so far: a click in a menu that was opened long ago never hits another item."""


EMPTY = Menu(MenuNode(ROOT, {"children-display": ("s", _SUBMENU)}), ROOT)
"""A menu without an item."""


def lay_out(items: tuple[MenuItem, ...], before: Menu) -> Menu:
    """Put these items in place of those that were shown before."""
    numbers = itertools.count(before.last + 1)
    children = _lines(items, before.root.children, numbers)
    return Menu(before.root._replace(children=children), next(numbers) - 1)


def _lines(items: tuple[MenuItem, ...], before: tuple[MenuNode, ...], numbers: Iterator[int]) -> tuple[MenuNode, ...]:
    wanted = _identities(items)
    there = [node.identity for node in before]
    if there == wanted:
        return tuple(_node(item, one, old, numbers) for item, one, old in zip(items, wanted, before, strict=True))
    lines = []
    for old, new in _merged(there, wanted):
        if new is not None:
            lines.append(_node(items[new], wanted[new], None if old is None else before[old], numbers))
        elif old is not None:
            lines.append(_hidden(before[old]))
    hidden = len(lines) - len(items)
    if hidden > max(MOST_HIDDEN, len(items)) or _shows_a_hidden_separator(lines):
        return tuple(_node(item, one, None, numbers) for item, one in zip(items, wanted, strict=True))
    return tuple(lines)


def _node(item: MenuItem, identity: Identity, before: MenuNode | None, numbers: Iterator[int]) -> MenuNode:
    number = next(numbers) if before is None else before.number
    children = _lines(item.children, () if before is None else before.children, numbers)
    return MenuNode(number, _properties(item), children, None if item.children else item.command, identity)


def _hidden(node: MenuNode) -> MenuNode:
    if node.hidden:
        return node
    return node._replace(properties={**node.properties, "visible": ("b", False)}, command=None)


def _shows_a_hidden_separator(lines: Iterable[MenuNode]) -> bool:
    """Tell whether GNOME would show a separator that is hidden: on opening it does, between two other lines."""
    after_a_line = waiting = False
    for line in lines:
        separator = line.identity[1] == _SEPARATOR
        if line.hidden:
            waiting = waiting or (separator and after_a_line)
            continue
        if waiting and not separator:
            return True
        after_a_line, waiting = not separator, False
    return False


def _identities(items: tuple[MenuItem, ...]) -> list[Identity]:
    """Name each item, and tell siblings apart that share a key: they would be one item to the host."""
    found: list[Identity] = []
    taken: set[str] = set()
    for item in items:
        key = item.key
        if key in taken:
            others = (f"{item.key}\0{again}" for again in itertools.count(2))
            key = next(other for other in others if other not in taken)
        taken.add(key)
        found.append((key, _kind(item)))
    return found


def _kind(item: MenuItem) -> str:
    if item.separator:
        return _SEPARATOR
    if item.checked is not None:
        toggle = "radio" if item.radio else "checkmark"
        return f"{toggle} {_SUBMENU}" if item.children else toggle
    return _SUBMENU if item.children else "standard"


def _merged(before: Sequence[Identity], after: Sequence[Identity]) -> Iterator[tuple[int | None, int | None]]:
    """
    Merge two orders into one that holds both: where each line was, and which of the new items it is.

    What comes in between stands before what is hidden there, as close as can be to what it follows.
    """
    was = becomes = 0
    for old, new in _in_common(before, after):
        yield from ((None, index) for index in range(becomes, new))
        yield from ((index, None) for index in range(was, old))
        yield old, new
        was, becomes = old + 1, new + 1
    yield from ((None, index) for index in range(becomes, len(after)))
    yield from ((index, None) for index in range(was, len(before)))


_Chain = tuple[int, int, Any]
"""Two indexes, and the chain before them."""


def _in_common(before: Sequence[Identity], after: Sequence[Identity]) -> list[tuple[int, int]]:
    """Find the longest sequence that both hold in the same order, as pairs of indexes (Hunt and Szymanski, 1977)."""
    where: dict[Identity, list[int]] = {}
    for index, one in enumerate(before):
        where.setdefault(one, []).append(index)
    ends: list[int] = []
    chains: list[_Chain] = []
    for new, one in enumerate(after):
        for old in reversed(where.get(one, ())):
            length = bisect_left(ends, old)
            ends[length : length + 1] = [old]
            chains[length : length + 1] = [(old, new, chains[length - 1] if length else None)]
    pairs = []
    chain = chains[-1] if chains else None
    while chain:
        old, new, chain = chain
        pairs.append((old, new))
    return pairs[::-1]


def _properties(item: MenuItem) -> Properties:
    """Word an item in the terms of the interface."""
    if item.separator:
        return {"type": ("s", _SEPARATOR)}
    properties = {"label": ("s", item.label), "enabled": ("b", item.enabled)}
    if item.checked is not None:
        properties["toggle-type"] = ("s", "radio" if item.radio else "checkmark")
        properties["toggle-state"] = ("i", int(item.checked))
    if item.children:
        properties["children-display"] = ("s", _SUBMENU)
    return properties


def marked(label: str) -> str:
    """Word a label so that no letter is a shortcut: a single underscore would mark the next one."""
    return label.replace("_", "__")


def marked_for_gnome(label: str) -> str:
    """
    Word a label for GNOME's extension, which takes away one underscore, and leaves all others.

    It is the first that something else follows: ``replace(/_([^_])/, '$1')`` (dbusMenu.js, versions 30 to 63).
    """
    return f"_{label}" if re.search("_[^_]", label) else label


class MenuChanges(NamedTuple):
    """What brings a host from one menu to another, in the terms of the interface's signals."""

    updated: list[tuple[int, Properties]]
    """Items with properties to set: every one that stays and changed, whatever becomes of the shape."""

    reshaped: list[int]
    """Items that got other lines, all of them: a host may read the lines of one without what is below them."""


def difference(before: MenuNode, after: MenuNode) -> MenuChanges:
    """Compare two menus, of which the later one was laid out over the earlier."""
    changes = MenuChanges([], [])
    pairs = [(before, after)]
    for old, new in pairs:
        if changed := _changed(old.properties, new.properties):
            changes.updated.append((new.number, changed))
        if not new.children or new.hidden:
            continue
        if [child.number for child in old.offered] != [child.number for child in new.children]:
            changes.reshaped.append(new.number)
        # Some hosts still know what was below an item while it was hidden: as it comes back they are told what changed.
        known = {child.number: child for child in old.children}
        pairs.extend((known[child.number], child) for child in new.children if child.number in known)
    return changes


def _changed(old: Properties, new: Properties) -> Properties:
    """Give what to set; what is gone gets its default, as Plasma does not follow every property that is taken away."""
    if old == new:
        return {}
    gone = {name: DEFAULTS[name] for name in old if name not in new}
    return {**gone, **{name: value for name, value in new.items() if old.get(name) != value}}
