"""
Notices on a Linux desktop: the Desktop Notifications Specification 1.2, spoken over our own bus connection.

Each slot has at most one call of Notify on its way. What is asked for meanwhile waits until the answer brings the
notice's number, which is needed to replace it or to take it back. What became of each notice is told (ADR 21).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.command import clicked
from tray.core.dataclass import dataclass, field
from tray.core.view.values import Delivery, Reachable, Slot
from tray.desktop.linux.bus import Body, Bus, Reply
from tray.disk.looking import is_there
from tray.paths import APPLICATION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.command import Command
    from tray.core.view.values import Notice
    from tray.desktop.notify import Notifier, Said

_log = logging.getLogger(__name__)

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"

_EXPIRED = 1
"""Reason of NotificationClosed; the notice may still lie in a history, from which it can be clicked and taken back."""

_KEEPS_BUTTONS = "lxqt"
"""Part of the name of a server that shows what replaces a notice with the buttons of that one."""

_PATIENCE_SECONDS = 86_400.0
"""A server that hangs has the notice, and shows it when it wakes; if it dies instead, the bus says so at once."""


@dataclass(slots=True)
class _Place:
    """What is known of one slot."""

    wanted: Notice | None = None
    """What was asked for last; None for nothing."""

    settled: bool = True
    """Whether the server was asked for `wanted`."""

    retried: bool = False
    """Whether `wanted` was asked for twice, because the first server went away with it."""

    on_its_way: bool = False
    """Whether an answer of Notify is due."""

    number: int = 0
    """The server's number for what it shows; 0 for nothing."""

    hid: bool = False
    """Whether what has that number has hidden itself: it can be clicked in a list, but not replaced."""

    commands: dict[str, Command] = field(default_factory=dict)
    """By the key of the action, for what the server shows; empty once one was chosen."""

    token: str = ""
    """The leave to raise a window that came with a click whose action is still to come."""

    elsewhere: Notice | None = None
    """What no server took, and was shown another way."""

    def forget_shown(self) -> int:
        """Forget what the server shows; gives its number."""
        number = self.number
        self.number, self.hid, self.commands, self.token = 0, False, {}, ""
        return number


