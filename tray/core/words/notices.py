"""What notices say: of an end that comes or came, and in answer to a click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tray.core.message import Estimate, Line, Message, Plural, Text
from tray.core.model import Deadline, SignIn, SignInStatus
from tray.core.words.names import listed, spoken
from tray.core.words.times import LocalTime, clock

_END_AT = Plural("AWS sign-in ends at {time}", "{count} AWS sign-ins end soon: the first ends at {time}")
_END_ABOUT = Plural("AWS sign-in ends about {time}", "{count} AWS sign-ins end soon: the first ends about {time}")
_LOG_IN_NOW = Line("{sign_ins:whole} · log in now and your work goes on.")
_HAVE_ENDED = Plural("AWS sign-in has ended", "{count} AWS sign-ins have ended")
_COMMANDS_FAIL = Line("{sign_ins:whole} · commands will fail until you log in.")
UNFINISHED = Text("You are signed out", "{sign_ins:whole} · the new sign-in was not finished.")
ALSO_ENDED = Line("{name} has ended.")
_ALSO_ENDS = Line("{name} ends.")
_ALSO_ENDS_THEN = Estimate("{name} ends at {time}.", "{name} ends about {time}.")

BUTTON_IS_FOR = Line("“Log in” is for {name}.")

NOT_SET_UP = Text(
    "AWS sign-in is not set up yet",
    "The set-up asks for the address of your access portal. In a terminal: sso-tray setup",
)
SET_UP = Line("Set up")
NO_PAGE = Text("The page could not be shown.", "What keeps it is told in a terminal by: sso-tray open {page}")

ABOUT = Text("SSO Tray {version}", "Tells whether your AWS sign-in still holds. MIT licence. The log is {log:whole}")
WHERE_THE_ICON_IS = Text(
    "SSO Tray is in the corner of the taskbar",
    "Windows puts new icons behind the arrow there. Drag it out onto the taskbar, and you see it at a glance.",
)
SWITCHED = Text("Default profile: {profile}", "Every terminal and SDK without AWS_PROFILE uses it from now on.")
UNDONE = Text("Default profile: {profile}", "[default] is as it was before the last switch.")
UNDO = Line("Undo")
SWITCH = Line("Switch")
KEEP = Line("Keep")
CONFIRM_PRODUCTION = Text(
    "Switch to {profile}?",
    "Your settings call it production. Every terminal and SDK without AWS_PROFILE would use it.",
)
NO_TRAY = Text(
    "There is no tray to show the icon in",
    "SSO Tray tells you by notices alone. On GNOME, install the AppIndicator extension; the icon appears by itself.",
)
BUSY = Text("Signing in to {name}", "Finish it in your browser, or cancel it from the menu.")
LOGIN_CRASHED = Text("The sign-in stopped unexpectedly.", "Try again; the log file says more.")
LOGIN_TOOK_TOO_LONG = Text("The sign-in took too long and was stopped.", "Try again when you are ready.")
RENEWAL_CRASHED = Text("The renewal stopped unexpectedly.", "The log file says more.")
LOGOUT_CRASHED = Text("The logout stopped unexpectedly.", "Try again; the log file says more.")
NO_BROWSER = Text(
    "No browser could be started.",
    "Copy the address, or set a browser with BROWSER, or with browser.command in the settings.",
)
NO_BROWSER_BUT_A_CODE = Text(
    "No browser could be started.",
    "Copy the address, or use a code on any device; or set a browser with browser.command in the settings.",
)
NO_BROWSER_FOR_CODE = Text(
    "No browser could be started.",
    "Open its address on any device. The menu of the icon shows it, and the code.",
)
USE_A_CODE = Line("Use a code")
NO_BROWSER_FOR_PAGE = Text(
    "No browser could be started.",
    "Copy the address into a browser of this computer, or run in a terminal: {command}",
)
COPIED = Text("The address is in the clipboard.", "Paste it into a browser of this computer.")
NOT_COPIED = Text(
    "The address could not be copied: nothing here takes it.",
    "Install wl-clipboard (Wayland) or xclip (X11); or run in a terminal: sso-tray login, sso-tray setup, or"
    " sso-tray portal --print",
)
NO_EDITOR = Text("The file could not be opened in an editor.", "Open it yourself: {path:whole}")
NO_FILE_TO_OPEN = Text("The file could not be opened in an editor.", "{path:whole}: {reason:whole}")


def ends(deadlines: Sequence[Deadline], sign_ins: Sequence[SignIn], now: datetime, local: LocalTime) -> Message:
    """Remind of an end to come: by an absolute time, so that it stays true while it is on the screen."""
    first = min(deadlines, key=lambda deadline: deadline.at)
    form = _END_ABOUT if first.estimated else _END_AT
    return Message(form(len(deadlines), time=clock(first.at, now, local)), _LOG_IN_NOW(sign_ins=listed(sign_ins)))


def ended(sign_ins: Sequence[SignIn]) -> Message:
    """Tell of an end."""
    return Message(_HAVE_ENDED(len(sign_ins)), _COMMANDS_FAIL(sign_ins=listed(sign_ins)))


def also_ends(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say beside the notice of an end that another sign-in is about to end."""
    name, deadline = spoken(found.sign_in), found.deadline
    if deadline is None:
        return _ALSO_ENDS(name=name)
    return _ALSO_ENDS_THEN(deadline.estimated, name=name, time=clock(deadline.at, now, local))
