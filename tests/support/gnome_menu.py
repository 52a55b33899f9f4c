"""
A stand-in for GNOME's extension AppIndicator as a host of menus, after its ``dbusMenu.js``, versions 46 and 63, and
``popupMenu.js`` of GNOME Shell 43.

Its faults are kept: what it does not ask for again, lines that it cannot move, separators that it shows by itself, and
the one underscore that it takes away.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from support.menu_host import Layout, Line, MenuHost, Wire, plain

_DEFAULTS = {"visible": True, "enabled": True, "label": "", "type": "standard"}
"""``PropertyStore.DefaultValues``; whatever else is not there is null."""


class _Item:
    """``DbusMenuItem``: what it knows of an item, and the line that shows it."""

    def __init__(self, number: int, properties: dict[str, Any], children: list[int]) -> None:
        self.number = number
        self.properties = properties
        self.children = children
        self.line: Line | None = None

    def get(self, name: str) -> Any:
        return self.properties.get(name, _DEFAULTS.get(name))


class GnomeMenu(MenuHost):
    """
    The host. It reads the menu when it is made.

    Args:
        wire: The way to the menu.
        notes_while_closed: Whether it does as versions since 53: while the menu is closed it only notes which signals
            came. Earlier ones act on each.
    """

    marks: ClassVar = {(False, False): "", (False, True): "✓", (True, False): "", (True, True): "•"}

    def __init__(self, wire: Wire, *, notes_while_closed: bool) -> None:
        super().__init__(wire)
        self._notes = notes_while_closed
        self._items = {0: _Item(0, {"children-display": "submenu"}, [])}
        self._items[0].line = self.root
        self._layout_is_old = self._properties_are_old = False
        self._wanted: dict[int, None] = {}
        self._coming: list[tuple[int, int]] = []
        self._read()
        self._about_to_show(0)
        self.follow()

    def on_signal(self, member: str, body: tuple[Any, ...]) -> None:
        """``_onSignal``, or ``_onLayoutUpdated`` and ``_onPropertiesUpdated`` before version 53."""
        waits = self._notes and not self.root.open and self._items[0].children
        if member == "LayoutUpdated":
            if waits:
                self._layout_is_old = True
            else:
                self._read()
        elif waits:
            self._properties_are_old = True
        else:
            for number, changed in body[0]:
                for name, value in plain(changed).items():
                    self._set(number, name, value)
            for number, names in body[1]:
                for name in names:
                    self._set(number, name, None)

    def on_rest(self) -> None:
        """Nothing waits."""

    def on_open(self, line: Line) -> None:
        """``_onMenuOpened`` and ``_onOpenStateChanged``; what it asks for comes when the menu is on the screen."""
        self.wire.call("Event", line.number, "opened", ("i", 0), 0)
        for separator in line.lines:
            if separator.separator:
                separator.visible = _separates(line.lines, separator)
        if line is self.root and self._layout_is_old:
            self._read()
        elif line is self.root and self._properties_are_old:
            self._wanted.update(dict.fromkeys(self._items))
            self._properties_are_old = False
            self._ask_properties()
        self._about_to_show(line.number)

    def on_click(self, line: Line) -> None:
        """Nothing changes until the program says so."""

    def _about_to_show(self, number: int) -> None:
        if self.wire.call("AboutToShow", number)[0]:
            self._read()

    def _read(self) -> None:
        """``_layoutUpdateUpdateAsync``: always the whole."""
        _revision, root = self.wire.call("GetLayout", 0, -1, ["type", "children-display"])
        self._take(root)
        used: set[int] = set()
        waiting = [0]
        while waiting:
            number = waiting.pop()
            used.add(number)
            waiting += self._items[number].children
        self._items = {number: item for number, item in self._items.items() if number in used}
        self._layout_is_old = self._properties_are_old = False
        self._ask_properties()
        coming, self._coming = self._coming, []
        for number, place in (one for one in coming if one[0] in self._items):
            self._add_line(self.root, number, place)

    def _take(self, layout: Layout) -> None:
        """``_doLayoutUpdate``."""
        number, properties, children = layout
        for _signature, child in children:
            self._take(child)
        numbers = [child[0] for _signature, child in children]
        item = self._items.get(number)
        if item is None:
            self._items[number] = _Item(number, plain(properties), numbers)
            self._wanted[number] = None
            return
        for name, value in plain(properties).items():
            self._set(number, name, value)
        left = list(item.children)
        for place, child in enumerate(numbers):
            if child in left:
                left.remove(child)
                self._move(item, child, place)
            else:
                item.children.insert(place, child)
                self._on_child(item, child, place)
        for child in left:
            item.children.remove(child)
            self._on_child(item, child, None)
        if self._properties_are_old:
            self._wanted[number] = None

    def _move(self, item: _Item, child: int, place: int) -> None:
        """``moveChild``. Its listeners take the arguments for others, and find no line to move."""
        if item.children.index(child) != place:
            item.children.remove(child)
            item.children.insert(place, child)
            if item.line is not None and not item.line.submenu:
                self._replace(item)

    def _on_child(self, item: _Item, child: int, place: int | None) -> None:
        """``_onChildAdded`` at a place, or ``_onChildRemoved``."""
        line = item.line
        if line is None:
            return
        if not line.submenu:
            self._replace(item)
        elif place is None:
            line.lines = [below for below in line.lines if below.number != child]
            self._coming = [(number, at) for number, at in self._coming if line is not self.root or number != child]
        elif line is self.root and self._notes:
            # Lines of the root are made later, when those that go are gone (since version 53).
            self._coming.append((child, place))
        else:
            self._add_line(line, child, place)

    def _add_line(self, parent: Line, number: int, place: int) -> None:
        line = self._make(self._items[number])
        line.above = parent
        parent.lines.insert(place, line)

    def _make(self, item: _Item) -> Line:
        """``MenuItemFactory.createItem``."""
        submenu = item.get("children-display") == "submenu"
        line = Line(item.number, submenu=submenu, separator=not submenu and item.get("type") == "separator")
        item.line = line
        self._draw(item)
        if submenu:
            for place, child in enumerate(item.children):
                self._add_line(line, child, place)
        return line

    def _replace(self, item: _Item) -> None:
        """``_replaceSelf``: another line in its place, which is closed. The root is no line."""
        old = item.line
        if old is None or old.above is None or old not in old.above.lines:
            return
        line = self._make(item)
        line.above = old.above
        old.above.lines[old.above.lines.index(old)] = line

    def _set(self, number: int, name: str, value: Any) -> None:
        """``propertySet``: heard of also where nothing changes."""
        item = self._items.get(number)
        if item is None:
            return
        if value is None:
            item.properties.pop(name, None)
        else:
            item.properties[name] = value
        if item.line is None:
            return
        if name in ("type", "children-display"):
            self._replace(item)
        elif name == "visible":
            item.line.visible = item.get("visible")
        else:
            self._draw(item, visible=item.line.visible)

    def _draw(self, item: _Item, *, visible: bool | None = None) -> None:
        """``_updateLabel``, ``_updateOrnament``, ``_updateVisible``, ``_updateSensitive``."""
        line = item.line
        assert line
        line.label = re.sub("_([^_])", r"\1", item.get("label"), count=1)
        on = bool(item.get("toggle-state"))
        toggle = item.get("toggle-type")
        line.mark = self.marks[toggle == "radio", on] if toggle in ("radio", "checkmark") else ""
        line.visible = item.get("visible") if visible is None else visible
        line.enabled = item.get("enabled")

    def _ask_properties(self) -> None:
        """``_requestProperties``."""
        wanted, self._wanted = list(self._wanted), {}
        if not wanted:
            return
        for number, properties in self.wire.call("GetGroupProperties", wanted, [])[0]:
            if self._notes and number in self._items:
                for name, value in _DEFAULTS.items():
                    self._set(number, name, value)
            for name, value in plain(properties).items():
                self._set(number, name, value)


def _separates(lines: list[Line], separator: Line) -> bool:
    """``_updateSeparatorVisibility`` of GNOME Shell: whatever its property says, it shows between two other lines."""
    place = lines.index(separator)
    before = [line for line in lines[:place] if line.visible]
    after = [line for line in lines[place + 1 :] if line.visible]
    return bool(before and after and not before[-1].separator and not after[0].separator)