class FreedesktopNotifier:
    """
    Shows notices with buttons, replaces them and takes them back.

    Args:
        bus: The session bus; somebody runs it.
        say: Takes what a click asks for, and what became of each notice, on the bus thread.
        fallback: Shows what no server takes, as well as it can.
        icon: The name of our icon, where the desktop has it.
    """

    def __init__(self, bus: Bus, say: Callable[[Said], None], fallback: Notifier, icon: str = "") -> None:
        self._bus = bus
        self._say = say
        self._fallback = fallback
        self._icon = icon
        # Reentrant, for a call on a lost connection is answered before it returns.
        self._lock = threading.RLock()
        self._places = {slot: _Place() for slot in Slot}
        self._owner = ""
        self._server = 0
        """Counts the servers that came and went; what was learned of one says nothing about the next."""

        self._capabilities: frozenset[str] | None = None
        self._name = ""
        self._asking = False
        self._lost = False
        """Whether nobody took something since a server came last."""

        self._closed = False
        signals = (
            ("ActivationToken", self._on_token),
            ("ActionInvoked", self._on_action),
            ("NotificationClosed", self._on_closed),
        )
        for member, handler in signals:
            bus.subscribe(sender=_NAME, path=_PATH, interface=_NAME, member=member, handler=handler)
        bus.watch_name(_NAME, self._on_owner)

    def show(self, notice: Notice) -> bool:
        """Show a notice, in place of the one shown in its slot; a `Delivery` tells what became of it."""
        with self._lock:
            if not self._closed:
                self._want(notice.slot, notice)
        return False

    def withdraw(self, slot: Slot) -> None:
        """Take back what is shown in a slot, also if it is only on its way there."""
        with self._lock:
            self._want(slot, None)

    def close(self) -> None:
        """Take everything back and show nothing more."""
        with self._lock:
            self._closed = True
            for slot in Slot:
                self._want(slot, None)
        self._fallback.close()

    def _want(self, slot: Slot, notice: Notice | None) -> None:
        place = self._places[slot]
        place.wanted, place.settled, place.retried = notice, False, False
        self._settle(slot)

    def _settle(self, slot: Slot) -> None:
        """Ask the server for what is wanted, unless an answer has to come first."""
        place = self._places[slot]
        if place.settled or place.on_its_way:
            return
        if place.wanted is None:
            place.settled = True
            self._take_back(place)
        elif self._capabilities is None:
            self._ask_about_server()
        else:
            place.settled = place.on_its_way = True
            if place.hid or _KEEPS_BUTTONS in self._name:
                self._take_back(place)
            self._notify(slot, place.wanted)

    def _take_back(self, place: _Place) -> None:
        if number := place.forget_shown():
            self._call("CloseNotification", "u", (number,))

    def _ask_about_server(self) -> None:
        if self._asking:
            return
        self._asking = True
        server, owner = self._server, self._owner
        name = ""

        def on_information(reply: Reply) -> None:
            nonlocal name
            name = "" if reply.error else str(reply.body[0])

        def on_capabilities(reply: Reply) -> None:
            with self._lock:
                self._asking = False
                if self._is_still_there(server, owner):
                    if reply.error and not self._owner:
                        self._nobody_takes_anything(reply)
                        return
                    self._capabilities = frozenset(() if reply.error else reply.body[0])
                    self._name = name
                for slot in Slot:
                    self._settle(slot)

        self._call("GetServerInformation", on_reply=on_information)
        self._call("GetCapabilities", on_reply=on_capabilities)

    def _is_still_there(self, server: int, owner: str) -> bool:
        """Tell whether the server is the one that it was, or the one that came because it was called."""
        return server == self._server or (not owner and bool(self._owner) and server + 1 == self._server)

    def _nobody_takes_anything(self, reply: Reply) -> None:
        for place in self._places.values():
            if not place.settled and not place.on_its_way and place.wanted is not None:
                place.settled = True
                self._lose(place, place.wanted, reply.error)

    def _notify(self, slot: Slot, notice: Notice) -> None:
        from tray.desktop.linux.notice_form import SIGNATURE, form  # noqa: PLC0415 - not needed before the icon is up

        number, capabilities = self._places[slot].number, self._capabilities or frozenset()
        arguments, commands = form(notice, number, capabilities, self._name, self._icon)
        server, owner = self._server, self._owner

        def on_reply(reply: Reply) -> None:
            self._on_shown(slot, notice, reply, commands if self._is_still_there(server, owner) else None)

        self._call("Notify", SIGNATURE, arguments, on_reply)

    def _on_shown(self, slot: Slot, notice: Notice, reply: Reply, commands: dict[str, Command] | None) -> None:
        """Take the answer of Notify; ``commands`` is None if that server is not there any more."""
        with self._lock:
            place = self._places[slot]
            place.on_its_way = False
            shown_nothing = place.hid  # What it was to replace had hidden itself just before: Plasma shows nothing.
            place.forget_shown()
            taken = reply.error is None and commands is not None
            if taken and commands is not None:
                place.number, place.commands, place.hid = reply.body[0], commands, shown_nothing
            if place.settled and place.wanted is not None:
                if taken and not shown_nothing:
                    place.elsewhere = None
                    self._say(Delivery(notice, taken=True))
                elif shown_nothing or (commands is None and not place.retried):
                    place.settled, place.retried = False, True
                else:
                    self._lose(place, notice, reply.error)
            self._settle(slot)

    def _lose(self, place: _Place, notice: Notice, error: str | None) -> None:
        """Tell that nobody took a notice; it is shown another way, once, which nobody can tell whether it works."""
        if self._closed:
            return
        _log.info("no notification server took a notice: %s", error)
        self._tell_lost(notice)
        if place.elsewhere != notice:
            place.elsewhere = notice
            self._fallback.show(notice)

    def _on_owner(self, owner: str) -> None:
        with self._lock:
            self._owner = owner
            self._server += 1
            self._capabilities = None
            for place in self._places.values():
                hid = place.hid
                if place.forget_shown() and not hid and place.settled and place.wanted is not None and not self._closed:
                    self._tell_lost(place.wanted)
            if owner and self._lost:
                self._lost = False
                self._say(Reachable())

    def _tell_lost(self, notice: Notice) -> None:
        self._lost = True
        self._say(Delivery(notice, taken=False))

    def _on_token(self, body: Body, sender: str) -> None:
        number, token = body
        with self._lock:
            if (place := self._place(number, sender)) is not None:
                place.token = token

    def _on_action(self, body: Body, sender: str) -> None:
        """Take a click; GNOME tells of each twice (docs/facts: Notification servers)."""
        number, key = body
        with self._lock:
            place = self._place(number, sender)
            command = place.commands.get(key) if place else None
            if place is None or command is None:
                return
            place.commands, token = {}, place.token
            if not place.on_its_way:
                self._take_back(place)  # not every server does so by itself
        self._say(clicked(command, token))

    def _on_closed(self, body: Body, sender: str) -> None:
        number, reason = body
        with self._lock:
            place = self._place(number, sender)
            if place is not None and reason == _EXPIRED:
                place.hid = True
            elif place is not None:
                place.forget_shown()

    def _place(self, number: int, sender: str) -> _Place | None:
        """Find whose notice a signal tells of: other programs have theirs, and anybody may send a signal to us."""
        if sender != self._owner or not number:
            return None
        return next((place for place in self._places.values() if place.number == number), None)

    def _call(
        self,
        member: str,
        signature: str = "",
        body: Body = (),
        on_reply: Callable[[Reply], None] | None = None,
    ) -> None:
        self._bus.call(_NAME, _PATH, _NAME, member, signature, body, on_reply=on_reply, timeout=_PATIENCE_SECONDS)


def installed_icon(environ: Mapping[str, str]) -> str:
    """Name our icon where it is installed; for a name that they do not know, servers show the image of a broken one."""
    home = environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    shared = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    icon = f"icons/hicolor/scalable/apps/{APPLICATION_ID}.svg"
    return APPLICATION_ID if any(is_there(Path(at, icon)) for at in (home, *shared.split(":"))) else ""
