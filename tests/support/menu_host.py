"""
What stand-ins for hosts of menus have in common: calls and signals of com.canonical.dbusmenu, and a person who looks.

A host is on a bus, or is handed the menu itself (`support.menu_wires`). It acts on signals in `follow`, in the order in
which they came, and answers a person: the menu is opened, submenus in it are, and what is on the screen is read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

from tray.core.view.values import MenuItem

Layout = tuple[int, dict[str, tuple[str, Any]], list[tuple[str, Any]]]


class Refused(Exception):
    """The menu answered with an error."""


class Wire(Protocol):
    """The way to a menu."""

    def call(self, member: str, *body: Any) -> tuple[Any, ...]:
        """
        Call a method of the menu.

        Raises:
            Refused: It answered with an error.
        """

    def listen(self, hear: Callable[[str, tuple[Any, ...]], None]) -> None:
        """Have each signal of the menu heard: its name and its arguments."""


class Seen(NamedTuple):
    """A line as a person sees it."""

    label: str
    """``"-"`` for one that separates."""

    enabled: bool = True
    mark: str = ""
    """What stands before the label: a dot, a tick, an empty box; each host draws its own."""

    lines: tuple[Seen, ...] | None = ()
    """What stands in its submenu; None where that is not open."""


SEPARATOR = Seen("-")


def offered(items: Iterable[MenuItem], marks: dict[tuple[bool, bool], str]) -> tuple[Seen, ...]:
    """
    Give what a person should see of a menu.

    Args:
        items: The menu.
        marks: How a host draws the mark of an item that can be checked: by whether it is a radio item, and checked.
    """
    return tuple(
        SEPARATOR
        if item.separator
        else Seen(
            item.label,
            item.enabled,
            "" if item.checked is None else marks[item.radio, item.checked],
            offered(item.children, marks),
        )
        for item in items
    )


@dataclass(eq=False)
class Line:
    """A line that a host keeps on the screen, or ready for it."""

    number: int
    label: str = ""
    enabled: bool = True
    visible: bool = True
    mark: str = ""
    separator: bool = False
    submenu: bool = False
    open: bool = False
    lines: list[Line] = field(default_factory=list)
    above: Line | None = None


class MenuHost(ABC):
    """
    A host of one menu.

    Args:
        wire: The way to the menu.
    """

    marks: ClassVar[dict[tuple[bool, bool], str]]
    """How it draws the mark of an item: by whether it is a radio item, and checked."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.root = Line(0, submenu=True)
        self._inbox: deque[tuple[str, tuple[Any, ...]]] = deque()
        wire.listen(lambda member, body: self._inbox.append((member, body)))

    def follow(self) -> None:
        """Act on all signals that have come, and on those that come of that."""
        while self._inbox:
            self.on_signal(*self._inbox.popleft())
            if not self._inbox:
                self.on_rest()

    @abstractmethod
    def on_signal(self, member: str, body: tuple[Any, ...]) -> None:
        """Act on a signal."""

    @abstractmethod
    def on_rest(self) -> None:
        """Do what waits until no signal does."""

    @abstractmethod
    def on_open(self, line: Line) -> None:
        """Have the menu (the root), or a submenu, shown."""

    @abstractmethod
    def on_click(self, line: Line) -> None:
        """Do by itself what it does with a line that is clicked."""

    def shown(self, parent: Line) -> list[Line]:
        """Give the lines that are on the screen where a submenu is open."""
        return [line for line in parent.lines if line.visible]

    def open(self, line: Line) -> None:
        """Open the menu (the root), or a submenu of it."""
        assert line.submenu
        line.open = True
        self.on_open(line)
        self.follow()

    def close(self, line: Line) -> None:
        """Close the menu, or a submenu, with all that is open in it."""
        for below in line.lines:
            if below.open:
                self.close(below)
        if line.open:
            line.open = False
            self.wire.call("Event", line.number, "closed", ("i", 0), 0)

    def click(self, line: Line) -> None:
        """Click a line. The menu closes."""
        self.on_click(line)
        self.wire.call("Event", line.number, "clicked", ("i", 0), 0)
        self.close(self.root)
        self.follow()

    def find(self, number: int) -> Line:
        """Find a line, or the menu itself."""
        waiting = [self.root]
        for line in waiting:
            if line.number == number:
                return line
            waiting += line.lines
        raise AssertionError(f"there is no line {number}")

    def seen(self, parent: Line | None = None) -> tuple[Seen, ...]:
        """Read what is on the screen."""
        return tuple(
            SEPARATOR
            if line.separator
            else Seen(
                line.label, line.enabled, line.mark, (self.seen(line) if line.open else None) if line.submenu else ()
            )
            for line in self.shown(parent or self.root)
        )

    def look_through(self, parent: Line | None = None) -> tuple[Seen, ...]:
        """Open the menu, and one submenu after the other, and give all that was seen. All is closed in the end."""
        parent = parent or self.root
        while not parent.open:
            self.open(parent)
            # What the host did on opening may have put another line in its place, which is closed.
            parent = self.find(parent.number)
        found = []
        for place, (line, seen) in enumerate(zip(self.shown(parent), self.seen(parent), strict=True)):
            below = self.look_through(self.shown(parent)[place]) if line.submenu else ()
            found.append(seen._replace(lines=below))
        self.close(parent)
        return tuple(found)


def plain(variants: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """Take the values out of their variants."""
    return {name: value for name, (_signature, value) in variants.items()}
