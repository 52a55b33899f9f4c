"""
A stand-in for a desktop's notification server.

It owns org.freedesktop.Notifications, keeps what it is asked to show, and does what a person would do::

    with session_bus() as session, NotificationServer(session.address) as server:
        ...
        notice = server.wait_for_notice("ends")
        server.press(notice.id, "Log in")
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from support.bus_service import BusService
from tray.desktop.linux.bus import Bus, Interface, Method

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

EXPIRED, DISMISSED, CLOSED = 1, 2, 3
"""Reasons why a notice is gone."""


@dataclass(frozen=True)
class ShownNotice:
    """A call of Notify."""

    id: int
    """The number the server gave it: that of the notice it replaced, if any."""

    replaces: int
    """The number of the notice it was to replace; 0 for none."""

    app_name: str
    icon: str
    title: str
    body: str
    actions: dict[str, str]
    """Labels by key; ``default`` is a click on the body."""

    hints: dict[str, Any]
    timeout: int
    """Milliseconds; -1 as the server likes, 0 never."""


class NotificationServer(BusService):
    """
    The stand-in.

    Args:
        address: The session bus.
        capabilities: What it says it can do.
        delay: Seconds it takes to answer anything.
        twice: Whether it sends each signal twice, as GNOME does (docs/facts: Notification servers).
    """

    def __init__(
        self,
        address: str,
        *,
        capabilities: tuple[str, ...] = ("actions", "body", "body-markup", "persistence"),
        delay: float = 0.0,
        twice: bool = False,
    ) -> None:
        super().__init__(address, NAME)
        self.capabilities = capabilities
        self.delay = delay
        self.twice = twice
        self.notices: list[ShownNotice] = []
        """Every call of Notify, in order."""

        self.showing: dict[int, ShownNotice] = {}
        """What a person sees now."""

        self.withdrawn: list[int] = []
        """The numbers that CloseNotification was called with, in order."""

        self._last_id = 0

    def wait_for_notice(self, text: str = "", number: int = 1) -> ShownNotice:
        """Wait for the first, second, ... notice whose title or body holds this text."""

        def look() -> list[ShownNotice]:
            found = [notice for notice in list(self.notices) if text in notice.title or text in notice.body]
            return found[number - 1 :]

        return self.wait_for(look, f"notice number {number} with {text!r}")[0]

    def wait_for_withdrawal(self, notice_id: int) -> None:
        """Wait until the program has asked for this notice to be closed."""
        self.wait_for(lambda: notice_id in self.withdrawn, f"the withdrawal of {notice_id}")

    def press(self, notice_id: int, label: str) -> None:
        """Press the button with this label; the notice goes away. ``default`` clicks the body."""
        actions = self.showing[notice_id].actions
        key = next((key for key, shown in actions.items() if label == shown), label)
        assert key in actions, f"no {label!r} among {actions}"
        self._emit("ActionInvoked", "us", (notice_id, key))
        self.close(notice_id, DISMISSED)

    def close(self, notice_id: int, reason: int = DISMISSED) -> None:
        """Have a notice go away, as if it expired or the person waved it off."""
        if self.showing.pop(notice_id, None):
            self._emit("NotificationClosed", "uu", (notice_id, reason))

    def offer(self, bus: Bus) -> None:
        """Export the server."""
        bus.export(
            PATH,
            Interface(
                NAME,
                methods={
                    "Notify": Method("susssasa{sv}i", "u", self._notify),
                    "CloseNotification": Method("u", "", self._withdraw),
                    "GetCapabilities": Method("", "as", self._get_capabilities),
                    "GetServerInformation": Method("", "ssss", lambda _body, _sender: ("stand-in", "", "1", "1.2")),
                },
                signals={"ActionInvoked": "us", "NotificationClosed": "uu"},
            ),
        )

    def _notify(self, body: tuple[Any, ...], _sender: str) -> tuple[int]:
        time.sleep(self.delay)
        app_name, replaces, icon, title, text, actions, hints, timeout = body
        if not replaces:
            self._last_id += 1
        notice = ShownNotice(
            id=replaces or self._last_id,
            replaces=replaces,
            app_name=app_name,
            icon=icon,
            title=title,
            body=text,
            actions=dict(zip(actions[::2], actions[1::2], strict=True)),
            hints={name: value for name, (_signature, value) in hints.items()},
            timeout=timeout,
        )
        self.notices.append(notice)
        self.showing[notice.id] = notice
        return (notice.id,)

    def _withdraw(self, body: tuple[Any, ...], _sender: str) -> tuple[()]:
        time.sleep(self.delay)
        self.withdrawn.append(body[0])
        self.close(body[0], CLOSED)
        return ()

    def _get_capabilities(self, _body: tuple[Any, ...], _sender: str) -> tuple[list[str]]:
        time.sleep(self.delay)
        return (list(self.capabilities),)

    def _emit(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        assert self.bus, "the server has vanished"
        for _time in range(2 if self.twice else 1):
            self.bus.emit(PATH, NAME, member, signature, body)
