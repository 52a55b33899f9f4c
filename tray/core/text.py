"""Every word about the state of a sign-in that a person reads: in the menu, the tooltip, a notice, the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tray.core.model import Deadline, Kind, Problem, SignIn, SignInStatus, Status
from tray.core.unspoken import without_accounts

APPLICATION = "SSO Tray"
LocalTime = Callable[[datetime], datetime]
"""Turns a moment (aware) into local time."""

_WORDS = {
    Status.NO_CONFIG: "set up",
    Status.SIGNED_OUT: "signed out",
    Status.SIGNING_IN: "signing in",
    Status.SIGNED_IN: "signed in",
    Status.RENEWABLE: "renews on next use",
    Status.EXPIRED: "expired",
    Status.UNREADABLE: "unreadable",
}

_LONGEST_NAME = 60

NO_SIGN_INS = "No AWS sign-in is set up"
NO_SIGN_INS_HINT = "Choose “Set up…” in the tray, or run in a terminal: sso-tray setup"
LOG_IN = "Log in"
LOG_IN_AGAIN = "Log in again"
CANCEL = "Cancel sign-in"
OPEN_PAGE = "Open sign-in page"
PORTAL = "Open access portal"
DEFAULT_PROFILE = "Default profile"
CONSOLE = "Open console"
MORE_SIGN_INS = "More sign-ins"
UNDO_SWITCH = "Undo last switch"
SWITCH = "Switch"
SET_UP = "Set up…"
SNOOZE = "Snooze"
START_AT_LOGIN = "Start at login"
SETTINGS = "Settings…"
DIAGNOSE = "Diagnose…"
ABOUT = "About"
QUIT = "Quit"
SNOOZE_CHOICES = ((30, "30 minutes"), (60, "1 hour"))
UNTIL_TOMORROW = "Until tomorrow"
SNOOZE_OFF = "Remind me again"


def short(name: str) -> str:
    """Fit a name into one line of a menu: printable, and at most 60 characters."""
    # Nearly every name is printable as it is, and a menu may hold tens of thousands.
    printable = name if name.isprintable() else "".join(each if each.isprintable() else " " for each in name)
    return printable if len(printable) <= _LONGEST_NAME else printable[: _LONGEST_NAME - 1] + "…"


def whole(line: str) -> str:
    """Show a path or a line whole, without characters that a terminal might obey."""
    return "".join(each if each.isprintable() else "?" for each in line)


def profiles(names: Sequence[str]) -> str:
    """Name one profile, or the first of many: ``the profile dev``, ``4 profiles (a, b, c, …)``."""
    if len(names) == 1:
        return f"the profile {short(names[0])}"
    return f"{counted(len(names), 'profile')} ({', '.join(map(short, names[:3]))}{', …' if len(names) > 3 else ''})"


def clock(at: datetime, now: datetime, local: LocalTime) -> str:
    """Name a moment as a person would: ``17:05``, ``tomorrow 09:30``, ``Tue 09:30``, ``3 Dec 09:30``; local time."""
    then, today = local(at), local(now).date()
    days = (then.date() - today).days
    hour = f"{then:%H:%M}"
    if days == 0:
        return hour
    if days == 1:
        return f"tomorrow {hour}"
    if 1 < days < 7:
        return f"{then:%a} {hour}"
    return f"{then.day} {then:%b} {hour}" if then.year == today.year else f"{then.day} {then:%b %Y} {hour}"


def end_words(deadline: Deadline, now: datetime, local: LocalTime) -> str:
    """Say when something ends: ``at 17:05``, or ``about 17:05`` for an estimate."""
    return f"{'about' if deadline.estimated else 'at'} {clock(deadline.at, now, local)}"


def status_words(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say the status of a sign-in, beginning with the words that other programs read (docs/contracts: Statuses)."""
    if found.status is Status.ENDING and found.deadline is not None:
        words = f"ends {end_words(found.deadline, now, local)}"
    else:
        words = _WORDS[found.status]
    if found.status is Status.SIGNED_IN and found.deadline is not None:
        about = "about " if found.deadline.estimated else ""
        words = f"{words} until {about}{clock(found.deadline.at, now, local)}"
    if found.unchecked_since is not None and found.status is not Status.SIGNING_IN:
        words = f"{words}, not checked since {clock(found.unchecked_since, now, local)}"
    return words


