"""A desktop that can be brought up without a screen: what each of them has to be able to do."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

from PIL import Image

from desktops import reading
from desktops.accessibility import CHECKED, SENSITIVE, SHOWING, VISIBLE, Accessibility, Focus, NoAnswer, Node
from desktops.lines import Line, Menu
from desktops.session import Session
from support.desk import until

T = TypeVar("T")
SIZE = (1280, 800)
"""Of every screen, in pixels."""

_MENU_SECONDS = 6.0


class Unable(Exception):
    """Something cannot be checked on this desktop; says why."""


class Shown(NamedTuple):
    """A notice on the screen."""

    text: str
    """All that it says."""

    buttons: tuple[str, ...]


class Host(ABC):
    """
    A desktop: panel and notification server, started in a session of its own.

    Args:
        session: The session.
    """

    NAME: ClassVar[str]
    """What it is asked for by: ``make desktops DESKTOP=…``."""

    KIND: ClassVar[str]
    """For ``XDG_CURRENT_DESKTOP``."""

    PACKAGES: ClassVar[tuple[str, ...]]
    """Debian packages that it needs."""

    VERSIONS: ClassVar[tuple[str, ...]]
    """Those of them whose versions are told."""

    HAS_MENU: ClassVar[bool] = True
    ROUGHLY: ClassVar[bool] = False
    """Whether labels are read from pictures."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._accessibility: Accessibility | None = None

    @abstractmethod
    def begin(self) -> None:
        """Bring it up: when this returns, an icon would be shown."""

    @abstractmethod
    def kill_panel(self) -> None:
        """Let the panel crash."""

    @abstractmethod
    def start_panel(self, *, dark: bool = False) -> None:
        """Start the panel again, in a light or a dark theme."""

    @abstractmethod
    def shoot(self, file: Path) -> None:
        """Take a picture of the screen; the file is the user's to write."""

    @abstractmethod
    def panel_box(self) -> tuple[int, int, int, int]:
        """Tell where on the screen the icon can be: left, top, right, bottom."""

    @abstractmethod
    def open_menu(self) -> None:
        """Open the menu of the icon, as a person does."""

    @abstractmethod
    def close_menu(self) -> None:
        """Close it again."""

    @abstractmethod
    def read_menu(self) -> Menu:
        """Read the menu that is open, with all its submenus."""

    @abstractmethod
    def choose(self, *labels: str) -> None:
        """Choose a line of the menu that is open, by the labels on the way to it."""

    @abstractmethod
    def notices(self) -> list[Shown]:
        """Read the notices on the screen."""

    @abstractmethod
    def press(self, label: str) -> None:
        """Press the button of a notice on the screen."""

    @abstractmethod
    def restart_notices(self) -> None:
        """Let the notification server crash, and start another one."""

    def close(self) -> None:
        """Let go of what was held besides processes."""
        if self._accessibility:
            self._accessibility.close()

    @property
    def accessibility(self) -> Accessibility:
        """What the session's programs tell of what they show."""
        if self._accessibility is None:
            self._accessibility = Accessibility(self.session)
        return self._accessibility

    @contextmanager
    def menu_open(self) -> Iterator[None]:
        """Have the menu open for as long as the block lasts."""
        self.open_menu()
        try:
            yield
        finally:
            self.close_menu()

    def menu(self) -> Menu:
        """Open the menu, read it, and close it."""
        with self.menu_open():
            return self.read_menu()

    def click(self, *labels: str) -> None:
        """Open the menu and choose a line."""
        self.open_menu()
        self.choose(*labels)

    def look(self) -> Image.Image:
        """See the screen."""
        file = self.session.runtime / "screen.png"
        self.shoot(file)
        with Image.open(file) as image:
            return image.convert("RGB")

    def shows_notice(self, words: str, seconds: float = 15) -> Shown:
        """Wait for a notice on the screen that says this."""

        def seen() -> Shown | None:
            return next((shown for shown in self.notices() if words in shown.text), None)

        return until(seen, seconds, lambda: f"no notice with {words!r} on the screen: {self.notices()}")

    def shows_no_notice(self, words: str, seconds: float = 15) -> None:
        """Wait until no notice on the screen says this."""
        until(
            lambda: not any(words in shown.text for shown in self.notices()),
            seconds,
            lambda: f"a notice with {words!r} is still on the screen",
        )


