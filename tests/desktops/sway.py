"""sway, with waybar or its own bar, and with each of the notification servers that people use there."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import ClassVar

from support.desk import until

from desktops import reading
from desktops.accessibility import SHOWING, NoAnswer, Node
from desktops.accessible_menus import GtkMenu
from desktops.host import SIZE, Shown, Unable
from desktops.wayland import LEFT, MIDDLE, RIGHT, WlrootsPointer

_CONFIG = """\
output HEADLESS-1 resolution {width}x{height} position 0,0
output * background #808080 solid_color
seat * hide_cursor 0
exec env >{environment}
exec dbus-update-activation-environment WAYLAND_DISPLAY SWAYSOCK XDG_CURRENT_DESKTOP
{bar}
"""
_BAR = """\
bar {{
  position top
  tray_output *
  status_command while :; do echo; sleep 60; done
  colors {{
    background {background}
    statusline {text}
  }}
}}
"""
_WAYBAR = {
    "layer": "top",
    "position": "top",
    "height": 30,
    "modules-right": ["tray", "custom/end"],
    "tray": {"spacing": 10, "icon-size": 22},
    "custom/end": {"format": "|"},
}
_STYLE = (
    "* {{ font-family: sans-serif; font-size: 14px; }} window#waybar {{ background: {background}; color: {text}; }}"
)
_COLOURS = {False: {"background": "#f6f5f4", "text": "#202020"}, True: {"background": "#2e3440", "text": "#eceff4"}}


class _Sway(GtkMenu):
    KIND = "sway"
    BAR: ClassVar[str] = ""
    """The part of sway's configuration that starts a bar."""

    def begin(self) -> None:
        environment = self.session.runtime / "environment"
        width, height = SIZE
        text = _CONFIG.format(
            width=width, height=height, environment=environment, bar=self.BAR.format(**_COLOURS[False])
        )
        self.session.write(".config/sway/config", text)
        self.session.environment["XDG_SESSION_TYPE"] = "wayland"
        self.session.start(
            "sway", WLR_BACKENDS="headless", WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1", DISPLAY=None
        )
        until(
            lambda: environment.exists() and "SWAYSOCK=" in environment.read_text(),
            20,
            lambda: self.session.log("sway"),
        )
        told = dict(line.split("=", 1) for line in environment.read_text().splitlines() if "=" in line)
        for name in ("WAYLAND_DISPLAY", "SWAYSOCK", "DISPLAY"):
            if name in told:
                self.session.environment[name] = told[name]
        self.session.tell_bus()
        self.pointer = WlrootsPointer(self.session.runtime / told["WAYLAND_DISPLAY"], SIZE)
        self.start_notices()
        self.start_panel()

    def shoot(self, file: Path) -> None:
        self.session.run("grim", file)

    def icon_at(self) -> tuple[int, int]:
        """Where the icon is: the only one there is."""
        raise NotImplementedError

    def open_menu(self) -> None:
        self.press_until_open(partial(self.press_icon, RIGHT))

    def press_icon(self, button: int) -> None:
        self.pointer.move(*self.icon_at())
        self.pointer.click(button)

    def close_menu(self) -> None:
        if self.find_menu():
            self.pointer.move(SIZE[0] // 4, SIZE[1] - 20)  # no menu reaches so far
            self.pointer.click(LEFT)
            until(lambda: not self.find_menu(), 10, lambda: "the menu stays open")

    def start_notices(self) -> None:
        """Start the notification server."""
        raise NotImplementedError


class _Waybar(_Sway):
    PROGRAM = "waybar"

    def start_panel(self, *, dark: bool = False) -> None:
        self.session.write(".config/waybar/config", json.dumps(_WAYBAR))
        self.session.write(".config/waybar/style.css", _STYLE.format(**_COLOURS[dark]))
        self.session.start("waybar")
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher")

    def kill_panel(self) -> None:
        self.session.kill("waybar")

    def icon_at(self) -> tuple[int, int]:
        return SIZE[0] - 24, 15

    def panel_box(self) -> tuple[int, int, int, int]:
        return SIZE[0] - 60, 0, SIZE[0], 30


class _Mako(_Sway):
    SERVER = "/mako"

    def start_notices(self) -> None:
        self.session.write(".config/mako/config", "default-timeout=0\nanchor=top-left\n")
        self.session.start("mako")
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("mako")
        self.start_notices()

    def notices(self) -> list[Shown]:
        told = json.loads(self.session.run("makoctl", "list"))
        return [
            Shown(
                f"{each['summary']['data']}\n{each['body']['data']}",
                tuple(label for key, label in each["actions"]["data"].items() if key != "default"),
            )
            for each in (each for group in told["data"] for each in group)
        ]

    def press(self, label: str) -> None:
        """By mako's own control program: it has no buttons on the screen, a left click chooses ``default``."""
        told = json.loads(self.session.run("makoctl", "list"))
        for each in (each for group in told["data"] for each in group):
            for key, shown in each["actions"]["data"].items():
                if shown == label:
                    self.session.run("makoctl", "invoke", "-n", str(each["id"]["data"]), key)
                    return
        raise AssertionError(f"no button {label!r}: {self.notices()}")


class SwayWaybar(_Mako, _Waybar):
    NAME = "sway-waybar"
    PACKAGES = ("sway", "waybar", "mako-notifier", "grim", "tesseract-ocr", "fonts-dejavu-core")
    VERSIONS = ("sway", "waybar", "mako-notifier")


class _Swaybar(_Sway):
    """sway's own bar: it knows no menu, and asks the program itself to show one."""

    HAS_MENU = False
    BAR = _BAR
    PROGRAM = "swaybar"
    _dark = False

    def start_panel(self, *, dark: bool = False) -> None:
        if dark is not self._dark:
            colours = _COLOURS[dark]
            told = f"bar bar-0 colors background {colours['background']}"
            self.session.run("swaymsg", told, check=False)
            self._dark = dark
        self.session.run("swaymsg", "bar", "bar-0", "mode", "dock", check=False)
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher")

    def kill_panel(self) -> None:
        """sway owns the process; a bar that is made invisible ends, and comes back as another one."""
        self.session.run("swaymsg", "bar", "bar-0", "mode", "invisible")

    def panel_box(self) -> tuple[int, int, int, int]:
        return SIZE[0] - 60, 0, SIZE[0], 30

    def icon_at(self) -> tuple[int, int]:
        return SIZE[0] - 14, 12


class SwaySwaybar(_Swaybar):
    NAME = "sway-swaybar"
    SERVER = "/dunst"
    HAS_BUTTONS = False
    PACKAGES = ("sway", "dunst", "grim", "tesseract-ocr", "fonts-dejavu-core")
    VERSIONS = ("sway", "dunst")

    def start_notices(self) -> None:
        self.session.write(".config/dunst/dunstrc", "[global]\norigin = top-left\noffset = 20x40\n")
        self.session.start("dunst")
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("dunst")
        self.start_notices()

    def notices(self) -> list[Shown]:
        """dunst tells how many it shows, and what only of those that have gone: the words are read from the screen."""
        if int(self.session.run("dunstctl", "count", "displayed")) == 0:
            return []
        part = self.look().crop((0, 40, SIZE[0] // 2, SIZE[1] // 2))
        return [Shown("\n".join(reading.read(part, self.session.folder)), ())]

    def press(self, label: str) -> None:
        """dunst has no buttons on the screen; a middle click chooses ``default``, here "Log in"."""
        if label != "Log in":
            raise Unable("dunst shows no buttons; a middle click is for the main action")
        self.pointer.move(120, 85)
        self.pointer.click(MIDDLE)


class SwaySwaync(_Waybar):
    """The notification centre of sway, whose buttons are GTK's."""

    NAME = "sway-swaync"
    SERVER = "/swaync"
    PACKAGES = ("sway", "waybar", "sway-notification-center", "grim", "tesseract-ocr", "fonts-dejavu-core")
    VERSIONS = ("waybar", "sway-notification-center")

    def start_notices(self) -> None:
        self.session.write(".config/swaync/config.json", json.dumps({"positionX": "left", "positionY": "top"}))
        self.session.start("swaync")
        self.session.wait_for_owner("org.freedesktop.Notifications")

    def restart_notices(self) -> None:
        self.session.kill("swaync")
        self.start_notices()

    def notices(self) -> list[Shown]:
        found = []
        program = next((node for name, node in self.accessibility.programs().items() if "swaync" in name), None)
        for item in program.walk() if program else ():
            if _is(item, "list item"):
                # The notice itself is a button, named after its title; those of its actions come after it.
                names = [node.name for node in item.walk() if _is(node, "push button") and node.name]
                found += [Shown("\n".join(names), tuple(names[1:]))] if names else []
        return found

    def press(self, label: str) -> None:
        program = next(node for name, node in self.accessibility.programs().items() if "swaync" in name)
        buttons = [node for node in program.walk() if _is(node, "push button") and node.name == label]
        assert buttons, f"no button {label!r} on the screen: {self.notices()}"
        buttons[-1].act("click")


def _is(node: Node, role: str) -> bool:
    """Tell whether something is of this kind and on the screen."""
    try:
        return node.role == role and SHOWING in node.states
    except NoAnswer:
        return False
