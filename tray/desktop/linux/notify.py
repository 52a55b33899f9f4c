"""
Notices on a Linux desktop: the Desktop Notifications Specification 1.2, spoken over our own bus connection.

Each slot has at most one call of Notify on its way. What is asked for meanwhile waits until the answer brings the
notice's number, which is needed to replace it or to take it back.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from tray.core.dataclass import dataclass, field
from tray.core.view.values import Slot
from tray.desktop.linux.bus import NO_REPLY, Body, Bus, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.command import Command
    from tray.core.view.values import Notice
    from tray.desktop.notify import Notifier

_log = logging.getLogger(__name__)

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"

_URGENCY_NORMAL = 1
_EXPIRED = 1
"""Reason of NotificationClosed; the notice may still lie in a history, from which it can be clicked and taken back."""

_TIMEOUTS = {Slot.ANSWER: -1, Slot.SIGN_IN: 0}
"""
Milliseconds for which a notice stays: an answer as long as the server likes. A reminder stays until the person waves it
off or the matter is settled and we take it back; some servers would else hide it after 5 seconds, too soon to be read
and acted upon (WCAG 2.2.1 asks for 20), and nobody would be there to see that a sign-in ended over lunch.
"""

_PATIENCE_SECONDS = 60.0
"""A server that is just starting, or busy, may answer late; by then we still want the notice's number."""


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

    commands: dict[str, Command] = field(default_factory=dict)
    """By the key of the action, for what the server shows; empty once one was chosen."""


class FreedesktopNotifier:
    """
    Shows notices with buttons, replaces them and takes them back.

    Args:
        bus: The session bus; somebody runs it.
        on_command: Takes what a click asks for, on the bus thread.
        fallback: Shows what no server takes.
    """

    def __init__(self, bus: Bus, on_command: Callable[[Command], None], fallback: Notifier) -> None:
        self._bus = bus
        self._on_command = on_command
        self._fallback = fallback
        # Reentrant, for a call on a lost connection is answered before it returns.
        self._lock = threading.RLock()
        self._places = {slot: _Place() for slot in Slot}
        self._owner = ""
        self._server = 0
        """Counts the servers that came and went; what was learned of one says nothing about the next."""

        self._capabilities: frozenset[str] | None = None
        self._asking = False
        self._closed = False
        bus.subscribe(sender=_NAME, path=_PATH, interface=_NAME, member="ActionInvoked", handler=self._on_action)
        bus.subscribe(sender=_NAME, path=_PATH, interface=_NAME, member="NotificationClosed", handler=self._on_closed)
        bus.watch_name(_NAME, self._on_owner)

    def show(self, notice: Notice) -> None:
        """Show a notice, in place of the one shown in its slot."""
        with self._lock:
            if not self._closed:
                self._want(notice.slot, notice)

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
            self._ask_capabilities()
        else:
            place.settled = place.on_its_way = True
            self._notify(slot, place.wanted)

    def _take_back(self, place: _Place) -> None:
        number, place.number, place.commands = place.number, 0, {}
        if number:
            self._call("CloseNotification", "u", (number,))

    def _ask_capabilities(self) -> None:
        if self._asking:
            return
        self._asking = True
        server = self._server

        def on_reply(reply: Reply) -> None:
            with self._lock:
                self._asking = False
                if server == self._server:
                    self._capabilities = frozenset(() if reply.error else reply.body[0])
                for slot in Slot:
                    self._settle(slot)

        self._call("GetCapabilities", on_reply=on_reply)

    def _notify(self, slot: Slot, notice: Notice) -> None:
        capabilities = self._capabilities or frozenset()
        commands = {str(number): button.command for number, button in enumerate(notice.buttons)}
        labels = {str(number): button.label for number, button in enumerate(notice.buttons)}
        if notice.command is not None:
            # Last, for servers that list it among the buttons; those that do show the label.
            commands["default"] = notice.command
            labels["default"] = next((b.label for b in notice.buttons if b.command == notice.command), notice.title)
        if "actions" not in capabilities:
            commands, labels = {}, {}
        hints = {"urgency": ("y", _URGENCY_NORMAL), "desktop-entry": ("s", "sso-tray")}
        server = self._server

        def on_reply(reply: Reply) -> None:
            self._on_shown(slot, notice, reply, commands if server == self._server else None)

        self._call(
            "Notify",
            "susssasa{sv}i",
            (
                "SSO Tray",
                self._places[slot].number,
                "",
                notice.title,
                _escaped(notice.body) if "body-markup" in capabilities else notice.body,
                [text for action in labels.items() for text in action],
                hints,
                _TIMEOUTS[slot],
            ),
            on_reply,
        )

    def _on_shown(self, slot: Slot, notice: Notice, reply: Reply, commands: dict[str, Command] | None) -> None:
        """Take the answer of Notify; ``commands`` is None if that server is not there any more."""
        with self._lock:
            place = self._places[slot]
            place.on_its_way = False
            place.number, place.commands = 0, {}
            if not reply.error and commands is not None:
                place.number, place.commands = reply.body[0], commands
            lost = reply.error is not None and place.settled and not self._closed
            if lost and commands is None and not place.retried:
                lost, place.settled, place.retried = False, False, True
            self._settle(slot)
        if lost and reply.error == NO_REPLY:
            _log.warning("the notification server does not answer")
        elif lost:
            _log.info("no notification server: %s", reply.error)
            self._fallback.show(notice)

    def _on_owner(self, owner: str) -> None:
        with self._lock:
            self._owner = owner
            self._server += 1
            self._capabilities = None
            for place in self._places.values():
                place.number, place.commands = 0, {}

    def _on_action(self, body: Body, sender: str) -> None:
        """Take a click; GNOME tells of each twice (docs/facts: Notification servers)."""
        number, key = body
        with self._lock:
            place = self._place(number, sender)
            command = place.commands.get(key) if place else None
            if place is None or command is None:
                return
            place.commands = {}
            if not place.on_its_way:
                self._take_back(place)  # not every server does so by itself
        self._on_command(command)

    def _on_closed(self, body: Body, sender: str) -> None:
        number, reason = body
        with self._lock:
            place = self._place(number, sender)
            if place and reason != _EXPIRED:
                place.number, place.commands = 0, {}

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


def _escaped(text: str) -> str:
    """Escape markup; the standard library's ``xml.sax.saxutils`` would load an HTTP client (7 MB)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
