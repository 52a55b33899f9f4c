"""An X server without a screen: its pictures, and a pointer."""

from __future__ import annotations

from pathlib import Path

from desktops.host import SIZE, Host
from desktops.session import Session

_BUTTONS = {0x110: "1", 0x111: "3", 0x112: "2"}


class X11Pointer:
    """
    A pointer, moved by xdotool.

    Args:
        session: The session that the X server is of.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, x: int, y: int) -> None:
        """Move the pointer, in two steps so that what is below sees it come in."""
        self._session.run("xdotool", "mousemove", str(x - 1), str(y), "mousemove", str(x), str(y))

    def click(self, button: int) -> None:
        """Press and release a button; the numbers are those of `desktops.wayland`."""
        self._session.run("xdotool", "click", _BUTTONS[button])

    def close(self) -> None:
        """Nothing is held."""


class OnX11(Host):
    """A desktop on an X server of its own."""

    def start_screen(self) -> None:
        """Start the X server."""
        self.session.start_x_server(SIZE)
        self.session.tell_bus()
        self.pointer = X11Pointer(self.session)

    def press_key(self, name: str) -> None:
        """Press and release a key, such as ``Escape``."""
        self.session.run("xdotool", "key", name)

    def shoot(self, file: Path) -> None:
        self.session.run("import", "-silent", "-window", "root", file)
