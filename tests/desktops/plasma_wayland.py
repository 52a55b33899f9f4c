"""Plasma 5 on Wayland: KWin without a screen, with a pointer and a keyboard by its protocol for fake input."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from support.desk import until

from desktops import wayland
from desktops.accessibility import Node
from desktops.host import SIZE
from desktops.lines import Menu
from desktops.plasma import Plasma
from desktops.session import Session

_SOCKET = "wayland-0"
_KWIN = "/usr/bin/kwin_wayland"
_KEYS = {"Escape": 1, "Return": 28, "Left": 105, "Right": 106, "Down": 108}
"""Numbers of keys in linux/input-event-codes.h."""


class _KWinInput:
    """
    A pointer and a keyboard, in a process of the session's user: KWin serves only whom it can look up.

    Args:
        session: The session that KWin is of.
    """

    def __init__(self, session: Session) -> None:
        program = Path(shutil.copy(wayland.__file__, session.folder / "kwin_input.py"))
        program.chmod(0o644)
        self._process = subprocess.Popen(
            session.account.command(["/usr/bin/python3", program, session.runtime / _SOCKET]),
            env=session.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            self._answer("ready")
        except AssertionError:
            self.close()
            raise

    def move(self, x: int, y: int) -> None:
        """Move the pointer."""
        self._do("move", x, y)

    def click(self, button: int) -> None:
        """Press and release a button."""
        self._do("click", button)

    def key(self, code: int) -> None:
        """Press and release a key, by its number in linux/input-event-codes.h."""
        self._do("key", code)

    def close(self) -> None:
        """Let go of both."""
        self._process.kill()
        self._process.communicate()

    def _do(self, name: str, *numbers: int) -> None:
        print(name, *numbers, file=self._process.stdin, flush=True)
        self._answer("done")

    def _answer(self, expected: str) -> None:
        assert self._process.stdout.readline().strip() == expected, "KWin takes no input"


class PlasmaWayland(Plasma):
    NAME = "plasma-wayland"
    PACKAGES = (
        "plasma-workspace",
        "plasma-desktop",
        "kwin-wayland",
        "qtwayland5",
        "layer-shell-qt",
        "libkf5waylandclient5",
        "kde-spectacle",
        "breeze",
        "breeze-icon-theme",
        "kde-cli-tools",
        "plasma-integration",
        "qml-module-org-kde-kirigami2",
        "xdg-desktop-portal-kde",
    )
    VERSIONS = ("plasma-workspace", "kwin-wayland")

    def begin(self) -> None:
        self.prepare()
        self.accessibility  # noqa: B018 - Qt asks for it when a program starts
        width, height = SIZE
        unchecked = {"KWIN_WAYLAND_NO_PERMISSION_CHECKS": "1", "KWIN_SCREENSHOT_NO_PERMISSION_CHECKS": "1"}
        screen = ("--virtual", "--width", str(width), "--height", str(height), "--no-lockscreen", "--socket", _SOCKET)
        # A copy has no file capabilities, which a container's superuser may not hand on.
        copy = Path(shutil.copy(_KWIN, self.session.folder / "kwin_wayland"))
        copy.chmod(0o755)
        self.session.start(copy, *screen, **unchecked)
        socket = self.session.runtime / _SOCKET
        until(socket.exists, 30, lambda: self.session.log("kwin_wayland"))
        self.session.environment.update(
            WAYLAND_DISPLAY=_SOCKET,
            XDG_SESSION_TYPE="wayland",
            QT_QPA_PLATFORM="wayland",
        )
        self.session.tell_bus()
        self.pointer = self._input = until(self._connect, 20, lambda: "KWin offers no fake input")
        self.start_services()
        self.start_panel()
        time.sleep(3)

    def _connect(self) -> _KWinInput | None:
        """KWin has its socket before it has all that it offers there."""
        with suppress(AssertionError):
            return _KWinInput(self.session)
        return None

    def press_key(self, name: str) -> None:
        self._input.key(_KEYS[name])

    def shoot(self, file: Path) -> None:
        file.unlink(missing_ok=True)
        self.session.run("spectacle", "-b", "-n", "-f", "-p", "-o", file, seconds=30)
        until(lambda: file.exists() and file.stat().st_size, 10, lambda: "spectacle took no picture")

    def panel_box(self) -> tuple[int, int, int, int]:
        """A Wayland client knows places in its own window alone; the panel is at the bottom of the screen."""
        left, _top, width, height = self.icon().extents
        return left, SIZE[1] - 8 - height, left + width, SIZE[1] - 8

    def read_menu(self) -> Menu:
        """Read each submenu in a menu of its own: leaving one closes the whole menu here, which it does not on X11."""
        return self._read_at()

    def _read_at(self, *way: str) -> Menu:
        if way:
            self.open_menu()
        holder = self.wait_for_menu()
        for label in way:
            holder = self.submenu(self.line(holder, label))
        found = [(self.read_line(node), self.is_submenu(node)) for node in self.lines(holder)]
        return tuple(
            line._replace(children=self._read_at(*way, line.label)) if opens else line for line, opens in found
        )

    def press_button(self, button: Node) -> None:
        button.act("Press")
