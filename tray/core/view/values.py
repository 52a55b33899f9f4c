"""What the desktop is asked to show: plain values that compare with ``==``, so that only changes reach the screen."""

from __future__ import annotations

from enum import StrEnum

from tray.core.command import Command
from tray.core.dataclass import dataclass
from tray.core.model import Status
from tray.core.settings import Theme


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu."""

    key: str
    """Names the item among its siblings for as long as it means the same, so that an open menu can stay open."""

    label: str
    """Shown as it is: an underscore or an ampersand is no mnemonic."""

    command: Command | None = None
    """What a click asks for; None for a line that only tells, or that opens a submenu."""

    enabled: bool = True
    checked: bool | None = None
    """None for an item that cannot be checked."""

    radio: bool = False
    """Whether a checked item excludes its siblings."""

    default: bool = False
    """Whether this is the menu's main action (bold, where the system shows it)."""

    children: tuple[MenuItem, ...] = ()
    """A submenu; empty for a plain item."""

    separator: bool = False


def separator(key: str) -> MenuItem:
    """Make a line that separates groups."""
    return MenuItem(key=key, label="", separator=True)


@dataclass(frozen=True, slots=True)
class View:
    """The whole of the tray icon: what it looks like, what it says, what it offers."""

    icon: Status
    """The status whose shape and colour the icon shows."""

    tooltip: str
    """One line; begins with the followed sign-in's name and status in words (docs/contracts: Statuses)."""

    menu: tuple[MenuItem, ...] = ()
    theme: Theme = Theme.COLOUR
    """The panel that the icon is drawn for; never `Theme.AUTO`."""

    attention: bool = False
    """Whether a sign-in needs the person."""


class Slot(StrEnum):
    """A place for one notice: a new notice replaces the one shown in the same slot."""

    SIGN_IN = "sign-in"
    """Reminders: "ends soon" and "has ended"."""

    ANSWER = "answer"
    """An answer to something the person just asked for."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a notice."""

    label: str
    command: Command


@dataclass(frozen=True, slots=True)
class Notice:
    """A desktop notification, in plain text: its adapter escapes markup. Holds no account id, token, code or link."""

    slot: Slot
    title: str
    body: str
    buttons: tuple[Button, ...] = ()
    command: Command | None = None
    """What a click on the body asks for."""

    stays: bool = False
    """
    Whether it is to stay on the screen until the person waves it off, or it is taken back; else it may hide itself.
    """


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notice, as whoever shows notices finds out."""

    notice: Notice
    taken: bool
    """Whether somebody shows it; else nobody took it, or who did has gone with it while it was on the screen."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """From now on there is somebody who shows notices; what nobody took before can be said."""
