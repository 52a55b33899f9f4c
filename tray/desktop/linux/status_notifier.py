"""
An icon in the tray of a Linux desktop: org.kde.StatusNotifierItem, and its registration with the program that shows
such icons.

Source of the rules: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/ and what the hosts really do
(docs/facts: Tray hosts).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from tray.desktop.linux.bus import DISCONNECTED, Bus, Interface, Method, Reply
from tray.desktop.linux.pixmaps import Pixmaps

log = logging.getLogger(__name__)

PATH = "/StatusNotifierItem"
INTERFACE = "org.kde.StatusNotifierItem"
WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"

_OWNED = (1, 4)
"""Answers of RequestName: the name is ours now, or was already."""


class StatusNotifierItem:
    """
    The icon, as the tray's host sees it. Once shown it is registered with every watcher that comes to the bus.

    Args:
        bus: The session bus. It can carry one such item.
        item_id: Names the program to the host; never changes.
        menu_path: Where the item's menu is.
        on_activate: Called on a click on the icon, on the bus thread.
        on_host: Told on the bus thread whether anybody shows icons: once soon, and at each change.
    """

    def __init__(
        self,
        bus: Bus,
        item_id: str,
        menu_path: str,
        *,
        on_activate: Callable[[], None],
        on_host: Callable[[bool], None],
    ) -> None:
        self._bus = bus
        self._on_host = on_host
        self._on_activate = on_activate
        self._title = ""
        self._pixmaps: Pixmaps = ()
        self._shown = False
        self._watcher = ""
        self._service = ""
        self._host: bool | None = None
        bus.export(PATH, self._interface(item_id, menu_path))
        for member in ("StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"):
            bus.subscribe(
                sender=WATCHER, interface=WATCHER, member=member, handler=lambda _body, _sender: self._ask_host()
            )
        # The process id alone would be the same for every program in a container of its own; the bus tells then.
        name = f"{INTERFACE}-{os.getpid()}-1"
        bus.request_name(name, lambda answer: self._take_name(name, answer))
        bus.watch_name(WATCHER, self._meet_watcher)

    def set_title(self, title: str) -> None:
        """Say this in the tooltip, and to a screen reader."""
        self._title = title
        self._emit("NewTitle")
        self._emit("NewToolTip")

    def set_pixmaps(self, pixmaps: Pixmaps) -> None:
        """Look like this."""
        self._pixmaps = pixmaps
        self._emit("NewIcon")

    def show(self) -> None:
        """Appear in the tray, as soon as there is one."""
        self._shown = True
        self._register()

    def _emit(self, signal: str) -> None:
        if self._shown:
            self._bus.emit(PATH, INTERFACE, signal)

    def _take_name(self, name: str, answer: Reply) -> None:
        """Be known by this name; where the bus does not allow it, the connection's own must do."""
        owned = not answer.error and answer.body[0] in _OWNED
        before, self._service = self._service, name if owned else self._bus.unique_name
        if self._service != before:
            self._register()

    def _meet_watcher(self, owner: str) -> None:
        self._watcher = owner
        if owner:
            self._register()
            self._ask_host()
        else:
            self._tell_host(False)

    def _register(self) -> None:
        """Register, as soon as there is something to show, a name, and somebody to register with."""

        def on_reply(reply: Reply) -> None:
            if reply.error not in (None, DISCONNECTED):
                log.warning("the tray refused the icon: %s", reply.error)

        # Where two threads come to this at once, it is registered twice, which is as good as once.
        if self._shown and self._service and self._watcher:
            body = (self._service,)
            self._bus.call(WATCHER, WATCHER_PATH, WATCHER, "RegisterStatusNotifierItem", "s", body, on_reply=on_reply)

    def _ask_host(self) -> None:
        def on_reply(reply: Reply) -> None:
            if reply.error == DISCONNECTED or not self._watcher:
                return
            # A watcher that cannot say it is part of its host.
            self._tell_host(bool(reply.error) or bool(reply.body[0][1]))

        body = (WATCHER, "IsStatusNotifierHostRegistered")
        self._bus.call(WATCHER, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get", "ss", body, on_reply=on_reply)

    def _tell_host(self, present: bool) -> None:
        if present is not self._host:
            self._host = present
            self._on_host(present)

    def _interface(self, item_id: str, menu_path: str) -> Interface:
        def ignore(_body: tuple[object, ...], _sender: str) -> tuple[()]:
            return ()

        def activate(_body: tuple[object, ...], _sender: str) -> tuple[()]:
            self._on_activate()
            return ()

        return Interface(
            INTERFACE,
            methods={
                "Activate": Method("ii", "", activate),
                "SecondaryActivate": Method("ii", "", ignore),
                "ContextMenu": Method("ii", "", ignore),
                "Scroll": Method("is", "", ignore),
                "ProvideXdgActivationToken": Method("s", "", ignore),
            },
            properties={
                "Category": ("s", lambda: "ApplicationStatus"),
                "Id": ("s", lambda: item_id),
                "Title": ("s", lambda: self._title),
                "Status": ("s", lambda: "Active"),
                "WindowId": ("i", lambda: 0),
                "IconThemePath": ("s", lambda: ""),
                "IconName": ("s", lambda: ""),
                "IconPixmap": ("a(iiay)", lambda: list(self._pixmaps)),
                "OverlayIconName": ("s", lambda: ""),
                "OverlayIconPixmap": ("a(iiay)", list),
                "AttentionIconName": ("s", lambda: ""),
                "AttentionIconPixmap": ("a(iiay)", list),
                "AttentionMovieName": ("s", lambda: ""),
                "ToolTip": ("(sa(iiay)ss)", lambda: ("", [], self._title, "")),
                "ItemIsMenu": ("b", lambda: False),
                "Menu": ("o", lambda: menu_path),
            },
            signals={"NewTitle": "", "NewIcon": "", "NewToolTip": ""},
        )
