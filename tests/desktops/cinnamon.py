"""Cinnamon 5, whose tray is xapp-sn-watcher: it turns our icon into one of its own kind, with a GTK menu."""

from __future__ import annotations

import json
import time
from typing import Any

from support.desk import until

from desktops.accessible_menus import GtkMenu
from desktops.host import Shown, Unable
from desktops.wayland import LEFT
from desktops.x11_panels import _X11, OnX11Panel

_NOTICES = """(() => {
const notification = Main.messageTray._notification;
if (!notification) return [];
const box = actor => [...actor.get_transformed_position(), ...actor.get_transformed_size()].map(Math.round);
const buttons = notification._actionArea ? notification._actionArea.get_children() : [];
const body = notification._bodyUrlHighlighter;
return [{title: notification.title, body: body ? body.actor.clutter_text.text : '',
    buttons: buttons.map(button => ({label: button.label, box: box(button)}))}];
})()"""


_ICON = """(() => {
const applets = imports.ui.appletManager.getRunningInstancesForUuid('xapp-status@cinnamon.org');
const icons = applets.length ? Object.values(applets[0].statusIcons) : [];
if (!icons.length) return null;
const actor = icons[0].actor;
return [...actor.get_transformed_position(), ...actor.get_transformed_size()].map(Math.round);
})()"""


class Cinnamon(OnX11Panel, GtkMenu):
    NAME = "cinnamon"
    KIND = "X-Cinnamon"
    PACKAGES = ("cinnamon", "xapp-sn-watcher", "python3-dbusmock", "tesseract-ocr", *_X11)
    VERSIONS = ("cinnamon", "xapp-sn-watcher")
    PROGRAM = "xapp-sn-watcher"
    NOTIFIER = "cinnamon"

    def begin(self) -> None:
        self.session.start_system_bus()
        self.start_screen()
        self.accessibility  # noqa: B018 - starts it
        self.session.start("/usr/libexec/xapps/sn-watcher/xapp-sn-watcher")
        self.start_panel()
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher", 60)
        time.sleep(5)  # it fades its desktop in, and pictures from before and after would differ everywhere

    def start_panel(self, *, dark: bool = False) -> None:
        self.session.start("cinnamon", "--replace")
        self.session.wait_for_owner("org.Cinnamon", 60)
        self.session.wait_for_owner("org.freedesktop.Notifications", 60)

    def kill_panel(self) -> None:
        self.session.kill("cinnamon")

    def restart_notices(self) -> None:
        raise Unable("the shell itself shows the notices")

    def icon_at(self) -> tuple[int, int]:
        """Ask the shell: its applets come and go, and the icon makes room for them."""
        box = until(lambda: self.evaluate(_ICON), 20, lambda: "there is no icon on the panel")
        assert box
        left, top, width, height = box
        return left + width // 2, top + height // 2

    def notices(self) -> list[Shown]:
        return [
            Shown(f"{each['title']}\n{each['body']}", tuple(b["label"] for b in each["buttons"]))
            for each in self._told()
        ]

    def press(self, label: str) -> None:
        def placed() -> list[int] | None:
            buttons = [button for each in self._told() for button in each["buttons"] if button["label"] == label]
            return next((button["box"] for button in buttons if None not in button["box"]), None)

        box = until(placed, 3, lambda: f"no button {label!r} on the screen: {self.notices()}")
        assert box
        left, top, width, height = box
        self.pointer.move(left + width // 2, top + height // 2)
        self.pointer.click(LEFT)

    def _told(self) -> list[dict[str, Any]]:
        try:
            return self.evaluate(_NOTICES) or []
        except AssertionError:  # the notice went away while it was asked about
            return []

    def evaluate(self, code: str) -> Any:
        """Evaluate JavaScript in the shell."""
        where = ("org.Cinnamon", "/org/Cinnamon", "org.Cinnamon")
        reply = self.session.bus.call_and_wait(*where, "Eval", "s", (code,), timeout=20)
        assert not reply.error, reply.error
        done, value = reply.body
        assert done, value
        return json.loads(value) if value else None
