"""The arguments of Notify, as a notice and the server to which it goes want them (docs/facts: Notification servers)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tray.paths import APPLICATION_ID

if TYPE_CHECKING:
    from tray.core.command import Command
    from tray.core.view.values import Notice

SIGNATURE = "susssasa{sv}i"

_URGENCY_NORMAL = 1

_SHOWN_MILLISECONDS = 20_000
"""
For how long a notice asks to be shown that need not stay: WCAG 2.2.1 asks for 20 seconds. Left to the server, some
would hide it after 5, and mako would never.
"""

_STAYS = 0
"""What stays, stays until it is waved off: nobody would be there to see that a sign-in ended over lunch."""

_SHOW_DEFAULT_AS_BUTTON = ("xfce", "lxqt")
"""Parts of the names of servers that show the action ``default`` as one more button."""


def form(
    notice: Notice, replaces: int, capabilities: Collection[str], server: str, icon: str
) -> tuple[tuple[Any, ...], dict[str, Command]]:
    """
    Give the arguments of Notify, of `SIGNATURE`, and what each action asks for, by its key.

    Args:
        notice: What is to be shown.
        replaces: The number of the notice whose place it takes; 0 for none.
        capabilities: What the server says it can do.
        server: Its name; empty where it does not say.
        icon: The name of our icon where the desktop has it; empty elsewhere.
    """
    commands = {str(number): button.command for number, button in enumerate(notice.buttons)}
    labels = {str(number): button.label for number, button in enumerate(notice.buttons)}
    shown_as_button = any(part in server.lower() for part in _SHOW_DEFAULT_AS_BUTTON)
    if notice.command is not None and not (labels and shown_as_button):
        # Last, for servers that list it among the buttons; those that do show the label.
        commands["default"] = notice.command
        labels["default"] = next((b.label for b in notice.buttons if b.command == notice.command), notice.title)
    if "actions" not in capabilities:
        commands, labels = {}, {}
    arguments = (
        "SSO Tray",
        replaces,
        icon,
        notice.title,
        _escaped(notice.body) if "body-markup" in capabilities else notice.body,
        [text for action in labels.items() for text in action],
        # GNOME finds our icon by its name above, Plasma by the entry, and with it the person's settings for us.
        {"urgency": ("y", _URGENCY_NORMAL), "desktop-entry": ("s", APPLICATION_ID)},
        _STAYS if notice.stays else _SHOWN_MILLISECONDS,
    )
    return arguments, commands


def _escaped(text: str) -> str:
    """Escape markup; the standard library's ``xml.sax.saxutils`` would load an HTTP client (7 MB)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
