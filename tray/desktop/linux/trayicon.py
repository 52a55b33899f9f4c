"""
The icon on a Linux desktop: org.kde.StatusNotifierItem and its registration with the program that shows such icons,
without GTK and without a display.

Source of the rules: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/ and what the hosts really do
(docs/facts: Tray hosts).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.core.command import Clicked, Command, Do, clicked
from tray.core.view.values import View
from tray.desktop.linux import pixmaps
from tray.desktop.linux.bus import DISCONNECTED, Body, Bus, Interface, Method, Reply
from tray.desktop.linux.dbusmenu import DBusMenu

if TYPE_CHECKING:
    from tray.desktop.linux.old_tray import OldTray

log = logging.getLogger(__name__)

APPLICATION = "sso-tray"
"""Names the program to the host; never changes."""

TITLE = "SSO Tray"
"""Names the program to people: in the settings of a panel, and below the status in the tooltip."""

PATH = "/StatusNotifierItem"
MENU_PATH = "/MenuBar"
INTERFACE = "org.kde.StatusNotifierItem"
WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"

_RECONNECT_AFTER = (0.5, 1.0, 2.0, *11 * (5.0,), 60.0)
"""Seconds between attempts to find the session bus: every few in the first minute."""

_GIVE_UP_AFTER = 60.0
"""Seconds. A session whose bus has not come back by then is over, and the program with it."""

_REGISTER_AGAIN_AFTER = (0.5, 2.0, 5.0)
"""Seconds after a refusal: a watcher may own its name before its object answers (docs/facts: Tray hosts)."""


class FreedesktopIcon:
    """
    The icon, its tooltip and its menu. It appears with the first view, at every watcher that comes to the bus.

    While there is none, or none with a host, it is in a tray of the old kind, if there is one.

    Args:
        bus: The session bus, which can carry one such icon. `run` runs it.
        on_command: Takes what the person asked for, on the bus thread.
        on_host: Told on the bus thread whether anybody shows icons: once soon, and at each change.
    """

    balloon = None

    def __init__(
        self, bus: Bus, on_command: Callable[[Command | Clicked], None], on_host: Callable[[bool], None]
    ) -> None:
        self._bus = bus
        self._on_command = on_command
        self._tell = on_host
        self._told: bool | None = None
        self._token = ""
        """The leave to raise a window that came before a click, on the icon or in its menu; empty once it is used."""

        self._menu = DBusMenu(bus, MENU_PATH, self._ask_for)
        self._lock = threading.Lock()
        self._shown: View | None = None
        self._pixmaps: pixmaps.Pixmaps = ()
        self._watcher = ""
        self._host: bool | None = None
        self._refusals = 0
        self._old_tray: OldTray | None = None
        bus.export(PATH, self._interface())
        for member, handler in (
            ("StatusNotifierHostRegistered", self._meet_host),
            ("StatusNotifierHostUnregistered", lambda _body, _sender: self._ask_host()),
        ):
            bus.subscribe(sender=WATCHER, interface=WATCHER, member=member, handler=handler)
        bus.watch_name(WATCHER, self._meet_watcher)

    def apply(self, view: View) -> None:
        """Show this, if it is not what is shown. A view that cannot be shown leaves the old one."""
        with self._lock:
            try:
                self._show(view)
            except Exception:
                log.exception("the icon could not be changed")

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve the bus, and with it the icon, until `stop`, or until the bus has gone for good."""
        # What `on_ready` begins competes for the processor: the icon goes first.
        self._bus.hear()
        threading.Thread(target=on_ready, name="tray-ready").start()
        try:
            self._bus.run(reconnect_after=_RECONNECT_AFTER, give_up_after=_GIVE_UP_AFTER)
        finally:
            if self._old_tray is not None:
                self._old_tray.leave()

    def stop(self) -> None:
        """Make `run` return. The connection ends with it, and so does the icon."""
        self._bus.stop()

    def _show(self, view: View) -> None:
        shown = self._shown
        if shown is None or view.menu != shown.menu:
            self._menu.show(view.menu)
        drawn = shown is None or (view.icon, view.theme) != (shown.icon, shown.theme)
        if drawn:
            self._pixmaps = pixmaps.load(view.icon, view.theme)
        self._shown = view
        if shown is not None:
            self._tell_changes(shown, view, drawn=drawn)
        if shown is None:
            self._register()
        if self._old_tray is not None:
            self._old_tray.apply(view)

    def _tell_changes(self, shown: View, view: View, *, drawn: bool) -> None:
        roused = view.attention != shown.attention
        if drawn:
            self._bus.emit(PATH, INTERFACE, "NewIcon")
        if view.attention and (drawn or roused):
            self._bus.emit(PATH, INTERFACE, "NewAttentionIcon")
        if roused:
            self._bus.emit(PATH, INTERFACE, "NewStatus", "s", (self._status(),))
        if view.tooltip != shown.tooltip:
            self._bus.emit(PATH, INTERFACE, "NewToolTip")

    def _status(self) -> str:
        return "NeedsAttention" if self._shown is not None and self._shown.attention else "Active"

    def _words(self) -> str:
        return "" if self._shown is None else self._shown.tooltip

    def _attention_pixmaps(self) -> list[tuple[int, int, bytes]]:
        """Give the icon for a host that shows another one while attention is needed: ours says it all by itself."""
        return list(self._pixmaps) if self._status() == "NeedsAttention" else []

    def _meet_watcher(self, owner: str) -> None:
        self._watcher, self._refusals = owner, 0
        if owner:
            self._register()
            self._ask_host()
        elif self._host is not None or not self._bus.lost:  # Of a bus that has not come yet nothing is known.
            self._tell_host(False)

    def _meet_host(self, _body: Body, _sender: str) -> None:
        self._ask_host()
        if self._refusals:
            self._refusals = 0
            self._register()

    def _register(self) -> None:
        """
        Register, as soon as there is something to show, and somebody to register with.

        What is registered is the connection. An item with a name of its own, ``org.kde.StatusNotifierItem-PID-1``, is
        not shown by GNOME's extension where it answers faster than the bus (docs/facts: Tray hosts), and in a sandbox
        there can be none.
        """

        def on_reply(reply: Reply) -> None:
            if reply.error not in (None, DISCONNECTED):
                log.warning("the tray refused the icon: %s", reply.error)
                if self._refusals < len(_REGISTER_AGAIN_AFTER):
                    self._bus.after(_REGISTER_AGAIN_AFTER[self._refusals], self._register)
                self._refusals += 1
            elif reply.error is None:
                self._refusals = 0

        # Where two threads come to this at once, it is registered twice, which is as good as once.
        if self._shown is not None and self._watcher:
            body = (self._bus.unique_name,)
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
        """Tell, and change over from an old tray or to one; that tells by itself, once it knows. On the bus thread."""
        if present is self._host:
            return
        self._host = present
        if present and self._old_tray is not None:
            self._old_tray.leave()
        if present or not os.environ.get("DISPLAY"):
            self._on_host(present)
            return
        if self._old_tray is None:
            self._old_tray = self._open_old_tray()
        self._old_tray.begin()

    def _on_host(self, shown: bool) -> None:
        if shown is not self._told:
            self._told = shown
            self._tell(shown)

    def _open_old_tray(self) -> OldTray:
        from tray.desktop.linux.old_tray import OldTray  # noqa: PLC0415 - where no host is, and there may be an old one

        old_tray = OldTray(APPLICATION, self._on_command, self._on_host)
        with self._lock:
            if self._shown is not None:
                old_tray.apply(self._shown)
        return old_tray

    def _activate(self, _body: Body, _sender: str) -> Body:
        self._ask_for(Do.ACTIVATE)
        return ()

    def _take_token(self, body: Body, _sender: str) -> Body:
        self._token = body[0]
        return ()

    def _ask_for(self, command: Command) -> None:
        token, self._token = self._token, ""
        self._on_command(clicked(command, token))

    def _offer(self, _body: Body, _sender: str) -> Body:
        """Stand in for the menu: a host that shows it does not ask us for it, and its middle button is free."""
        self._ask_for(Do.OFFER)
        return ()

    def _interface(self) -> Interface:
        def ignore(_body: Body, _sender: str) -> Body:
            return ()

        return Interface(
            INTERFACE,
            methods={
                "Activate": Method("ii", "", self._activate),
                "SecondaryActivate": Method("ii", "", self._offer),
                "ContextMenu": Method("ii", "", self._offer),
                "Scroll": Method("is", "", ignore),
                "ProvideXdgActivationToken": Method("s", "", self._take_token),
            },
            properties={
                "Category": ("s", lambda: "ApplicationStatus"),
                "Id": ("s", lambda: APPLICATION),
                "Title": ("s", lambda: TITLE),
                "Status": ("s", self._status),
                "WindowId": ("i", lambda: 0),
                "IconThemePath": ("s", lambda: ""),
                "IconName": ("s", lambda: ""),
                "IconPixmap": ("a(iiay)", lambda: list(self._pixmaps)),
                "OverlayIconName": ("s", lambda: ""),
                "OverlayIconPixmap": ("a(iiay)", list),
                "AttentionIconName": ("s", lambda: ""),
                "AttentionIconPixmap": ("a(iiay)", self._attention_pixmaps),
                # What a screen reader says on GNOME, which shows no tooltip (AppIndicator's, ayatana's extension).
                "IconAccessibleDesc": ("s", self._words),
                "AttentionAccessibleDesc": ("s", self._words),
                "AttentionMovieName": ("s", lambda: ""),
                "ToolTip": ("(sa(iiay)ss)", lambda: ("", [], self._words(), TITLE)),
                "ItemIsMenu": ("b", lambda: False),
                "Menu": ("o", lambda: MENU_PATH),
            },
            signals={"NewTitle": "", "NewIcon": "", "NewAttentionIcon": "", "NewStatus": "s", "NewToolTip": ""},
        )
