"""Menus that are read and chosen from over the accessibility bus: those of GTK and of Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ClassVar

from PIL import Image
from support.desk import until

from desktops import reading
from desktops.accessibility import CHECKED, SENSITIVE, SHOWING, VISIBLE, Focus, NoAnswer, Node
from desktops.host import Host, steadily
from desktops.lines import Line, Menu, key

_MENU_SECONDS = 6.0
_MENUS = {"menu", "popup menu"}
_LINES = {"menu item", "check menu item", "radio menu item", "menu"}


class AccessibleMenu(Host):
    """A desktop whose menus are read and chosen from over the accessibility bus (GTK and Qt tell the whole truth)."""

    PROGRAM: ClassVar[str]
    """The program that shows the menu, by its accessible name."""

    def find_menu(self) -> Node | None:
        """Find the menu that is open: what holds the line "Quit"."""
        for name, program in self.accessibility.programs().items():
            for node in program.walk() if self.PROGRAM in name else ():
                with suppress(NoAnswer):
                    if node.role in _MENUS and any(child.name == "Quit" for child in node.children):
                        return node if SHOWING in node.states else None
        return None

    def wait_for_menu(self) -> Node:
        """Wait until the menu is open."""
        return until(self.find_menu, _MENU_SECONDS, lambda: "the menu did not open")

    def press_until_open(self, press: Callable[[], None]) -> None:
        """Press the icon, and again where nothing comes of it, as a person does: a panel may be busy."""
        for _attempt in range(3):
            press()
            with suppress(AssertionError):
                until(self.find_menu, 3)
                return
        raise AssertionError(f"the menu did not open; there are {list(self.accessibility.programs())}")

    def read_menu(self) -> Menu:
        return steadily(lambda: self._read(self.wait_for_menu()))

    def _read(self, menu: Node) -> Menu:
        found = []
        for node in self.lines(menu):
            line = self.read_line(node)
            if self.is_submenu(node):
                line = line._replace(children=self._read(self.submenu(node)))
                self.leave(node)
            found.append(line)
        return tuple(found)

    def lines(self, holder: Node) -> list[Node]:
        """Give the lines of a menu that a person sees."""
        return [child for child in holder.children if child.role in _LINES and VISIBLE in child.states]

    def read_line(self, node: Node) -> Line:
        """Read a line, without what it opens."""
        states = node.states
        return Line(node.name, SENSITIVE in states, CHECKED in states)

    def is_submenu(self, line: Node) -> bool:
        """Tell whether a line opens a submenu."""
        return line.role == "menu"

    def submenu(self, line: Node) -> Node:
        """Give what holds the lines of a submenu, opened where the host reads it only then."""
        return line

    def leave(self, line: Node) -> None:
        """Close a submenu that was opened to be read."""

    def line(self, holder: Node, label: str) -> Node:
        """Find a line of a menu by its label, or by how that begins."""
        lines = [(child, child.name) for child in self.lines(holder)]
        exact = [child for child, name in lines if name == label]
        found = exact or [child for child, name in lines if key(name).startswith(key(label))]
        assert found, f"no {label!r} among {[name for _child, name in lines]}"
        return found[0]

    def choose(self, *labels: str) -> None:
        node = self.wait_for_menu()
        for number, label in enumerate(labels):
            node = self.line(node if number == 0 else self.submenu(node), label)
        node.act("click")


class GtkMenu(AccessibleMenu):
    """
    A panel whose menus are those of libdbusmenu-gtk.

    What it tells over accessibility is right in shape and marks, but its names are what it was told besides, and not
    what it paints. So the labels of the open menu are read from the screen.
    """

    ROUGHLY = True
    _before: Image.Image | None = None

    def press_until_open(self, press: Callable[[], None]) -> None:
        self.close_menu()
        self._before = self.look()
        super().press_until_open(press)

    def _painted(self) -> tuple[Image.Image, reading.Box] | None:
        after = self.look()
        box = reading.menu_box(self._before, after) if self._before else None
        return (after, box) if box else None

    def read_menu(self) -> Menu:
        menu = self.told = super().read_menu()
        after, box = until(self._painted, 3, lambda: "the menu is not to be seen")
        return reading.with_painted_labels(menu, reading.read(after.crop(box), self.session.folder))


class FocusedMenu(AccessibleMenu):
    """A panel that does not list its menus among its windows, but tells which line of one has the focus."""

    _focus: Focus | None = None

    def press_key(self, name: str) -> None:
        """Press a key on the keyboard."""
        raise NotImplementedError

    def close(self) -> None:
        if self._focus:
            self._focus.close()
        super().close()

    @property
    def focus(self) -> Focus:
        """What has the focus; listens from the first time that it is asked for."""
        if self._focus is None:
            self._focus = Focus(self.accessibility)
        return self._focus

    def find_menu(self) -> Node | None:
        node = self.focus.node
        with suppress(NoAnswer):
            while node and node.role in _MENUS | _LINES:
                if node.role in _MENUS and any(child.name == "Quit" for child in node.children):
                    return node if SHOWING in node.states else None
                node = node.parent
        return None


class QtMenu(FocusedMenu):
    """
    A panel whose menus are those of Qt, which tells the truth of them.

    Submenus are opened to be read, as hosts load them only then.
    """

    def close_menu(self) -> None:
        for _attempt in range(6):
            if not self.find_menu():
                return
            self.press_key("Escape")
            time.sleep(0.2)
        raise AssertionError("the menu stays open")

    def read_menu(self) -> Menu:
        return self._read(self.wait_for_menu())

    def is_submenu(self, line: Node) -> bool:
        return any(child.role == "popup menu" for child in line.children)

    def submenu(self, line: Node) -> Node:
        """Open a submenu with the keyboard."""
        self._go_to(line)
        holder = next(child for child in line.children if child.role == "popup menu")
        self.press_key("Right")
        with suppress(AssertionError):  # a menu without a line that can be chosen gets no focus
            until(lambda: self.focus.node and self.focus.node.path in {child.path for child in holder.children}, 2)
        steadily(lambda: [child.path for child in holder.children])
        return holder

    def leave(self, line: Node) -> None:
        self.press_key("Left")
        time.sleep(0.1)

    def choose(self, *labels: str) -> None:
        """Choose a line with the keyboard."""
        holder = self.wait_for_menu()
        for number, label in enumerate(labels):
            line = self.line(holder, label)
            if number + 1 < len(labels):
                holder = self.submenu(line)
            else:
                self._go_to(line)
                self.press_key("Return")
                until(lambda: not self.find_menu(), 6, lambda: "the menu stays open")

    def _has_moved_from(self, node: Node | None) -> bool:
        return self.focus.node != node

    def _go_to(self, line: Node) -> None:
        for _step in range(120):
            now = self.focus.node
            if now and now.path == line.path:
                return
            self.press_key("Down")
            with suppress(AssertionError):
                until(partial(self._has_moved_from, now), 0.5)
        raise AssertionError(f"the keyboard does not come to {line.name!r}")
