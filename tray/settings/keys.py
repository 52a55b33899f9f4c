"""What can be set in ``settings.toml``: names, how values are read, what they should be (docs/contracts: Settings)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tray.core.language import LANGUAGES
from tray.core.message import Line, short
from tray.core.settings import Clock, Follows, Theme, WithCode, quiet_span
from tray.core.words import settings as words

TEMPLATE = """\
# Settings of SSO Tray. A line that begins with # is not in force; the values shown are the defaults.

# language = "auto"         # "en", "de" or "ja"; "auto" is the system's, where a speaker of it has approved our words

[time]
# format = "auto"           # "12" or "24" hours; "auto" as is usual in the language

[notify]
# lead_minutes = [15]       # remind so many minutes before a sign-in ends; fractions are allowed
# quiet_hours = ""          # "22:00-07:00": no notices in between

[renew]
# enabled = true            # renew tokens silently before they expire; never opens a browser

[icon]
# theme = "auto"            # "light", "dark" or "colour"
# follows = "default"       # the default profile's sign-in, or the "worst" of all

[profiles]
# production = []           # such as ["prod-*"]: a switch to a profile of such a name is asked about

[login]
# device_code = "auto"      # true signs in with a code always, false never; "auto" where there is no screen

[browser]
# command = ""              # such as "firefox --new-window %s"; empty for the system's browser
#   On Windows a path, or quotes, stand in single quotes: '"C:\\Program Files\\Vivaldi\\vivaldi.exe" %s',
#   'chrome --profile-directory="Profile 1" %s'.

[hooks]
# on_signed_in = []         # a program and its arguments, run when a session begins; never at a renewal
# on_ends_soon = []         # when the first reminder is due
# on_ended = []             # when it has ended. Such as ["notify-send", "AWS", "Signed out"]
#   Run by the icon's program, without a shell. SSO_TRAY_EVENT, SSO_TRAY_SIGN_IN and SSO_TRAY_ENDS_AT say what happened.

# For one sign-in; the name is that of its sso-session, or its start URL:
#   [sign_in."my-sso"]
#   length_hours = 8        # how long a sign-in lasts, if you know it; otherwise it is learned
#   browser = ""            # as browser.command, for this sign-in alone
#   scopes = []             # what to ask for, in place of sso_registration_scopes
"""

TOP = ""
"""The section of what stands before any section."""

SIGN_IN = "sign_in"
"""The section that holds a section for each sign-in."""

ENFORCED = "enforced"
"""The section of a site's file that holds sections as the file does; nobody's own file changes what is in them."""

_LONGEST_LEAD_MINUTES = 7 * 24 * 60

_LONGEST_HOURS = 90 * 24
"""The longest sign-in that Identity Center allows (docs/facts: Words)."""


def _lead_minutes(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or any(isinstance(entry, bool) for entry in value):
        raise TypeError
    minutes = tuple(float(entry) for entry in value)
    if not all(0 < entry <= _LONGEST_LEAD_MINUTES for entry in minutes):
        raise ValueError
    return minutes


def _quiet_hours(value: object) -> str:
    span = _text(value)
    quiet_span(span)
    return span


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    if "\0" in value:  # No program can be given one.
        raise ValueError
    value.encode()  # Half a character, as a command line or JSON may hold, is no text: it could not be written.
    return value


def _language(value: object) -> str:
    if value != "auto" and value not in LANGUAGES:
        raise ValueError
    return str(value)


def _clock(value: object) -> Clock:
    # Without quotes it is a number, and no other could be meant.
    return Clock(str(value))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _with_code(value: object) -> WithCode:
    if isinstance(value, bool):
        return WithCode.ALWAYS if value else WithCode.NEVER
    if value != WithCode.AUTO:
        raise ValueError
    return WithCode.AUTO


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not 0 < value <= _LONGEST_HOURS:
        raise ValueError
    return float(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _command(value: object) -> tuple[str, ...]:
    words = _texts(value)
    # It names no program; or a shell has taken the quotes of a list that was typed.
    if words and (not words[0].strip() or words[0].startswith("[")):
        raise ValueError
    return words


def _start_url(value: object) -> str:
    from tray.core.start_url import read_start_url  # noqa: PLC0415 - few settings have one

    found = read_start_url(_text(value))
    if found is None:
        raise ValueError
    return found.url


def _region(value: object) -> str:
    from tray.core.start_url import is_region  # noqa: PLC0415 - likewise

    if not is_region(_text(value)):
        raise ValueError
    return str(value)


Key = tuple[str, Callable[[Any], object], Line]
"""The field that holds the value, what reads it (raises `TypeError` or `ValueError`), and what to say it should be."""

KEYS: Mapping[str, Mapping[str, Key]] = {
    TOP: {"language": ("language", _language, words.LANGUAGE)},
    "time": {"format": ("time_format", _clock, words.CLOCK)},
    "notify": {
        "lead_minutes": ("lead_minutes", _lead_minutes, words.MINUTES),
        "quiet_hours": ("quiet_hours", _quiet_hours, words.SPAN),
    },
    "renew": {"enabled": ("renew_enabled", _flag, words.FLAG)},
    "icon": {
        "theme": ("icon_theme", Theme, words.THEME),
        "follows": ("icon_follows", Follows, words.FOLLOWS),
    },
    "profiles": {"production": ("production", _texts, words.PATTERNS)},
    "login": {"device_code": ("login_device_code", _with_code, words.WITH_CODE)},
    "hooks": {
        "on_signed_in": ("on_signed_in", _command, words.PROGRAM),
        "on_ends_soon": ("on_ends_soon", _command, words.PROGRAM),
        "on_ended": ("on_ended", _command, words.PROGRAM),
    },
    "browser": {"command": ("browser_command", _text, words.COMMAND)},
}
"""By section and name in the file; the fields are those of `Settings`."""

SIGN_IN_KEYS: Mapping[str, Key] = {
    "length_hours": ("length_hours", _hours, words.HOURS),
    "browser": ("browser", _text, words.COMMAND),
    "scopes": ("scopes", _texts, words.SCOPES),
    "start_url": ("start_url", _start_url, words.ADDRESS),
    "region": ("region", _region, words.REGION),
}
"""The same for one sign-in, with fields of `SignInSettings`."""

Name = tuple[str, ...]
"""Section and key; for one sign-in `SIGN_IN`, its name, and the key."""


def keys_beside(name: Name) -> Mapping[str, Key]:
    """Give the keys of the section that a name is in; none where there is no such section."""
    return SIGN_IN_KEYS if len(name) == 3 else KEYS.get(name[0], {})


def spelled(name: Name) -> str:
    """Write a name as TOML would: ``language``, ``notify.lead_minutes``, ``sign_in."my-sso".browser``."""
    if name[0] == TOP:
        return ".".join(name[1:])
    if len(name) < 3 and name[0] != SIGN_IN:
        return ".".join(name)
    section, *rest = name
    return ".".join((section, *(json.dumps(short(part), ensure_ascii=False) for part in rest[:1]), *rest[1:]))
