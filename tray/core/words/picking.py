"""The words beside a list that one picks from."""

from __future__ import annotations

from tray.core.message import Line, Text

PROMPT = Line("Profile: ")
COUNT = Line("{shown} of {total}. Type to narrow down; Enter chooses, Esc leaves.")
NUMBER_OR_WORDS = Line("Number, or words to narrow down: ")
NUMBERED = Line("{number}. {text:whole}")
SHOWN_OF = Line("{shown} of {total} are shown.")
NOTHING_HOLDS = Line("No profile holds all of these words.")
NOT_CHOSEN = Text("No profile was chosen.", "Nothing was changed.")
NAME_ONE = Text(
    "No profile is named, and there is no terminal to choose one in.",
    "Name one: sso-tray use PROFILE; or go back: sso-tray use --undo",
)
NO_TERMINAL = Text("There is no terminal to choose a profile in.", "“sso-tray profiles” lists them.")
ONE_WHOLE_NAME = Text("With --exact, one whole name is given.", "Such as: sso-tray profiles --exact NAME")
NONE_HOLDS = Text("No profile holds all of “{words:whole}”.", "“sso-tray profiles” lists every one.")
NOTHING_TO_CHOOSE = Text(
    "There is no profile to choose.", "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup"
)

# A table of profiles
HEADINGS = (Line("PROFILE"), Line("SIGN-IN"), Line("ACCOUNT"), Line("ROLE"), Line("REGION"))
