"""The words of the page on which a profile is found by typing."""

from __future__ import annotations

from tray.core.message import Line, Plural, Text

TITLE = Line("Profiles")
SEARCH = Line("Find a profile by name, account, role or sign-in")
COUNT = Plural("1 profile", "{count} profiles")
FOUND = Plural("1 of {total} profiles", "{count} of {total} profiles")
ACCOUNT = Line("Account")
ROLE = Line("Role")
SIGN_IN = Line("Sign-in")
REGION = Line("Region")
NOTHING_HOLDS = Line("No profile holds all of these words")
IS_DEFAULT = Line("default", "a profile")
IS_PRODUCTION = Line("production")
BY_VARIABLE = Line("AWS_PROFILE")
MAKE_DEFAULT = Line("Make default")
OPEN_CONSOLE = Line("Open console")
COPY = Line("Copy for a terminal")
DEFAULT_IS = Line("Default profile: {name}")
DEFAULT_PRODUCTION_IS = Line("Default profile: {name} · production")
NO_DEFAULT = Line("No default profile")
UNDO = Line("Undo last switch")
KEEP = Line("Keep")
SWITCH = Line("Switch")
KEY_ENTER = Line("Enter")
KEY_CONTROL_ENTER = Line("Ctrl + Enter")
KEY_COMMAND_ENTER = Line("⌘ + Enter")
KEY_SHIFT_ENTER = Line("Shift + Enter")
MOVE_BY = Line("The arrow keys, Page Up, Page Down, Home and End move in the list; Esc empties the search.")
COMMAND_COPIED = Text("Copied", "Paste it into a terminal: it holds there until that is closed.")
COMMAND_NOT_COPIED = Text(
    "Your browser does not let this page copy", "The command is selected below: copy it from there."
)
COPY_BY_HAND = Line("Command for a terminal")
NOT_FOR_A_TERMINAL = Text(
    "This name cannot be pasted into a terminal",
    "It has characters that a terminal might obey. Give the profile another name in the config.",
)
CONSOLE_OPENS = Text("The console of {profile} opens in your browser")
NO_ACCOUNT = Text(
    "The profile {profile} has no account whose console could be opened", "A console belongs to an account and a role."
)
CONSOLE_BY_LINK = Text("No browser could be started", "It opens by its link, too:")
CONSOLE_LINK = Line("Open the console")
