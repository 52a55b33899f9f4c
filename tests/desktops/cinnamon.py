"""Cinnamon 5, whose tray is xapp-sn-watcher: it turns our icon into one of its own kind, with a GTK menu."""

from __future__ import annotations

import json
from typing import Any

from desktops.host import SIZE, GtkMenu, Shown, Unable
from desktops.wayland import LEFT, RIGHT
from desktops.x11_panels import _X11, _OnX11Panel
from support.desk import until


class Cinnamon(_OnX11Panel, GtkMenu):
    NAME = "cinnamon"
    KIND = "X-Cinnamon"
    PACKAGES = ("cinnamon", "xapp-sn-watcher", "python3-dbusmock", "tesseract-ocr", *_X11)
    VERSIONS = ("cinnamon", "xapp-sn-watcher")
    PROGRAM = "xapp-sn-watcher"
    NOTIFIER = "cinnamon"
    ICON_AT = (SIZE[0] - 100, SIZE[1] - 20)

    def begin(self) -> None:
        self.session.start_system_bus()
        self.start_screen()
        self.accessibility  # noqa: B018 - starts it
        self.session.start("/usr/libexec/xapps/sn-watcher/xapp-sn-watcher")
        self.start_panel()
        self.session.wait_for_owner("org.kde.StatusNotifierWatcher", 60)

    def start_panel(self, *, dark: bool = False) -> None:
        self.session.start("cinnamon", "--replace")
        self.session.wait_for_owner("org.Cinnamon", 60)
        self.session.wait_for_owner("org.freedesktop.Notifications", 60)

    def kill_panel(self) -> None:
        self.session.kill("cinnamon")

    def restart_notices(self) -> None:
        raise Unable("the shell itself shows the notices")

    def evaluate(self, code: str) -> Any:
        """Evaluate JavaScript in the shell."""
        where = ("org.Cinnamon", "/org/Cinnamon", "org.Cinnamon")
        reply = self.session.bus.call_and_wait(*where, "Eval", "s", (code,), timeout=20)
        assert not reply.error, reply.error
        done, value = reply.body
        assert done, value
        return json.loads(value) if value else None
