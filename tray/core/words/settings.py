"""The words about the settings: of ``sso-tray settings``, and of what cannot be read or written."""

from __future__ import annotations

import json

from tray.core.message import Line, Text, whole

DEFAULT = Line("default")
ENFORCED_BY = Line("enforced by {source:whole}")
ENFORCED = Text("Setting {name:whole} is enforced by your administrator.", "It is set in {source:whole}.")
LENGTH_ENFORCED = Text("Your administrator has set how long this sign-in lasts.", "“sso-tray settings” says where.")
ENFORCED_BY_NOBODY = Text(
    "[enforced] counts in the site's file alone", "Move what is in it out of that section, in {file:whole}."
)
UNGUARDED = Text(
    "What {source:whole} enforces counts as an ordinary setting",
    "This account could change {place:whole}. Your administrator can make it writable for administrators alone.",
)
NOT_AS_POLICY = Text("Policy {name:whole} is not in force", "It should be {expected:whole}; see {source:whole}.")
UNKNOWN_POLICY = Text("Unknown setting {name:whole}", "It is a policy in {source:whole}; its spelling may be wrong.")
# What a value should be
LANGUAGE = Line('"en", "de", "ja" or "auto"')
CLOCK = Line('"12", "24" or "auto"')
MINUTES = Line("a list of minutes, such as [15] or [60, 5]")
SPAN = Line('a span such as "22:00-07:00"')
FLAG = Line("true or false")
THEME = Line('"auto", "light", "dark" or "colour"')
FOLLOWS = Line('"default" or "worst"')
PATTERNS = Line('a list of names or patterns, such as ["prod-*"]')
WITH_CODE = Line('true, false or "auto"')
PROGRAM = Line('a program and its arguments, such as ["notify-send", "AWS", "Signed in"]')
COMMAND = Line('a command in quotes, such as "firefox %s"')
HOURS = Line("a number of hours, such as 8")
SCOPES = Line('a list such as ["sso:account:access"]')
ADDRESS = Line('an address such as "https://d-1234567890.awsapps.com/start"')
REGION = Line('a region such as "eu-west-1"')

_NOW = Line("Now in force: {said:whole}")
CANNOT_READ = Text("The settings cannot be read", "Check {file:whole}: {reason:whole}.")
NOT_UTF8 = Text("The settings cannot be read", "Check {file:whole}: not UTF-8 text.")
NOT_TOML = Text("The settings are not valid TOML", "Check {file:whole}: {reason:whole}.")
TOO_DEEP = Line("brackets within brackets, too many")
NOT_IN_FORCE = Text("Setting {name:whole} is not in force", "It should be {expected:whole}; see {file:whole}.")
UNKNOWN = Text("Unknown setting {name:whole}", "Remove it from {file:whole}, or check its spelling.")
LENGTH_NOT_SET = Text("The session length could not be set.", "{reason:whole}")
NOT_SET = Text("Setting {name:whole} could not be changed.", "{reason:whole}")
CHANGED_SINCE = Text("It has been changed meanwhile", "What counts now is shown; nothing was overwritten.")
SET_NEEDS = Text("“settings set” needs a key and a value.", "Such as: sso-tray settings set notify.lead_minutes 30")
UNSET_NEEDS = Text("“settings unset” needs a key, and no value.", "Such as: sso-tray settings unset icon.theme")
NO_OUTPUT = Text("“settings set” and “settings unset” print nothing.", "Leave out --json and --path.")
NOT_IN_ANY_FILE = Line("No file sets {name:whole} any more.")
NO_SUCH_KEY = Text("There is no setting “{name}”.", "Did you mean {near:whole}?")
NO_SUCH_KEY_AT_ALL = Text("There is no setting “{name}”.", "“sso-tray settings” lists them; its help has examples.")
NOT_SUCH_A_VALUE = Text("Setting {name:whole} cannot be “{value}”.", "It should be {expected:whole}.")
CORRECT_FIRST = Text("{file:whole} is not valid TOML", "Correct it first; `sso-tray settings` names the place.")
ONLY_YOURS_TO_CHANGE = Text("{file:whole} is written in a way that only you can change", "Set {key} in it yourself.")


def written(value: object) -> str:
    """Write a value as TOML: text, a flag, a number, or a list of these."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float):
        return f"{value:.15g}"
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted)


def shown(value: object) -> str:
    """Show what a file says, as TOML or else in its own words: it may be anything."""
    try:
        return whole(written(value))
    except (TypeError, ValueError):
        return whole(str(value))


def now_in_force(name: str, value: object, source: str) -> str:
    """Say what a setting has become."""
    return _NOW(said=in_force(name, value, source))


def in_force(name: str, value: object, source: str) -> str:
    """Say what a setting is, as the file would, and where that is from."""
    return whole(f"{name} = {written(value)}  # {source}")
