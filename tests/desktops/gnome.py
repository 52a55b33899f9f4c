"""
GNOME Shell with the AppIndicator extension.

The shell is asked what it shows by evaluating a few lines in it (``--unsafe-mode`` allows that): the labels and marks
are those of the very actors that are painted. Clicks are a pointer's.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from functools import partial
from typing import Any

from support.desk import until

from desktops.host import Host, Shown, Unable, steadily
from desktops.lines import Line, Menu
from desktops.wayland import LEFT
from desktops.x11 import OnX11

_EXTENSION = "ubuntu-appindicators@ubuntu.com"
_FIND = "const name = Object.keys(Main.panel.statusArea).find(key => key.startsWith('appindicator-'));"
_READ = (
    """(() => {
"""
    + _FIND
    + """
if (!name) return null;
const box = actor => [...actor.get_transformed_position(), ...actor.get_transformed_size()].map(Math.round);
const separator = imports.ui.popupMenu.PopupSeparatorMenuItem;
const read = menu => menu._getMenuItems().filter(item => item.visible && !(item instanceof separator)).map(item => ({
    label: item.label.text, enabled: item.getSensitive(), checked: Boolean(item._ornament), box: box(item),
    mapped: item.mapped, children: item.menu ? read(item.menu) : [], opened: Boolean(item.menu && item.menu.isOpen)}));
const indicator = Main.panel.statusArea[name];
return {open: indicator.menu.isOpen, box: box(indicator), items: read(indicator.menu)};
})()"""
)
_SCROLL = (
    """(labels => {
"""
    + _FIND
    + """
let menu = Main.panel.statusArea[name].menu;
for (const label of labels) {
    const items = menu._getMenuItems().filter(item => item.visible && item.label);
    const item = items.find(each => each.label.text === label) || items.find(each => each.label.text.startsWith(label));
    if (!item) return;
    if (menu.actor instanceof imports.gi.St.ScrollView)
        imports.misc.util.ensureActorVisibleInScrollView(menu.actor, item);
    menu = item.menu;
}
})"""
)
"""A person scrolls a submenu that is too long for the screen."""

_UP = "(() => { Main.overview.hide(); return !Main.layoutManager._startingUp && !Main.overview.visible; })()"
"""A person has closed the overview, which GNOME begins with."""

_BANNER_SECONDS = 8
_NOTICES = """(() => {
const banner = Main.messageTray._banner;
const box = actor => [...actor.get_transformed_position(), ...actor.get_transformed_size()].map(Math.round);
const buttons = banner && banner._buttonBox ? banner._buttonBox.get_children().map(
    button => ({label: button.label || button.get_child().text, box: box(button)})) : [];
return Main.messageTray.getSources().flatMap(source => source.notifications.map(notification => ({
    title: notification.title, body: notification.bannerBodyText,
    buttons: banner && banner.notification === notification ? buttons : [],
    box: banner && banner.notification === notification ? box(banner) : null})));
})()"""


class Gnome(Host):
    KIND = "GNOME"

    def prepare(self) -> None:
        """Write the settings that a person would have made."""
        for schema, key, value in (
            ("org.gnome.shell", "enabled-extensions", f"['{_EXTENSION}']"),
            ("org.gnome.shell", "welcome-dialog-last-shown-version", "'99'"),
            ("org.gnome.desktop.interface", "toolkit-accessibility", "true"),
            ("org.gnome.desktop.interface", "enable-animations", "false"),
            ("org.gnome.desktop.interface", "enable-hot-corners", "false"),
        ):
            self.session.run("gsettings", "set", schema, key, value)

    def wait_for_shell(self) -> None:
        """Wait until the shell and the extension are there."""
        self.session.wait_for_owner("org.gnome.Shell", 60)
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher", 60)
        until(self._answers, 60, lambda: "the shell does not evaluate")

    def _answers(self) -> bool:
        with suppress(AssertionError):
            return bool(self.evaluate(_UP))
        return False

    def evaluate(self, code: str) -> Any:
        """Evaluate JavaScript in the shell."""
        where = ("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell")
        reply = self.session.bus.call_and_wait(*where, "Eval", "s", (code,), timeout=20)
        assert not reply.error, reply.error
        done, value = reply.body
        assert done, value
        return json.loads(value) if value else None

    def read(self) -> dict[str, Any]:
        """Read the icon and its menu as they are now."""

        def placed() -> dict[str, Any] | None:
            found = self.evaluate(_READ)
            return found if found and None not in found["box"] else None

        found = until(placed, 20, lambda: "there is no icon on the panel")
        assert found
        return found

    def panel_box(self) -> tuple[int, int, int, int]:
        left, top, width, height = self.read()["box"]
        return left, top, left + width, top + height

    def open_menu(self) -> None:
        for _attempt in range(3):
            if not self.read()["open"]:
                self._click(self.read()["box"])
            with suppress(AssertionError):
                until(lambda: self.read()["open"], 4)
                return
        raise AssertionError("the menu did not open")

    def close_menu(self) -> None:
        if self.read()["open"]:
            self._click(self.read()["box"])
            until(lambda: not self.read()["open"], 6, lambda: "the menu stays open")
            time.sleep(1)  # a second click at once would be a double click, which means something else here

    def read_menu(self) -> Menu:
        # Submenus unfold one at a time; the actors of all of them are there and told of.
        return steadily(lambda: _lines(self.read()["items"]))

    def choose(self, *labels: str) -> None:
        for number in range(len(labels)):
            self._choose(labels[: number + 1], last=number + 1 == len(labels))

    def _choose(self, labels: tuple[str, ...], *, last: bool) -> None:
        """Click a line, once it stands still; what has lines below it is clicked again where that missed."""
        look = partial(self._line, labels)
        for _attempt in range(3):
            until(look, 6, lambda: f"no {labels} in the menu")
            self.evaluate(f"{_SCROLL}({json.dumps(labels)})")
            line = steadily(lambda: until(look, 6, lambda: f"no {labels} in the menu"))
            self._click(line["box"])
            time.sleep(0.5)
            if last or until(look, 6)["opened"]:
                return
        raise AssertionError(f"{labels} did not unfold")

    def _line(self, labels: tuple[str, ...]) -> dict[str, Any] | None:
        items, found = self.read()["items"], None
        for label in labels:
            found = next((each for each in items if each["label"] == label), None)
            found = found or next((each for each in items if each["label"].startswith(label)), None)
            if not found:
                return None
            items = found["children"]
        return found if found and found["mapped"] and None not in found["box"] else None

    def notices(self) -> list[Shown]:
        return [
            Shown(f"{each['title']}\n{each['body']}", tuple(button["label"] for button in each["buttons"]))
            for each in self.evaluate(_NOTICES)
        ]

    def shows_notice(self, words: str, seconds: float = 15) -> Shown:
        shown = super().shows_notice(words, seconds)
        begun = time.monotonic()
        # It may have to wait for the banner of another one to go; only the one whose banner is there has buttons.
        while not shown.buttons and time.monotonic() - begun < _BANNER_SECONDS:
            time.sleep(0.2)
            shown = super().shows_notice(words, 1)
        return shown

    def press(self, label: str) -> None:
        def placed() -> list[int] | None:
            for each in self.evaluate(_NOTICES):
                button = next((button for button in each["buttons"] if button["label"] == label), None)
                if button and None not in button["box"] and button["box"][3] > 0:
                    return button["box"]
                if button and None not in each["box"]:
                    self._point_at(each["box"])  # a banner shows its buttons below a pointer
            return None

        box = until(placed, 4, lambda: "the banner has gone, and the message list of GNOME 43 has no buttons")
        assert box
        time.sleep(0.3)
        self._click(placed() or box)

    def restart_notices(self) -> None:
        raise Unable("the shell itself shows the notices")

    def _point_at(self, box: list[int]) -> None:
        left, top, width, height = box
        self.pointer.move(left + width // 2, top + height // 2)

    def _click(self, box: list[int]) -> None:
        self._point_at(box)
        time.sleep(0.1)
        self.pointer.click(LEFT)

    def shade(self, dark: bool) -> None:
        value = "'prefer-dark'" if dark else "'default'"
        self.session.run("gsettings", "set", "org.gnome.desktop.interface", "color-scheme", value)


class GnomeX11(OnX11, Gnome):
    NAME = "gnome-x11"
    PACKAGES = (
        "gnome-shell",
        "gnome-shell-extension-appindicator",
        "gjs",
        "python3-dbusmock",
        "xvfb",
        "xdotool",
        "imagemagick",
    )
    VERSIONS = ("gnome-shell", "gnome-shell-extension-appindicator")

    def begin(self) -> None:
        self.session.start_system_bus()
        self.start_screen()
        self.prepare()
        self.start_panel()

    def start_panel(self, *, dark: bool = False) -> None:
        self.shade(dark)
        self.session.start("gnome-shell", "--x11", "--sm-disable", "--unsafe-mode")
        self.wait_for_shell()

    def kill_panel(self) -> None:
        self.session.kill("gnome-shell")


def _lines(items: list[dict[str, Any]]) -> Menu:
    return tuple(Line(each["label"], each["enabled"], each["checked"], _lines(each["children"])) for each in items)
