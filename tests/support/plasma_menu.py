"""
A stand-in for Plasma as a host of menus, after ``libdbusmenuqt/dbusmenuimporter.cpp`` of plasma-workspace 5.27 (6.7
does the same), and QAction and QMenu of Qt 5.

It reads a submenu when it is first opened, level by level. What it does not follow is kept: a LayoutUpdated that it
takes for another, properties that it sets once, and the mark that it turns by itself on a click.
"""

from __future__ import annotations

from typing import Any, ClassVar

from support.menu_host import Layout, Line, MenuHost, Refused, Wire, plain


class PlasmaMenu(MenuHost):
    """The host. It reads the first level of the menu when it is made."""

    marks: ClassVar = {(False, False): "[ ]", (False, True): "[x]", (True, False): "( )", (True, True): "(x)"}

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._actions: dict[int, Line] = {}
        self._answered: set[int] = set()
        self._waiting: set[int] = set()
        self._refresh(0)
        self.follow()

    def on_signal(self, member: str, body: tuple[Any, ...]) -> None:
        """``slotLayoutUpdated`` and ``slotItemsPropertiesUpdated``."""
        if member == "LayoutUpdated":
            number = body[1]
            if number in self._answered:
                self._answered.discard(number)
            else:
                self._waiting.add(number)
            return
        for number, changed in body[0]:
            for name, value in plain(changed).items():
                self._set(number, name, value)
        for number, names in body[1]:
            for name in names:
                self._set(number, name, None)

    def on_rest(self) -> None:
        """``processPendingLayoutUpdates``, by a timer of no time."""
        waiting, self._waiting = self._waiting, set()
        for number in waiting:
            self._refresh(number)

    def on_open(self, line: Line) -> None:
        """``updateMenu``."""
        news = self.wire.call("AboutToShow", line.number)[0]
        self.wire.call("Event", line.number, "opened", ("s", ""), 0)
        if news or not line.lines:
            self._answered.add(line.number)
            self._refresh(line.number)

    def on_click(self, line: Line) -> None:
        """``QAction::activate``: what can be checked turns; the one that is on in a group of radio items stays."""
        if line.mark and line.mark != self.marks[True, True]:
            self._check(line, on=line.mark not in (self.marks[False, True], self.marks[True, True]))

    def shown(self, parent: Line) -> list[Line]:
        """``QMenuPrivate::updateActionRects``: of separators in a row one is seen, and none at an end."""
        found: list[Line] = []
        for line in super().shown(parent):
            if not line.separator or (found and not found[-1].separator):
                found.append(line)
        if found and found[-1].separator:
            found.pop()
        return found

    def _refresh(self, number: int) -> None:
        """``refresh`` and ``slotGetLayoutFinished``."""
        menu = self.root if number == 0 else self._actions.get(number)
        if menu is None or not menu.submenu:
            return
        try:
            _revision, (_number, _properties, children) = self.wire.call("GetLayout", number, 1, [])
        except Refused:
            return
        there = {child[0] for _signature, child in children}
        for line in list(menu.lines):
            if line.number not in there:
                menu.lines.remove(line)
                self._forget(line)
        for _signature, child in children:
            self._take(menu, child)

    def _forget(self, line: Line) -> None:
        self._actions.pop(line.number, None)
        for below in line.lines:
            self._forget(below)

    def _take(self, menu: Line, child: Layout) -> None:
        number, variants, _children = child
        properties = plain(variants)
        line = self._actions.get(number)
        if line is None:
            line = self._actions[number] = Line(
                number,
                separator=properties.get("type") == "separator",
                submenu=properties.get("children-display") == "submenu",
            )
            if toggle := properties.get("toggle-type"):
                line.mark = self.marks[toggle == "radio", False]
        for name, value in properties.items():
            self._set(number, name, value)
        if line in menu.lines:
            menu.lines.remove(line)
        menu.lines.append(line)

    def _set(self, number: int, name: str, value: Any) -> None:
        """``updateActionProperty``: the type, the kind of mark and whether there is a submenu are set once."""
        line = self._actions.get(number)
        if line is None:
            return
        if name == "label":
            line.label = _without_mnemonics(value or "")
        elif name == "enabled":
            line.enabled = True if value is None else value
        elif name == "visible":
            line.visible = True if value is None else value
        elif name == "toggle-state" and value is not None:
            self._check(line, on=value == 1)

    def _check(self, line: Line, *, on: bool) -> None:
        if line.mark:
            line.mark = self.marks[line.mark in (self.marks[True, False], self.marks[True, True]), on]


def _without_mnemonics(label: str) -> str:
    """``swapMnemonicChar`` from ``_`` to ``&``, and what Qt draws of that: the letter after ``&``, underlined."""
    drawn = ""
    place = 0
    while place < len(label):
        if label[place] != "_":
            drawn += label[place]
        elif label[place + 1 : place + 2] == "_":
            drawn += "_"
            place += 1
        place += 1
    return drawn
