"""Plasma 5."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from support.desk import until

from desktops.accessibility import SHOWING, NoAnswer, Node
from desktops.accessible_menus import QtMenu
from desktops.host import SIZE, Shown
from desktops.wayland import LEFT, RIGHT
from desktops.x11 import OnX11

_LIBEXEC = Path("/usr/lib/x86_64-linux-gnu/libexec")
_SCHEMES = {False: "BreezeLight", True: "BreezeDark"}


class Plasma(QtMenu):
    KIND = "KDE"
    PROGRAM = "plasmashell"
    _icon: Node | None = None

    def prepare(self) -> None:
        """Tell the session that it is Plasma's."""
        self.session.environment.update(KDE_FULL_SESSION="true", KDE_SESSION_VERSION="5")

    def start_services(self) -> None:
        """Start what the shell leans on; the watcher of tray icons is in kded5."""
        self.session.start(_LIBEXEC / "kactivitymanagerd")
        self.session.start("kded5")
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher", 60)

    def start_panel(self, *, dark: bool = False) -> None:
        self.session.run("plasma-apply-colorscheme", _SCHEMES[dark], check=False)
        theme = "breeze-dark" if dark else "breeze-light"
        self.session.run("plasma-apply-desktoptheme", theme, check=False)
        self.session.start("plasmashell")
        self.session.wait_for_owner("org.freedesktop.Notifications", 60)

    def kill_panel(self) -> None:
        self.session.kill("plasmashell")

    def restart_notices(self) -> None:
        self.kill_panel()
        self.start_panel()

    def icon(self) -> Node:
        """Find the icon on the panel."""

        def is_icon(node: Node) -> bool:
            try:
                return "sso" in node.name.casefold() and node.role == "push button" and SHOWING in node.states
            except NoAnswer:
                return False

        def seen() -> Node | None:
            if self._icon is None or not is_icon(self._icon):
                self._icon = next((node for node in self._shell() if is_icon(node)), None)
            return self._icon

        return until(seen, 20, lambda: "there is no icon on the panel")

    def panel_box(self) -> tuple[int, int, int, int]:
        left, top, width, height = self.icon().extents
        return left, top, left + width, top + height

    def nudge(self) -> None:
        """Move the pointer over the icon: on a screen that nobody sees, its fading in may stop half-way."""
        left, top, right, bottom = self.panel_box()
        self.pointer.move((left + right) // 2, (top + bottom) // 2)
        self.pointer.move(SIZE[0] // 2, SIZE[1] // 2)
        time.sleep(0.5)

    def open_menu(self) -> None:
        self.focus  # noqa: B018 - has to listen before anything is opened
        self.close_menu()
        self.press_until_open(self._press)

    def _press(self) -> None:
        left, top, right, bottom = self.panel_box()
        self.pointer.move((left + right) // 2, (top + bottom) // 2)
        self.pointer.click(RIGHT)
        time.sleep(0.5)
        self.press_key("Down")

    def notices(self) -> list[Shown]:
        """Read the windows of the shell that hold a notice: one each."""
        found: list[Shown] = []
        shell = self.accessibility.programs().get(self.PROGRAM)
        for window in shell.children if shell else ():
            with suppress(NoAnswer):
                shown = [(node.role, node.name) for node in window.walk() if SHOWING in _states(node)]
                names = [name for role, name in shown if role == "notification"]
                texts = [text for role, text in shown if role in {"label", "text", "paragraph"}]
                buttons = tuple(name for role, name in shown if role == "push button")
                if names:
                    found.append(Shown("\n".join([*names, *texts]), buttons))
        return found

    def press(self, label: str) -> None:
        button = next(
            (
                node
                for node in self._shell()
                if node.role == "push button" and node.name == label and SHOWING in _states(node)
            ),
            None,
        )
        assert button, f"no button {label!r} on the screen"
        self.press_button(button)

    def press_button(self, button: Node) -> None:
        """Press a button of a notice, with the pointer."""
        left, top, width, height = button.extents
        self.pointer.move(left + width // 2, top + height // 2)
        self.pointer.click(LEFT)

    def _shell(self) -> Iterator[Node]:
        shell = self.accessibility.programs().get(self.PROGRAM)
        if shell:
            yield from shell.walk()


class PlasmaX11(OnX11, Plasma):
    NAME = "plasma-x11"
    PACKAGES = (
        "plasma-workspace",
        "plasma-desktop",
        "kwin-x11",
        "breeze",
        "breeze-icon-theme",
        "kde-cli-tools",
        "plasma-integration",
        "qml-module-org-kde-kirigami2",
        "xdg-desktop-portal-kde",
        "xvfb",
        "xdotool",
        "imagemagick",
    )
    VERSIONS = ("plasma-workspace", "kwin-x11")

    def begin(self) -> None:
        self.prepare()
        self.start_screen()
        self.accessibility  # noqa: B018 - Qt asks for it when a program starts
        self.session.start("kwin_x11", "--replace")
        self.start_services()
        self.start_panel()
        time.sleep(3)


def _states(node: Node) -> frozenset[int]:
    try:
        return node.states
    except NoAnswer:
        return frozenset()