def status_line(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say the name of a sign-in and its status in one line."""
    return f"{short(found.sign_in.name)} · {status_words(found, now, local)}"


def tooltip(shown: SignInStatus | None, icon: Status, now: datetime, local: LocalTime) -> str:
    """Say what the icon shows, in one line."""
    if shown is None:
        return f"{APPLICATION} · {_WORDS[icon]}"
    return status_line(shown, now, local)


def with_name(action: str, name: str, *, several: bool) -> str:
    """Name the sign-in in the label of an action when there are several to choose from."""
    return f"{action} to {short(name)}" if several else action


def user_code(code: str) -> str:
    """Label of the line that shows the code to compare with the sign-in page."""
    return f"Code {code}"


def snoozed(until: datetime, now: datetime, local: LocalTime) -> str:
    """Label of the snooze menu while a snooze is on."""
    return f"Snoozed until {clock(until, now, local)}"


def ends_title(deadlines: Sequence[Deadline], now: datetime, local: LocalTime) -> str:
    """Title of the reminder before the end; an absolute time, so that it stays true while it is on the screen."""
    first = min(deadlines, key=lambda deadline: deadline.at)
    if len(deadlines) == 1:
        return f"AWS sign-in ends {end_words(first, now, local)}"
    return f"{len(deadlines)} AWS sign-ins end soon: the first ends {end_words(first, now, local)}"


def ends_body(sign_ins: Sequence[SignIn]) -> str:
    """Body of the reminder before the end."""
    return f"{listed(sign_ins)} · log in now and your work goes on."


def ended_title(count: int) -> str:
    """Title of the notice after the end."""
    return "AWS sign-in has ended" if count == 1 else f"{count} AWS sign-ins have ended"


def ended_body(sign_ins: Sequence[SignIn]) -> str:
    """Body of the notice after the end."""
    return f"{listed(sign_ins)} · commands will fail until you log in."


def minutes_left(left: timedelta) -> str:
    """Say a rest of time in the largest unit that serves: ``2 h 5 min``, ``14 min``, ``40 s``."""
    seconds = max(0, round(left.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    if hours == 0:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def spoken(sign_in: SignIn) -> str:
    """Name a sign-in where neither link nor account id may stand, as in a notice: a legacy one by its host alone."""
    if sign_in.kind is Kind.SSO_SESSION:
        return short(sign_in.name)
    if sign_in.kind is Kind.CONSOLE:  # Profiles are often named after their account.
        return short(without_accounts(sign_in.name))
    return short(urlsplit(sign_in.start_url).hostname or "a sign-in")


def spoken_line(found: SignInStatus, now: datetime, local: LocalTime) -> str:
    """Say the name of a sign-in and its status, for a notice."""
    return f"{spoken(found.sign_in)} · {status_words(found, now, local)}"


def listed(sign_ins: Sequence[SignIn]) -> str:
    """Name sign-ins for a notice, the first three."""
    shown = [spoken(sign_in) for sign_in in sign_ins[:3]]
    if len(sign_ins) > 3:
        shown.append(f"{len(sign_ins) - 3} more")
    return ", ".join(shown)


def unreadable_token(name: str, reason: str) -> Problem:
    """Say that the token file of a sign-in is there but cannot be used."""
    return Problem(f"The sign-in file of {short(name)} cannot be read: {reason}", "Log in again to write a new one.")


def no_such_sign_in(name: str, known: Sequence[str]) -> Problem:
    """Say that a name on the command line names no sign-in."""
    hint = f"Known sign-ins: {', '.join(map(short, known))}." if known else NO_SIGN_INS_HINT
    return Problem(f"There is no sign-in “{short(name)}”.", hint)


def no_such_profile(name: str, known: Sequence[str]) -> Problem:
    """Say that a name on the command line names no profile."""
    hint = f"Known profiles: {', '.join(map(short, known[:12]))}." if known else NO_SIGN_INS_HINT
    return Problem(f"There is no profile “{short(name)}”.", hint)


def not_through_identity_center(profile: str) -> Problem:
    """Say that a profile gets its credentials in some other way."""
    return Problem(
        f"Profile “{short(profile)}” does not sign in through IAM Identity Center.",
        "Choose another profile; “sso-tray profiles” lists them.",
    )


def which_sign_in(known: Sequence[str]) -> Problem:
    """Say that the command needs to know which sign-in is meant."""
    return Problem("There are several sign-ins, and no default profile chooses one.", f"Name one: {', '.join(known)}.")


NOT_READ_YET = Problem(
    "Your files take long to be read",
    "What is in ~/.aws shows as soon as the disk answers. Is it on a network that is slow, or away?",
)
NO_SIGN_IN_PROBLEM = Problem(NO_SIGN_INS, NO_SIGN_INS_HINT)
ALREADY_RUNNING = "SSO Tray is already running. It shows its status now."
NO_TRAY = Problem(
    "This desktop has no tray for icons (no StatusNotifier host).",
    "SSO Tray goes on with notices alone. On GNOME, install the AppIndicator extension; the icon appears by itself.",
)
NO_SESSION_BUS = Problem(
    "There is no D-Bus session here, so neither an icon nor a notice can be shown.",
    "Start SSO Tray from your desktop session; “sso-tray status” works everywhere.",
)
SIGN_IN_PAGE = "Sign in with your browser. If it does not open by itself, open this page:"
COMPARE_CODE = "Compare this code with the one on the page:"
NO_ACCOUNT = Problem("The console opens for a profile with an account.", "Name one with --profile.")
NO_BROWSER = Problem("No browser could be started.", "Set one with BROWSER, or browser.command in the settings.")
NO_EDITOR = Problem("The file could not be opened in an editor.", "")
LOGIN_CRASHED = Problem("The sign-in stopped unexpectedly.", "Try again; the log file says more.")
RENEWAL_CRASHED = Problem("The renewal stopped unexpectedly.", "The log file says more.")
LOGOUT_CRASHED = Problem("The logout stopped unexpectedly.", "Try again; the log file says more.")
LOGIN_TOOK_TOO_LONG = Problem("The sign-in took too long and was stopped.", "Try again when you are ready.")


def about(version: str) -> tuple[str, str]:
    """Title and body of the answer to "About"."""
    return f"{APPLICATION} {version}", "Tells whether your AWS sign-in still holds. MIT licence."


def switched(profile: str) -> tuple[str, str]:
    """Title and body of the answer to a switch of the default profile."""
    return f"Default profile: {short(profile)}", "Every terminal and SDK without AWS_PROFILE uses it from now on."


def busy(sign_in: SignIn) -> tuple[str, str]:
    """Title and body of the answer to a login while another one runs."""
    return f"Signing in to {spoken(sign_in)}", "Finish it in your browser, or cancel it from the menu."


def other_sign_in(profile: str, name: str) -> Problem:
    """Say that a profile and a sign-in on the command line contradict each other."""
    return Problem(
        f"Profile “{short(profile)}” does not use the sign-in “{short(name)}”.", "Give the one or the other, not both."
    )


def signed_in(name: str, until: str | None) -> str:
    """Say in the terminal that a sign-in holds; ``until`` is a time of the clock, with "about" for an estimate."""
    return f"Signed in to {short(name)} until {until}." if until else f"Signed in to {short(name)}."


def counted(number: int, noun: str) -> str:
    """Say a number of things: ``1 profile``, ``2 profiles``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def state_folder_unusable(path: str, reason: str) -> Problem:
    """Say that the folder for our own files cannot be used."""
    return Problem(
        f"The folder {path} cannot be used: {reason}",
        "Check its permissions. On Linux, XDG_STATE_HOME can name another folder.",
    )


def production(profile: str) -> str:
    """Label of a profile that the settings call production; said in words, for who sees no colour or symbol."""
    return f"{short(profile)} · production"


def confirm_production(profile: str) -> tuple[str, str]:
    """Title and body of the question before a production profile becomes the default."""
    return (
        f"Make {short(profile)} the default profile?",
        "Your settings call it production. Every terminal and SDK without AWS_PROFILE would use it.",
    )


def account_group(account: str, profiles: Sequence[str]) -> str:
    """Label of the submenu of one account: its number says little, so what its profiles have in common comes first."""
    first, last = min(profiles), max(profiles)
    same = next((index for index, letter in enumerate(first) if letter != last[index : index + 1]), len(first))
    common = first[:same].rstrip("-_. /")
    return f"{short(common)} ({account})" if common else account
