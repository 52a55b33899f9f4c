"""The words about starting at login."""

from __future__ import annotations

from tray.core.message import Line, Text

COMMENT = Line("Tells whether your AWS sign-in still holds")
"""What settings programs show beside the name."""

REASON = Line("To tell you before your AWS sign-in ends.")
"""What the system shows where it asks the person for leave."""

OFF = Line("SSO Tray does not start at login.")
ON = Line("SSO Tray starts at login ({place:whole}).")
TURNED_OFF = Line("SSO Tray no longer starts at login.")
TURNED_ON = Line("SSO Tray starts at login from now on ({place:whole}).")
KEPT_BY_PORTAL = Line("kept by the desktop portal")
"""In place of a file's name."""

STARTS_NOTHING = Text(
    "SSO Tray will not start at login: {program:whole} is not there any more",
    "Choose “Start at login” in the menu, or run: sso-tray autostart on. The entry is {place:whole}.",
)
STARTS_ANOTHER = Text(
    "At login another SSO Tray starts, not this one: {program:whole}",
    "If it should be this one, choose “Start at login” in the menu, or run: sso-tray autostart on."
    " Otherwise remove this one. The entry is {place:whole}.",
)
NAMES_NO_PROGRAM = Text(
    "The entry that starts SSO Tray at login cannot be read: {place:whole}: it names no program",
    "Write it anew: choose “Start at login” in the menu, or run: sso-tray autostart on.",
)
UNREADABLE = Text(
    "The entry that starts SSO Tray at login cannot be read: {reason:whole}",
    "Write it anew: choose “Start at login” in the menu, or run: sso-tray autostart on.",
)
CANNOT_CHANGE = Text(
    "Starting at login could not be changed: {reason:whole}",
    "Solve that, or add SSO Tray in your desktop's own settings for programs that start at login.",
)
UNFIT_PATH = Text(
    "The path of this program cannot be written into an entry: {program:whole}",
    "Move it to a folder with a short and plain name, and try again.",
)
NOT_IN_APPLICATIONS = Text(
    "SSO Tray runs from its disk image or a temporary place, which is gone at the next login",
    "Quit it, move “SSO Tray” into Applications in the Finder, and open it from there.",
)
NOT_INSTALLED = Text(
    "SSO Tray is not installed: there is no program that could be started at login",
    "Install it from the folder of its source, such as with: pipx install FOLDER",
)
NEEDS_APPROVAL = Text(
    "SSO Tray does not start at login: it is switched off in the settings of macOS",
    "To switch it on: System Settings, General, Login Items & Extensions; there “SSO Tray”, or “sso-tray”.",
)
NO_PORTAL = Text(
    "There is no desktop portal here that could start SSO Tray at login",
    "Install xdg-desktop-portal and the part of it for your desktop, or try again from your desktop session.",
)
PORTAL_REFUSED = Text(
    "Your desktop did not allow SSO Tray to start at login",
    "Allow it in your desktop's settings: background activity of “SSO Tray”; then try again.",
)
PORTAL_SILENT = Text(
    "Your desktop did not answer whether SSO Tray may start at login", "Answer its question, and try again."
)
