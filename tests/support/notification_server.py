"""
A stand-in for a desktop's notification server.

It owns org.freedesktop.Notifications, keeps what it is asked to show, and does what a person would do::

    with session_bus() as session, NotificationServer(session.address, like=PLASMA) as server:
        ...
        notice = server.wait_for_notice("ends")
        server.press(notice.id, "Log in")

It has the manners of one of the real servers, which differ (docs/facts: Notification servers).
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

_ALL = ("actions", "body", "body-markup", "persistence")


@dataclass(frozen=True)
class Manners:
    """How one of the servers behaves, as far as a program can tell."""

    name: str
    """What GetServerInformation says."""

    capabilities: tuple[str, ...] = _ALL
    twice: bool = False
    """Whether it sends each signal twice."""

    default_is_a_button: bool = False
    """Whether it shows the action ``default`` among the buttons."""

    shows_what_replaces_nothing: bool = True
    """Whether a notice that is to replace one which is not on the screen any more is shown at all."""

    renumbers: bool = False
    """Whether what takes the place of another notice gets a number of its own."""

    usual_milliseconds: int | None = 10_000
    """After which a notice hides itself that leaves this to the server; None for never."""

    heeds_times: bool = True
    """Whether a notice stays as long as it asks to; else all go as soon as the usual time has passed."""

    tells_of_hiding: bool = True
    """Whether a notice that hides itself is said to be closed; else it lies in a list, without a word."""

    closes_after_a_click: bool = True
    """Whether a notice goes away by itself when one of its buttons was pressed."""

    keeps_buttons: bool = False
    """Whether what takes the place of a notice with buttons is shown with those, whatever buttons it has itself."""

    gives_tokens: bool = False
    """Whether a click comes with leave to raise a window."""


GENERIC = Manners("stand-in")
GNOME = Manners("gnome-shell", twice=True, heeds_times=False, tells_of_hiding=False, gives_tokens=True)
PLASMA = Manners("Plasma", shows_what_replaces_nothing=False, usual_milliseconds=5_000, gives_tokens=True)
XFCE = Manners("Xfce Notify Daemon", default_is_a_button=True)
OLD_XFCE = Manners("Xfce Notify Daemon (old)", default_is_a_button=True, renumbers=True)
LXQT = Manners("lxqt-notificationd", default_is_a_button=True, closes_after_a_click=False, keeps_buttons=True)
DUNST = Manners("dunst", closes_after_a_click=False)
MAKO = Manners("mako", usual_milliseconds=None)
SWAYNC = Manners("SwayNotificationCenter", heeds_times=False, tells_of_hiding=False)
MATE = Manners("Notification Daemon", capabilities=("actions", "body", "body-markup"))
BARE = Manners("bare", capabilities=("body",))

EVERY_SERVER = (GENERIC, GNOME, PLASMA, XFCE, OLD_XFCE, LXQT, DUNST, MAKO, SWAYNC, MATE)
"""All that have buttons."""


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
        like: The server whose manners it has.
        delay: Seconds it takes to answer anything.
    """

    def __init__(self, address: str, *, like: Manners = GENERIC, delay: float = 0.0) -> None:
        super().__init__(address, NAME)
        self.like = like
        self.delay = delay
        self.twice = like.twice
        """Whether it sends each signal twice, as GNOME does."""

        self.notices: list[ShownNotice] = []
        """Every call of Notify, in order, also of those that were not shown."""

        self.showing: dict[int, ShownNotice] = {}
        """What a person sees on the screen now."""

        self.listed: dict[int, ShownNotice] = {}
        """What hid itself, and lies in the list of the desktop, from where it can be clicked."""

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

    def buttons(self, notice_id: int) -> list[str]:
        """Read the buttons that a person sees on a notice."""
        actions = self._there[notice_id].actions
        return [label for key, label in actions.items() if key != "default" or self.like.default_is_a_button]

    def press(self, notice_id: int, label: str, token: str = "") -> None:
        """
        Press the button with this label; ``default`` clicks the body.

        Args:
            notice_id: One that is on the screen, or in the list.
            label: Of the button.
            token: The leave to raise a window that comes with the click; empty for none.
        """
        actions = self._there[notice_id].actions
        key = next((key for key, shown in actions.items() if label == shown), label)
        assert key in actions, f"no {label!r} among {actions}"
        if token:
            self._emit("ActivationToken", "us", (notice_id, token))
        self._emit("ActionInvoked", "us", (notice_id, key))
        if self.like.closes_after_a_click:
            self.close(notice_id, DISMISSED)

    def close(self, notice_id: int, reason: int = DISMISSED) -> None:
        """Have a notice go away, as if it expired or the person waved it off."""
        if notice_id in self._there:
            gone = self.showing.pop(notice_id, None) or self.listed.pop(notice_id)
            if reason == EXPIRED:
                self.listed[notice_id] = gone
            self._emit("NotificationClosed", "uu", (notice_id, reason))

    def pass_time(self, seconds: float) -> None:
        """Let everything hide itself that would have by then."""
        for notice in list(self.showing.values()):
            stays = notice.timeout if self.like.heeds_times and notice.timeout >= 0 else self.like.usual_milliseconds
            if not stays or stays > seconds * 1000:
                continue
            if self.like.tells_of_hiding:
                self.close(notice.id, EXPIRED)
            else:
                self.listed[notice.id] = self.showing.pop(notice.id)

    def offer(self, bus: Bus) -> None:
        """Export the server, which knows nothing of notices that another one has shown."""
        self._last_id = 0
        self.showing.clear()
        self.listed.clear()
        bus.export(
            PATH,
            Interface(
                NAME,
                methods={
                    "Notify": Method("susssasa{sv}i", "u", self._notify),
                    "CloseNotification": Method("u", "", self._withdraw),
                    "GetCapabilities": Method("", "as", self._get_capabilities),
                    "GetServerInformation": Method("", "ssss", self._get_information),
                },
                signals={"ActionInvoked": "us", "NotificationClosed": "uu", "ActivationToken": "us"},
            ),
        )

    @property
    def _there(self) -> dict[int, ShownNotice]:
        return self.listed | self.showing

    def _notify(self, body: tuple[Any, ...], _sender: str) -> tuple[int]:
        time.sleep(self.delay)
        app_name, replaces, icon, title, text, actions, hints, timeout = body
        shown = not replaces or replaces in self.showing or self.like.shows_what_replaces_nothing
        number = replaces
        unknown = replaces not in self._there and self.like.shows_what_replaces_nothing
        if not replaces or unknown or self.like.renumbers:
            self._last_id += 1
            number = self._last_id
            self.showing.pop(replaces, None)
        notice = ShownNotice(
            id=number,
            replaces=replaces,
            app_name=app_name,
            icon=icon,
            title=title,
            body=text,
            actions=self._actions(replaces, actions),
            hints={name: value for name, (_signature, value) in hints.items()},
            timeout=timeout,
        )
        if shown:
            self.listed.pop(number, None)
            self.showing[number] = notice
        self.notices.append(notice)
        return (number,)

    def _actions(self, replaces: int, actions: list[str]) -> dict[str, str]:
        there = self._there.get(replaces)
        if there is not None and there.actions and self.like.keeps_buttons:
            return there.actions
        return dict(zip(actions[::2], actions[1::2], strict=True))

    def _withdraw(self, body: tuple[Any, ...], _sender: str) -> tuple[()]:
        time.sleep(self.delay)
        self.withdrawn.append(body[0])
        self.close(body[0], CLOSED)
        return ()

    def _get_capabilities(self, _body: tuple[Any, ...], _sender: str) -> tuple[list[str]]:
        time.sleep(self.delay)
        return (list(self.like.capabilities),)

    def _get_information(self, _body: tuple[Any, ...], _sender: str) -> tuple[str, str, str, str]:
        return (self.like.name, "", "1", "1.2")

    def _emit(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        assert self.bus, "the server has vanished"
        for _time in range(2 if self.twice else 1):
            self.bus.emit(PATH, NAME, member, signature, body)
