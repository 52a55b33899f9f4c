"""Plasma 5 on Wayland: KWin without a screen, with a pointer and a keyboard by its protocol for fake input."""

from __future__ import annotations

import time
from pathlib import Path

from support.desk import until

from desktops.accessibility import Node
from desktops.host import SIZE
from desktops.plasma import Plasma
from desktops.wayland import KWinPointer

_SOCKET = "wayland-0"
_KEYS = {"Escape": 1, "Return": 28, "Left": 105, "Right": 106, "Down": 108}
"""Numbers of keys in linux/input-event-codes.h."""


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
        self.session.start("kwin_wayland", *screen, **unchecked)
        socket = self.session.runtime / _SOCKET
        until(socket.exists, 30, lambda: self.session.log("kwin_wayland"))
        self.session.environment.update(
            WAYLAND_DISPLAY=_SOCKET,
            XDG_SESSION_TYPE="wayland",
            QT_QPA_PLATFORM="wayland",
        )
        self.session.tell_bus()
        self.pointer = self._input = KWinPointer(socket)
        self.start_services()
        self.start_panel()
        time.sleep(3)

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

    def press_button(self, button: Node) -> None:
        button.act("Press")
