"""The words that every page has: around what is its own, and where it cannot go on."""

from __future__ import annotations

from tray.core.message import Line, Text

PROGRAM = Line("SSO Tray")
PAGES = Line("Pages")
NAMES = {
    "setup": Line("Set up"),
    "profiles": Line("Profiles"),
    "settings": Line("Settings"),
    "doctor": Line("Diagnose"),
    "sign-ins": Line("Sign-ins"),
}
"""How the pages are called where one leads to the others."""

# What scripts put sentences together with, as `tray.core.message` does.
SENTENCE = Line("{words:whole}.")
FOLLOWED = Line("{sentence:whole} {another:whole}")

NEEDS_JAVASCRIPT = Line("This page needs JavaScript. In a terminal, “{command:whole}” does the same.")

ENDED = Text("This page has ended", "Open it again from the tray, or with: sso-tray open {page}")
NOT_UNDERSTOOD = Text("The program did not understand this page", "Load the page again.")
COPIED = Line("Copied.")
NOT_COPIED = Line("Your browser does not let this page copy; it is selected, so press Ctrl+C.")

FOREIGN = Text("This page is not for you", "Its link works once. Open it again from the tray, or with: sso-tray open")
GONE = Text("Nothing to see here", "Open the page again from the tray, or with: sso-tray open")
