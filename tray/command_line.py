"""
The words of the command line: every command, its options, and what ``--help`` says of them.

They are not beside what each command does, since that imports far more: ``--help``, a completion and a mistake in the
options are answered without it.
"""

from __future__ import annotations

import argparse
from typing import Any, NamedTuple

from tray.core.language import Words
from tray.core.page_names import PAGE_NAMES

HIDDEN = argparse.SUPPRESS
"""The help of what no help names."""

LONGEST_TIMEOUT = 24 * 3600.0
"""Seconds."""


def seconds(text: str) -> float:
    """
    Read how long to wait.

    Raises:
        ValueError: It is no number, or not one of a time that anybody waits.
    """
    found = float(text)
    if not 0 < found <= LONGEST_TIMEOUT:
        raise ValueError(text)
    return found


class Option(NamedTuple):
    """An argument, as `argparse` wants it."""

    name: str
    details: dict[str, Any]


class OneOf(NamedTuple):
    """Arguments that exclude each other."""

    required: bool
    options: tuple[Option, ...]


def _flag(name: str, does: str) -> Option:
    return Option(name, {"action": "store_true", "help": does})


def _value(name: str, metavar: str | None, does: str | None, **details: Any) -> Option:
    return Option(name, {"metavar": metavar, "help": does, **details})


_NAME = _value("name", "NAME", Words("an sso-session, a legacy start URL, or a profile"), nargs="?")
_SIGN_IN = (_NAME, _value("--profile", "P", Words("the sign-in of that profile")))
_JSON = _flag("--json", Words("print one JSON object"))
_JSON_EVENTS = _flag("--json", Words("print one JSON object a line for each event"))
_DEVICE_CODE = _flag("--device-code", Words("sign in with a code, on any device"))

_LOGIN_FIRST = _flag("--login", Words("where you are not signed in, sign in first, in the browser"))

