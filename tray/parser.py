"""The words of the command line: every command, its options, and what ``--help`` says of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TypeAlias

from tray import __version__

AUTOSTART = ("on", "off", "status")
_LONGEST_TIMEOUT = 24 * 3600.0
SHELLS = ("bash", "zsh", "fish", "pwsh")
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """
    Read the arguments; one that is not understood ends the program with 2.

    Args:
        argv: What follows the program's name.
    """
    parser = _parser()
    if argv and argv[0] == "complete":
        # The snippets of "shell" call it. Its words are a command line that is being typed, and no options of ours.
        return argparse.Namespace(command="complete", parser=parser, words=list(argv[1:]))
    return parser.parse_args(argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sso-tray",
        description="Tells in the system tray whether your AWS sign-in holds, reminds you before it ends, "
        "and signs in again with a click. Without a command it starts the tray icon.",
        epilog="Exit codes: 0 done, or signed in; 1 not signed in; 2 usage; 3 configuration problem; "
        "4 AWS or network failed; 5 cancelled, refused or timed out.",
    )
    parser.add_argument("--version", action="version", version=f"sso-tray {__version__}")
    parser.add_argument("--verbose", action="store_true", help="log more, and to the terminal as well")
    parser.set_defaults(command="run", foreground_status=False, demo=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = _command(commands, "run", "show the tray icon (what happens without a command)")
    run.add_argument("--foreground-status", action="store_true", help="print a line for each change of the icon")
    run.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)  # A home that is gone at the next login.

    demo = _command(commands, "demo", "play with the tray on an embedded Identity Center: no AWS account needed")
    demo.add_argument("--terminal", action="store_true", help="tell the story in the terminal even on a desktop")

    _add_status(commands)

    _add_login(commands)

    renew = _command(commands, "renew", "renew a sign-in silently, without a browser")
    _add_name(renew)
    renew.add_argument("--force", action="store_true", help="renew it although its token still holds")
    renew.add_argument("--json", action="store_true", help="print one JSON object")

    logout = _command(commands, "logout", "end one sign-in: at AWS, its token, and its cached role credentials")
    which = logout.add_mutually_exclusive_group()
    _add_name(which)
    which.add_argument("--all", action="store_true", help="end every sign-in of the config")
    logout.add_argument("--json", action="store_true", help="print one JSON object a line for each event")

    profiles = _command(commands, "profiles", "list the profiles, and which one is the default")
    profiles.add_argument("profile", metavar="PROFILE", nargs="?", help="that one alone")
    profiles.add_argument("--json", action="store_true", help="print one JSON object")

    use = _command(commands, "use", "make a profile the default for every terminal and SDK")
    whose = use.add_mutually_exclusive_group(required=True)
    whose.add_argument("profile", metavar="PROFILE", nargs="?")
    whose.add_argument("--undo", action="store_true", help="go back to the default profile before the last switch")
    use.add_argument("--yes", action="store_true", help="do not ask about a production profile")

    portal = _command(commands, "portal", "open the access portal, or the console")
    _add_choice(portal)
    portal.add_argument("--console", action="store_true", help="open the AWS console for the profile")
    portal.add_argument("--print", action="store_true", help="print the address instead of opening it")

    whoami = _command(commands, "whoami", "say whom AWS takes a profile for")
    whoami.add_argument("profile", metavar="PROFILE", nargs="?", help="the one in force where none is named")
    whoami.add_argument("--json", action="store_true", help="print one JSON object")

    _add_setup(commands)

    _add_doctor(commands)

    _add_autostart(commands)

    settings = _command(commands, "settings", "print the settings in force, and where each is from")
    settings.add_argument("--json", action="store_true", help="print one JSON object")

    shell = _command(commands, "shell", "print completion and helpers for a shell, to be evaluated there")
    shell.add_argument("shell", choices=SHELLS, help="the shell")
    return parser


def _add_status(commands: _Commands) -> None:
    status = _command(commands, "status", "say whether the sign-ins hold")
    _add_choice(status)
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.add_argument("--short", action="store_true", help="print one line, for a shell prompt")
    status.add_argument("--check", action="store_true", help="ask AWS first; without an answer the exit code is 4")


def _add_login(commands: _Commands) -> None:
    login = _command(commands, "login", "make sure that you are signed in; opens your browser where that is needed")
    _add_choice(login)
    login.add_argument("--new", action="store_true", help="begin a new session, of full length, although one holds")
    login.add_argument(
        "--ask", action="store_true", help=argparse.SUPPRESS
    )  # The page asks before it ends the old one.
    login.add_argument("--device-code", action="store_true", help="sign in with a code, on any device")
    login.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    login.add_argument(
        "--timeout", metavar="S", type=_seconds, default=600.0, help="give up after so many seconds (600)"
    )
    login.add_argument("--json", action="store_true", help="print one JSON object a line for each event")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise ValueError(text)
    return seconds


def _add_setup(commands: _Commands) -> None:
    setup = _command(commands, "setup", "set up a sign-in and its profiles: asks what no option answers")
    setup.add_argument("--session", metavar="NAME", help="the sso-session, new or existing")
    setup.add_argument("--start-url", metavar="URL", help="the address of the access portal")
    setup.add_argument("--region", metavar="R", help="the region of IAM Identity Center")
    setup.add_argument("--scopes", metavar="S", help="what to ask for, separated by commas (sso:account:access)")
    setup.add_argument("--all", action="store_true", help="add a profile for every role in every account")
    setup.add_argument("--account", metavar="ID", help="add the profile for one role of that account")
    setup.add_argument("--role", metavar="NAME", help="the role")
    setup.add_argument(
        "--name-pattern",
        metavar="P",
        help="how to name the profiles ({role}-{account_name}); {account_id} and {session} are known too",
    )
    setup.add_argument("--profile-region", metavar="R", help="the region that the profiles work in")
    setup.add_argument("--device-code", action="store_true", help="sign in with a code, on any device")
    setup.add_argument("--no-browser", action="store_true", help="print addresses instead of opening them")
    setup.add_argument("--page", action="store_true", help="ask on a page in the browser instead of in the terminal")


def _add_doctor(commands: _Commands) -> None:
    doctor = _command(commands, "doctor", "find and explain what breaks sign-in; changes nothing unless told to")
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    doctor.add_argument("--online", action="store_true", help="also ask AWS whether the sign-ins hold")
    doctor.add_argument("--fix", metavar="NAME", help="fix that one thing; the finding says its NAME")


def _add_autostart(commands: _Commands) -> None:
    autostart = _command(commands, "autostart", "have the tray icon start at login, or no more; or say whether it does")
    autostart.add_argument("what", choices=AUTOSTART, help="what to do; status ends with 0 for on, 1 off, 3 broken")
    autostart.add_argument("--json", action="store_true", help="print one JSON object")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
    parser.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.set_defaults(command=name)
    return parser


def _add_choice(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("--profile", metavar="P", help="the sign-in of that profile")


def _add_name(parser: argparse._ActionsContainer) -> None:
    names = "an sso-session, a legacy start URL, or a profile"
    parser.add_argument("name", metavar="NAME", nargs="?", help=names)
