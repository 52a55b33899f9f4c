"""The labels of the menu."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tray.core.message import Line
from tray.core.words.times import length

LOG_IN = Line("Log in")
LOG_IN_TO = Line("Log in to {name}")
LOG_IN_AGAIN = Line("Log in again")
LOG_IN_AGAIN_TO = Line("Log in again to {name}")
CANCEL = Line("Cancel sign-in")
CANCEL_TO = Line("Cancel sign-in to {name}")
OPEN_PAGE = Line("Open sign-in page")
COPY_ADDRESS = Line("Copy address")
USER_CODE = Line("Code {code}")
ANY_DEVICE = Line("On any device: {address:whole}")
PORTAL = Line("Open access portal")
DEFAULT_PROFILE = Line("Default profile")
DEFAULT_PROFILE_IS = Line("Default profile: {name}")
DEFAULT_PRODUCTION_IS = Line("Default profile: {name} · production")
PRODUCTION = Line("{name} · production")
CONSOLE = Line("Open console")
MORE_SIGN_INS = Line("More sign-ins")
FIND_PROFILE = Line("Find profile…")
UNDO_SWITCH = Line("Undo last switch")
LOG_OUT = Line("Log out")
SESSION_LENGTH = Line("Session length")
SET_UP = Line("Set up…")
SETTINGS = Line("Settings…")
DIAGNOSE = Line("Diagnose…")
START_AT_LOGIN = Line("Start at login")
ABOUT = Line("About")
QUIT = Line("Quit")
SNOOZE = Line("Snooze")
SNOOZED = Line("Snoozed until {time}")
HALF_AN_HOUR = Line("30 minutes")
AN_HOUR = Line("1 hour", "how long to say nothing")
UNTIL_TOMORROW = Line("Until tomorrow")
SNOOZE_OFF = Line("Remind me again")
_AUTOMATIC = Line("Automatic")
_AUTOMATIC_AND_LEARNED = Line("Automatic (about {length})")
FROM_TO = Line("{first} … {last}")
_ACCOUNT = Line("{common} ({account})")


def unset_length(learned: timedelta | None) -> str:
    """Label of the choice to set no length: what was learned is in force then."""
    return _AUTOMATIC() if learned is None else _AUTOMATIC_AND_LEARNED(length=length(learned / timedelta(hours=1)))


def account_group(account: str, profiles: Sequence[str]) -> str:
    """Label of the submenu of one account: its number says little, so what its profiles have in common comes first."""
    first, last = min(profiles), max(profiles)
    same = next((index for index, letter in enumerate(first) if letter != last[index : index + 1]), len(first))
    common = first[:same].rstrip("-_. /")
    if not common.isascii():
        from tray.core.clusters import cut  # noqa: PLC0415 - few names are not plain

        common = cut(first, same).rstrip("-_. /")
    return _ACCOUNT(common=common, account=account) if common else account