COMMANDS: dict[str, tuple[Any, ...]] = {
    "run": (
        Words("show the tray icon (what happens without a command)"),
        _flag("--foreground-status", Words("print a line for each change of the icon")),
        _flag("--demo", HIDDEN),  # A home that is gone at the next login.
    ),
    "demo": (
        Words("play with the tray on an embedded Identity Center: no AWS account needed"),
        _flag("--terminal", Words("tell the story in the terminal even on a desktop")),
    ),
    "status": (
        Words("say whether the sign-ins hold"),
        *_SIGN_IN,
        _JSON,
        _flag("--short", Words("print one line, for a shell prompt")),
        _flag("--check", Words("ask AWS first; without an answer the exit code is 4")),
    ),
    "login": (
        Words("make sure that you are signed in; opens your browser where that is needed"),
        *_SIGN_IN,
        _flag("--new", Words("begin a new session, of full length, although one holds")),
        _flag("--ask", HIDDEN),  # The page asks before it ends the old one.
        _flag("--while-input", HIDDEN),  # The tray's child ends with it.
        _DEVICE_CODE,
        _flag("--no-browser", Words("print the address instead of opening it")),
        _value("--timeout", "S", Words("give up after so many seconds (600)"), type=seconds, default=600.0),
        _JSON_EVENTS,
    ),
    "renew": (
        Words("renew a sign-in silently, without a browser"),
        _NAME,
        _flag("--force", Words("renew it although its token still holds")),
        _JSON,
    ),
    "logout": (
        Words("end one sign-in: at AWS, its token, and its cached role credentials"),
        OneOf(False, (_NAME, _flag("--all", Words("end every sign-in of the config")))),
        _JSON_EVENTS,
    ),
    "profiles": (
        Words("list the profiles, and which one is the default"),
        _value(
            "profile",
            "WORD",
            Words("those alone that hold every word: in name, sign-in, account, role or region"),
            nargs="*",
        ),
        OneOf(
            False,
            (
                _JSON,
                _flag("--pick", Words("choose one by typing, and print its name")),
            ),
        ),
        _flag("--exact", Words("the word is a whole name, and no other profile is meant")),
    ),
    "use": (
        Words("make a profile the default for every terminal and SDK"),
        OneOf(
            False,
            (
                _value("profile", "PROFILE", Words("none named, on a terminal: choose one by typing"), nargs="?"),
                _flag("--undo", Words("go back to the default profile before the last switch")),
            ),
        ),
        _flag("--yes", Words("do not ask about a production profile")),
    ),
    "portal": (
        Words("open the access portal, or the console"),
        *_SIGN_IN,
        _flag("--console", Words("open the AWS console for the profile")),
        _flag("--print", Words("print the address instead of opening it")),
    ),
    "open": (
        Words("open a page in the browser"),
        _value("page", None, Words("which"), nargs="?", choices=PAGE_NAMES),
        _flag("--print", Words("print the address instead of opening it; it works once")),
        _flag("--serve", HIDDEN),  # Who started it opens the page, and asks for others through its input.
    ),
    "whoami": (
        Words("say whom AWS takes a profile for"),
        _value("profile", "PROFILE", Words("the one in force where none is named"), nargs="?"),
        _JSON,
    ),
    "credentials": (
        Words("print short-lived credentials of a role, for programs that know no sign-in"),
        _value("profile", "PROFILE", Words("the one in force where none is named"), nargs="?"),
        _value(
            "--format",
            None,
            Words(
                "process (as credential_process wants it), env (lines for a shell), or json (as “aws sts assume-role”)"
            ),
            choices=("process", "env", "json"),
            default="process",
        ),
        _value(
            "--shell",
            None,
            Words("with env: for which shell; without it for the one that is usual here"),
            choices=("bash", "zsh", "sh", "fish", "pwsh", "cmd"),
        ),
        _LOGIN_FIRST,
    ),
    "exec": (
        Words("run a command with short-lived credentials of a role in its environment"),
        _value("profile", "PROFILE", Words("whose role")),
        _value("words", "-- COMMAND", Words("the command and its arguments, behind “--”"), nargs="*"),
        _LOGIN_FIRST,
    ),
    "setup": (
        Words("set up a sign-in and its profiles: asks what no option answers"),
        _value("--session", "NAME", Words("the sso-session, new or existing")),
        _value("--start-url", "URL", Words("the address of the access portal")),
        _value("--region", "R", Words("the region of IAM Identity Center")),
        _value("--scopes", "S", Words("what to ask for, separated by commas (sso:account:access)")),
        _flag("--all", Words("add a profile for every role in every account")),
        _value("--account", "ID", Words("add the profile for one role of that account")),
        _value("--role", "NAME", Words("the role")),
        _value(
            "--name-pattern",
            "P",
            Words("how to name the profiles ({role}-{account_name}); {account_id} and {session} are known too"),
        ),
        _flag("--lower-case", Words("write the names that the pattern gives in lower case")),
        _value(
            "--rename", "OLD=NEW", Words("call the profile OLD of the pattern NEW; may be given often"), action="append"
        ),
        _value("--profile-region", "R", Words("the region that the profiles work in")),
        _value(
            "--length-hours",
            "H",
            Words("how long your sign-ins last, for reminders from the first one on (8 is usual)"),
        ),
        _value("--make-default", "PROFILE", Words("make that one of the profiles the default")),
        _flag("--start-at-login", Words("have the tray icon start at login")),
        _DEVICE_CODE,
        _flag("--no-browser", Words("print addresses instead of opening them")),
        _flag("--page", Words("ask on a page in the browser instead of in the terminal")),
        _flag("--sync", Words("look which roles and accounts came, went or were renamed, and choose what to change")),
        _flag("--yes", Words("with --sync: make every change that needs no decision of yours")),
        _flag("--dry-run", Words("with --sync: say what --yes would change, and change nothing")),
        _flag("--undo", Words("with --sync: take back what the last one changed")),
        _flag("--json", Words("with --sync and --yes or --dry-run: print one JSON object")),
        _flag("--page-is-opened", HIDDEN),  # Who started it opens the page, and tells if that fails.
    ),
    "doctor": (
        Words("find and explain what breaks sign-in; changes nothing unless told to"),
        _JSON,
        _flag("--online", Words("also ask AWS whether the sign-ins hold")),
        _value("--fix", "NAME", Words("fix that one thing; the finding says its NAME")),
        _flag("--report", Words("write a file, without secrets and names, to attach to the report of a fault")),
        _flag("--names", Words("with --report: keep the names of profiles, accounts, hosts and people")),
    ),
    "autostart": (
        Words("have the tray icon start at login, or no more; or say whether it does"),
        _value(
            "what",
            None,
            Words("what to do; status ends with 0 for on, 1 off, 3 broken"),
            choices=("on", "off", "status"),
        ),
        _JSON,
    ),
    "settings": (
        Words("print the settings in force, and where each is from; or change one"),
        _value("what", None, Words("without it, all are printed"), nargs="?", choices=("set", "unset")),
        _value("key", "KEY", Words("such as notify.lead_minutes, or sign_in.NAME.browser"), nargs="?"),
        _value("value", "VALUE", Words("as in the file, or without its quotes and brackets"), nargs="?"),
        OneOf(False, (_JSON, _flag("--path", Words("print where the file is that holds your own")))),
    ),
    "shell": (
        Words("print completion and helpers for a shell, to be evaluated there"),
        _value("shell", None, Words("the shell"), choices=("bash", "zsh", "fish", "pwsh")),
    ),
    "wsl": (
        Words("in a Linux distribution inside Windows (WSL): share one ~/.aws with Windows"),
        _value("what", None, Words("make ~/.aws of the distribution a link to that of Windows"), choices=("link",)),
        _flag("--undo", Words("take the link away, and put back what was there before")),
        _value("--home", "PATH", Words("your home on the Windows side, such as /mnt/c/Users/NAME")),
        _flag("--replace", Words("also where the distribution has profiles that Windows has not")),
    ),
}
"""What each does, and its options."""
