"""The words about starting at login."""

from __future__ import annotations

from tray.core.model import Problem
from tray.core.text import START_AT_LOGIN, whole

COMMENT = "Tells whether your AWS sign-in still holds"
"""What settings programs show beside the name."""

REASON = "To tell you before your AWS sign-in ends."
"""What the system shows where it asks the person for leave."""

OFF = "SSO Tray does not start at login."
TURNED_OFF = "SSO Tray no longer starts at login."
KEPT_BY_PORTAL = "kept by the desktop portal"
"""In place of a file's name."""


def on(place: str) -> str:
    """Say that it starts, and where that stands."""
    return f"SSO Tray starts at login ({whole(place)})."


def turned_on(place: str) -> str:
    """Say that it starts from now on."""
    return f"SSO Tray starts at login from now on ({whole(place)})."


def starts_nothing(place: str, program: str) -> Problem:
    """Say that what the entry starts has gone."""
    return Problem(
        f"SSO Tray will not start at login: {whole(program)} is not there any more",
        f"Choose “{START_AT_LOGIN}” in the menu, or run: sso-tray autostart on. The entry is {whole(place)}.",
    )


def starts_another(place: str, program: str) -> Problem:
    """Say that the entry starts another copy of this program."""
    return Problem(
        f"At login another SSO Tray starts, not this one: {whole(program)}",
        f"If it should be this one, choose “{START_AT_LOGIN}” in the menu, or run: sso-tray autostart on."
        f" Otherwise remove this one. The entry is {whole(place)}.",
    )


def names_no_program(place: str) -> Problem:
    """Say that the entry can start nothing."""
    return unreadable(f"{place}: it names no program")


def unreadable(reason: str) -> Problem:
    """Say that nobody knows what the entry does; the reason names it."""
    return Problem(
        f"The entry that starts SSO Tray at login cannot be read: {whole(reason)}",
        f"Write it anew: choose “{START_AT_LOGIN}” in the menu, or run: sso-tray autostart on.",
    )


def cannot_change(reason: str) -> Problem:
    """Say that the system's entry could not be written or removed; the reason names it."""
    return Problem(
        f"Starting at login could not be changed: {whole(reason)}",
        "Put that right, or add SSO Tray in your desktop's own settings for programs that start at login.",
    )


def unfit_path(program: str) -> Problem:
    """Say that the system's entry cannot hold such a path."""
    return Problem(
        f"The path of this program cannot be written into an entry: {whole(program)}",
        "Move it to a folder with a short and plain name, and try again.",
    )


NOT_IN_APPLICATIONS = Problem(
    "SSO Tray runs from its disk image or a temporary place, which is gone at the next login",
    "Quit it, move “SSO Tray” into Applications in the Finder, and open it from there.",
)
NOT_INSTALLED = Problem(
    "SSO Tray is not installed: there is no program that could be started at login",
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
