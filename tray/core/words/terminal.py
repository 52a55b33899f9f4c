"""What commands say in the terminal, and what is wrong with how they were called."""

from __future__ import annotations

import sys

from tray.core.message import Estimate, Line, Plural, Text, sentences

# Which sign-in or profile is meant
NOT_THROUGH_IDENTITY_CENTER = Text(
    "Profile “{profile}” does not sign in through IAM Identity Center.",
    "Choose another profile; “sso-tray profiles” lists them.",
)
WHICH_SIGN_IN = Text("There are several sign-ins, and no default profile chooses one.", "Name one: {known}.")
OTHER_SIGN_IN = Text(
    "Profile “{profile}” does not use the sign-in “{sign_in}”.", "Give the one or the other, not both."
)
NO_ACCOUNT = Text("The console opens for a profile with an account.", "Name one with --profile.")

# A login, a renewal, a logout
SIGN_IN_PAGE = Line("Sign in with your browser. If it does not open by itself, open this page:")
COMPARE_CODE = Line("Compare this code with the one on the page:")
CODE_LIMIT = Plural("The code works for 1 minute.", "The code works for {count} minutes.")
CODE_ENDS_OTHERS = Line(
    "A new session begins: sign-ins that were approved in the same browser end, also those of other machines."
)
WAITING = Line("A page to sign in to {sign_in} is open since {time}; this command waits for it:")
SIGNED_IN = Line("Signed in to {sign_in}.")
SIGNED_IN_UNTIL = Estimate("Signed in to {sign_in} until {time}.", "Signed in to {sign_in} until about {time}.")
NO_TIME_WON = Line("The old session could not be ended at AWS, so this sign-in ends when that does: no time was won.")
RENEWED_UNTIL = Estimate(
    "Renewed {sign_in}. You are signed in until {time}.", "Renewed {sign_in}. You are signed in until about {time}."
)
NEEDS_NO_RENEWAL_UNTIL = Estimate(
    "{sign_in} needs no renewal now. You are signed in until {time}.",
    "{sign_in} needs no renewal now. You are signed in until about {time}.",
)
RENEWED = Line("Renewed {sign_in}. Its token holds until {time}.")
NEEDS_NO_RENEWAL = Line("{sign_in} needs no renewal now. Its token holds until {time}.")
_LOGGED_OUT = Line("Logged out of {sign_in}.")
_WAS_SIGNED_OUT = Line("{sign_in} was signed out already.")
_REMOVED = Plural("Removed 1 cached role credential.", "Removed {count} cached role credentials.")

# The tray
ALREADY_RUNNING = Line("SSO Tray is already running. It shows its status now.")
TAKES_OVER = Line("An SSO Tray that was running gave no answer; this one takes its place.")
if sys.platform == "win32":
    NO_TRAY = Text(
        "The taskbar does not show the icon yet.",
        "SSO Tray goes on with notices alone, and tries again; the icon appears by itself.",
    )
else:
    NO_TRAY = Text(
        "This desktop has no tray for icons (neither a StatusNotifier host nor XEMBED).",
        "SSO Tray goes on with notices alone. On GNOME, install the AppIndicator extension; the icon appears by"
        " itself.",
    )
NO_SESSION_BUS = Text(
    "There is no D-Bus session here, so neither an icon nor a notice can be shown.",
    "Start SSO Tray from your desktop session; “sso-tray status” works everywhere.",
)
NO_BROWSER = Text(
    "No browser could be started.",
    "Set one with BROWSER, or browser.command in the settings; “sso-tray portal --print” prints the address.",
)

# The pages
OPEN_BY_HAND = Line("No browser could be started. Open this page yourself; its address works once:")
NO_PAGE = Text("The page could not be shown.", "The log file says more.")

# The default profile
KEPT_ASIDE = Line("The earlier one is kept: “sso-tray use --undo” brings it back.")
REPLACED = Line("Of what you had written into [default], this was replaced: {keys:whole}.")
ASKS_FOR_PRODUCTION = Line("{profile} is a production profile. Type its name to make it the default: ")
PRODUCTION_NEEDS_YES = Text(
    "The production profile {profile} was not confirmed",
    "Nothing was changed. Type its name when asked, or add --yes.",
)

# Whom AWS takes a profile for
PROFILE = Line("profile", "label of whoami")
ACCOUNT = Line("account", "label of whoami")
ARN = Line("arn", "label of whoami")
USER_ID = Line("user id", "label of whoami")

# The doctor, and the demo
NOTHING_TO_FIX = Text(
    "There is nothing to fix that is called “{name}”",
    "“sso-tray doctor --json” names what there is; it may be settled by now.",
)
OR_RUN = Line("Or run: sso-tray doctor --fix {name:shell}")
VERSION_AND_FILES = Line("SSO Tray {version}; config {config:whole}; log {log:whole}")
DEMO_STOPPED = Text(
    "The demo stopped: it did not happen that {step:whole}.",
    "Start it once more; a busy computer may have been too slow.",
)

# A fault of ours
FAULT = Text("SSO Tray made a mistake and stopped.", "What happened is in the log, for a report: {log:whole}")
FAULT_WITHOUT_LOG = Text("SSO Tray made a mistake and stopped.", "It could not be written down in the log ({kind}).")


def logged_out(sign_in: str, credentials: int, *, was_signed_in: bool) -> str:
    """Say that a sign-in was ended, or had been, and how many cached role credentials went with it."""
    ended = (_LOGGED_OUT if was_signed_in else _WAS_SIGNED_OUT)(sign_in=sign_in)
    return sentences(ended, _REMOVED(credentials) if credentials else "")
