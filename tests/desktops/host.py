"""A desktop that can be brought up without a screen: what each of them has to be able to do."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol, TypeVar

from PIL import Image
from support.desk import until

from desktops.accessibility import Accessibility
from desktops.lines import Menu, key
from desktops.session import Session

T = TypeVar("T")
SIZE = (1280, 800)
"""Of every screen, in pixels."""


class Unable(Exception):
    """Something cannot be checked on this desktop; says why."""


class Shown(NamedTuple):
    """A notice on the screen."""

    text: str
    """All that it says."""

    buttons: tuple[str, ...]


class Pointer(Protocol):
    """What a person has in the hand."""

    def move(self, x: int, y: int) -> None:
        """Move the pointer."""

    def click(self, button: int) -> None:
        """Press and release a button; the numbers are those of `desktops.wayland`."""

    def close(self) -> None:
        """Let it go."""


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

    SERVER: ClassVar[str] = ""
    """The notification server that its bus may start, by a part of its command."""

    HAS_MENU: ClassVar[bool] = True
    HAS_BUTTONS: ClassVar[bool] = True
    """Whether its notices have buttons on the screen."""

    ROUGHLY: ClassVar[bool] = False
    """Whether labels are read from pictures."""

    told: Menu | None = None
    """The menu as a screen reader was told of it when it was read last, where that is not what was read."""

    pointer: Pointer | None = None
    """There once the desktop has been brought up."""

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

    def press_icon(self, button: int) -> None:
        """Click the icon itself; only for panels that show no menu."""
        raise NotImplementedError

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
        if self.pointer:
            self.pointer.close()
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

    def nudge(self) -> None:  # noqa: B027 - most need nothing
        """Make the panel paint what it knows, where it waits for something to do so."""

    def shows_notice(self, words: str, seconds: float = 15) -> Shown:
        """Wait for a notice on the screen that says this."""

        def seen() -> Shown | None:
            return next((shown for shown in self.notices() if key(words) in key(shown.text)), None)

        return until(seen, seconds, lambda: f"no notice with {words!r} on the screen: {self.notices()}")

    def shows_no_notice(self, words: str, seconds: float = 15) -> None:
        """Wait until no notice on the screen says this."""
        until(
            lambda: not any(key(words) in key(shown.text) for shown in self.notices()),
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
