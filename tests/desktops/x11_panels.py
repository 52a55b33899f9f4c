"""The smaller desktops on X11: Xfce, MATE, LXQt."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from desktops.accessibility import SHOWING, NoAnswer
from desktops.accessible_menus import FocusedMenu, GtkMenu, QtMenu
from desktops.host import SIZE, Shown
from desktops.wayland import LEFT, RIGHT
from desktops.x11 import OnX11

_X11 = ("xvfb", "xdotool", "imagemagick", "fonts-dejavu-core")


class OnX11Panel(OnX11, FocusedMenu):
    ICON_AT: ClassVar[tuple[int, int]]
    """Where the only icon is on the panel that is configured here."""

    NOTIFIER: ClassVar[str]
    """The accessible name of the notification server."""

    def icon_at(self) -> tuple[int, int]:
        """Tell where the icon is now."""
        return self.ICON_AT

    def panel_box(self) -> tuple[int, int, int, int]:
        x, y = self.icon_at()
        return x - 20, max(0, y - 14), min(SIZE[0], x + 20), min(SIZE[1], y + 14)

    def open_menu(self) -> None:
        self.press_until_open(self._click_icon)

    def _click_icon(self) -> None:
        """Click the icon with the right button."""
        self.focus  # noqa: B018 - has to listen before anything is opened
        self.pointer.move(*self.icon_at())
        self.pointer.click(RIGHT)
        time.sleep(0.5)
        self.press_key("Down")

    def close_menu(self) -> None:
        for _attempt in range(6):
            if not self.find_menu():
                return
            self.press_key("Escape")
            time.sleep(0.2)
        raise AssertionError("the menu stays open")

    def notices(self) -> list[Shown]:
        """Read the windows of the notification server: one each, or all notices in one."""
        program = self.accessibility.programs().get(self.NOTIFIER)
        found = []
        for window in program.children if program else ():
            with suppress(NoAnswer):
                nodes = [node for node in window.walk() if SHOWING in node.states]
                texts = [node.name for node in nodes if node.role in {"label", "text"} and node.name]
                if nodes and texts:
                    buttons = tuple(node.name for node in nodes if node.role == "push button" and node.name)
                    found.append(Shown("\n".join(texts), buttons))
        return found

    def press(self, label: str) -> None:
        program = self.accessibility.programs().get(self.NOTIFIER)
        button = next(
            (
                n
                for n in (program.walk() if program else ())
                if n.role == "push button" and n.name == label and SHOWING in n.states
            ),
            None,
        )
        assert button, f"no button {label!r} on the screen: {self.notices()}"
        left, top, width, height = button.extents
        self.pointer.move(left + width // 2, top + height // 2)
        self.pointer.click(LEFT)


_XFCE_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-3" type="string" value="separator">
      <property name="style" type="uint" value="0"/>
    </property>
  </property>
</channel>
"""


class Xfce(OnX11Panel, GtkMenu):
    NAME = "xfce"
    KIND = "XFCE"
    PACKAGES = ("xfce4-panel", "xfce4-notifyd", "xfconf", "openbox", "tesseract-ocr", *_X11)
    VERSIONS = ("xfce4-panel", "xfce4-notifyd")
    PROGRAM = "wrapper-2.0"
    NOTIFIER = SERVER = "xfce4-notifyd"
    ICON_AT = (SIZE[0] - 24, 15)

    def begin(self) -> None:
        self.start_screen()
        self.accessibility  # noqa: B018 - starts it
        self.session.start("openbox")
        self._start_notifier()
        self.start_panel()

    def _start_notifier(self) -> None:
        self.session.start("/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd")
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("xfce4-notifyd")
        self._start_notifier()

    def start_panel(self, *, dark: bool = False) -> None:
        text = _XFCE_PANEL.format(dark=str(dark).lower())
        file = "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml"
        if not (self.session.home / ".config" / file).exists():
            self.session.write(f".config/{file}", text)
        else:
            value = str(dark).lower()
            self.session.run("xfconf-query", "-c", "xfce4-panel", "-p", "/panels/dark-mode", "-s", value)
        self.session.start("xfce4-panel", "--disable-wm-check")
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher")

    def kill_panel(self) -> None:
        self.session.kill("xfce4-panel")


class Mate(OnX11Panel, GtkMenu):
    NAME = "mate"
    KIND = "MATE"
    PACKAGES = ("mate-panel", "mate-notification-daemon", "mate-settings-daemon", "marco", "tesseract-ocr", *_X11)
    VERSIONS = ("mate-panel", "mate-notification-daemon")
    PROGRAM = "notification-area-applet"
    NOTIFIER = SERVER = "mate-notification-daemon"
    ICON_AT = (SIZE[0] - 140, 12)

    def begin(self) -> None:
        self.start_screen()
        self.accessibility  # noqa: B018 - starts it
        self.session.start("marco", "--no-composite")
        self._start_notifier()
        self.session.run("mate-panel", "--reset", check=False)
        self.start_panel()

    def _start_notifier(self) -> None:
        found = next(Path("/usr/lib").rglob("mate-notification-daemon/mate-notification-daemon"))
        self.session.start(found)
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("mate-notification-daemon")
        self._start_notifier()

    def start_panel(self, *, dark: bool = False) -> None:
        preference = f"gtk-theme-name=Adwaita\ngtk-application-prefer-dark-theme={str(dark).lower()}\n"
        self.session.write(".config/gtk-3.0/settings.ini", f"[Settings]\n{preference}")
        self.session.start("mate-panel", "--replace")
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher")

    def kill_panel(self) -> None:
        self.session.kill("mate-panel")


_LXQT_PANEL = """\
[General]
__userfile__=true
panels=panel1

[panel1]
alignment=-1
animation-duration=0
desktop=0
hidable=false
iconSize=22
lineCount=1
lockPanel=false
opacity=100
panelSize=32
plugins=spacer, statusnotifier
position=Bottom
reserve-space=true
width=100
width-percent=true

[spacer]
type=spacer
expandable=true

[statusnotifier]
alignment=Right
type=statusnotifier
"""


class Lxqt(OnX11Panel, QtMenu):
    NAME = "lxqt"
    KIND = "LXQt"
    PACKAGES = ("lxqt-panel", "lxqt-notificationd", "lxqt-themes", "lxqt-qtplugin", "openbox", *_X11)
    VERSIONS = ("lxqt-panel", "lxqt-notificationd")
    PROGRAM = "lxqt-panel"
    NOTIFIER = "lxqt-notificationd"
    ICON_AT = (SIZE[0] - 16, SIZE[1] - 16)

    def begin(self) -> None:
        self.session.environment["QT_QPA_PLATFORMTHEME"] = "lxqt"
        self.session.write(".config/lxqt/notifications.conf", "[General]\nplacement=top-left\nunattendedMaxNum=0\n")
        self.start_screen()
        self.accessibility  # noqa: B018 - Qt asks for it when a program starts
        self.session.start("openbox")
        self._start_notifier()
        self.start_panel()

    def _start_notifier(self) -> None:
        self.session.start("lxqt-notificationd")
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("lxqt-notificationd")
        self._start_notifier()

    def start_panel(self, *, dark: bool = False) -> None:
        self.session.write(".config/lxqt/panel.conf", _LXQT_PANEL)
        self.session.write(".config/lxqt/lxqt.conf", f"[General]\ntheme={'dark' if dark else 'light'}\n")
        self.session.start("lxqt-panel")
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher")

    def kill_panel(self) -> None:
        self.session.kill("lxqt-panel")
