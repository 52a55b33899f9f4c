"""The words about starting at login."""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.model import Problem

START_AT_LOGIN = "Start at login"
COMMENT = "Tells whether your AWS sign-in still holds"
"""What settings programs show beside the name."""

TURN_ON = "sso-tray autostart on"
REASON = "To tell you before your AWS sign-in ends."
"""What the system shows where it asks the person for leave."""

OFF = "SSO Tray does not start at login."
TURNED_OFF = "SSO Tray no longer starts at login."


def on(place: str) -> str:
    """Say that it starts, and where that stands."""
    return f"SSO Tray starts at login ({_shown(place)})."


def turned_on(place: str) -> str:
    """Say that it starts from now on."""
    return f"SSO Tray starts at login from now on ({_shown(place)})."


def starts_nothing(place: str, command: Sequence[str]) -> Problem:
    """Say that what the entry starts has gone."""
    return Problem(
        f"SSO Tray will not start at login: {_shown(command[0])} is not there any more",
        f"Choose “{START_AT_LOGIN}” in the menu, or run: {TURN_ON}. The entry is {_shown(place)}.",
    )


def starts_another(place: str, command: Sequence[str]) -> Problem:
    """Say that the entry starts something else than this program."""
    return Problem(
        f"At login another SSO Tray starts, not this one: {_shown(command[0])}",
        f"If it should be this one, choose “{START_AT_LOGIN}” in the menu, or run: {TURN_ON}."
        f" Otherwise remove this one. The entry is {_shown(place)}.",
    )


def not_understood(place: str, complaint: str) -> Problem:
    """Say that nobody knows what the entry does."""
    return Problem(
        f"The entry that starts SSO Tray at login cannot be read: {complaint}",
        f"Write it anew: choose “{START_AT_LOGIN}” in the menu, or run: {TURN_ON}. The entry is {_shown(place)}.",
    )


TOO_LARGE = "it is larger than any such entry"
NOT_A_FILE = "it is not a file"
NOT_TEXT = "it is not UTF-8 text"
NO_COMMAND = "it names no program"
NOT_A_LIST = "it is not a property list"
IN_THE_WAY = "a file stands where the folder should be"
OF_ANOTHER_TYPE = "it is not a text value"


def cannot_change(place: str, reason: str) -> Problem:
    """Say that the system's entry could not be written or removed."""
    return Problem(
        f"Starting at login could not be changed: {_shown(place)}: {reason}",
        "Put that right, or add SSO Tray in your desktop's own settings for programs that start at login.",
    )


def path_not_text(program: str) -> Problem:
    """Say that the entry cannot hold such a path."""
    return Problem(
        f"The path of this program cannot be written into an entry: {_shown(program)}",
        "Move it to a folder whose name is plain text, and try again.",
    )


def command_too_long(longest: int) -> Problem:
    """Say that Windows would cut the command off."""
    return Problem(
        f"The path of this program is too long to start it at login: Windows takes {longest} characters",
        "Install it in a folder with a shorter path.",
    )


TRANSLOCATED = Problem(
    "macOS runs SSO Tray from a temporary place, which is gone at the next login",
    "Quit it, move “SSO Tray” into Applications in the Finder, and open it from there.",
)
ON_DISK_IMAGE = Problem(
    "SSO Tray runs from its disk image, which is gone at the next login",
    "Quit it, move “SSO Tray” into Applications in the Finder, and open it from there.",
)
FROM_SOURCE = Problem(
    "SSO Tray runs from a source folder, which nothing would find at login",
    "Install it, such as with: pipx install sso-tray",
)
NO_PORTAL = Problem(
    "There is no desktop portal here that could start SSO Tray at login",
    "Install xdg-desktop-portal and the part of it for your desktop, or try again from your desktop session.",
)
PORTAL_REFUSED = Problem(
    "Your desktop did not allow SSO Tray to start at login",
    "Allow it in your desktop's settings: background activity of “SSO Tray”; then try again.",
)
PORTAL_SILENT = Problem(
    "Your desktop did not answer whether SSO Tray may start at login", "Answer its question, and try again."
)
PORTAL = "kept by the desktop portal"


def _shown(text: str) -> str:
    """Show a path whole, without characters that a terminal might obey."""
    return "".join(character if character.isprintable() else "?" for character in text)