def steadily(look: Callable[[], T], seconds: float = 3.0) -> T:
    """Look until the same is seen twice: what a host shows may lag behind what it was told."""
    begun = time.monotonic()
    before = look()
    while True:
        time.sleep(0.3)
        now = look()
        if now == before or time.monotonic() - begun > seconds:
            return now
        before = now


_MENUS = {"menu", "popup menu"}
_LINES = {"menu item", "check menu item", "radio menu item", "menu"}


class AccessibleMenu(Host):
    """A desktop whose menus are read and chosen from over the accessibility bus (GTK and Qt tell the whole truth)."""

    PROGRAM: ClassVar[str]
    """The program that shows the menu, by its accessible name."""

    def find_menu(self) -> Node | None:
        """Find the menu that is open: what holds the line "Quit"."""
        program = self.accessibility.programs().get(self.PROGRAM)
        for node in program.walk() if program else ():
            try:
                if node.role in _MENUS and any(child.name == "Quit" for child in node.children):
                    return node if SHOWING in node.states else None
            except NoAnswer:
                continue
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
        raise AssertionError("the menu did not open")

    def read_menu(self) -> Menu:
        return steadily(lambda: self._read(self.wait_for_menu()))

    def _read(self, menu: Node) -> Menu:
        found = []
        for node in menu.children:
            role, states = node.role, node.states
            if role in _LINES and VISIBLE in states:
                children = self._read(self.submenu(node)) if self.is_submenu(node) else ()
                found.append(Line(node.name, SENSITIVE in states, CHECKED in states, children))
        return tuple(found)

    def is_submenu(self, line: Node) -> bool:
        """Tell whether a line opens a submenu."""
        return line.role == "menu"

    def submenu(self, line: Node) -> Node:
        """Give what holds the lines of a submenu, opened where the host reads it only then."""
        return line

    def choose(self, *labels: str) -> None:
        node = self.wait_for_menu()
        for number, label in enumerate(labels):
            holder = node if number == 0 else self.submenu(node)
            lines = [(child, child.name) for child in holder.children if child.role in _LINES and VISIBLE in child.states]
            node = next(
                (child for child, name in lines if name == label),
                next((child for child, name in lines if name.startswith(label)), None),
            )
            assert node, f"no {label!r} among {[name for _child, name in lines]}"
        node.act("click", "Press", "Trigger")


class GtkMenu(AccessibleMenu):
    """
    A panel whose menus are those of libdbusmenu-gtk.

    What it tells over accessibility is right in shape and marks, but each line is named there for good by its first
    label, without underscores. So the labels of the open menu are read from the screen.
    """

    ROUGHLY = True
    _before: Image.Image | None = None

    def press_until_open(self, press: Callable[[], None]) -> None:
        self.close_menu()
        self._before = self.look()
        super().press_until_open(press)

    def read_menu(self) -> Menu:
        menu = super().read_menu()
        after = self.look()
        box = reading.menu_box(self._before, after) if self._before else None
        assert box, "the menu is not to be seen"
        return reading.with_painted_labels(menu, reading.read(after.crop(box), self.session.folder))


class QtMenu(AccessibleMenu):
    """
    A panel whose menus are those of Qt, which tells the truth of them, but only of the one that has the focus.

    Submenus are opened to be read, as hosts load them only then.
    """

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
        """What has the focus."""
        if self._focus is None:
            self._focus = Focus(self.accessibility)
        return self._focus

    def find_menu(self) -> Node | None:
        menu = self.focus.node
        with suppress(NoAnswer):
            while menu and menu.role in {"popup menu", "menu item"}:
                above = menu.parent
                if menu.role == "popup menu" and above.role != "menu item":
                    open_with_quit = SHOWING in menu.states and any(child.name == "Quit" for child in menu.children)
                    return menu if open_with_quit else None
                menu = above
        return None

    def close_menu(self) -> None:
        for _attempt in range(6):
            if not self.find_menu():
                return
            self.press_key("Escape")
            time.sleep(0.2)
        raise AssertionError("the menu stays open")

    def submenu(self, line: Node) -> Node:
        if "ShowMenu" in line.actions:
            line.act("ShowMenu")
            time.sleep(0.3)
        return next(child for child in line.children if child.role == "popup menu")

    def is_submenu(self, line: Node) -> bool:
        return bool(line.children)
