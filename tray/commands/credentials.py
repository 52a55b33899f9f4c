"""``sso-tray credentials``: short-lived credentials of a role, for programs that know no sign-in."""

from __future__ import annotations

import argparse
import os
import sys

from tray.commands.output import print_json, print_warning
from tray.commands.role_access import Access, obtain
from tray.core.role_credentials import Shell, assignments, for_process, for_programs, variables
from tray.core.words import credentials as words

_SHELLS = {"bash": Shell.POSIX, "zsh": Shell.POSIX}


def run(args: argparse.Namespace) -> int:
    """
    Print credentials of the role of a profile, and nothing else, on standard output.

    Raises:
        TrayError: As `obtain`.
    """
    access = obtain(args.profile, login=args.login)
    if sys.stdout is not None and sys.stdout.isatty():
        print_warning(words.ON_A_TERMINAL(profile=access.profile.name))
    match args.format:
        case "env":
            _print_lines(access, args.shell)
        case "json":
            print_json(_document(access))
        case _:
            print_json(for_process(access.credentials))
    return 0


def _print_lines(access: Access, named: str | None) -> None:
    shell = _usual_shell() if named is None else _SHELLS.get(named) or Shell(named)
    for line in assignments(variables(access.credentials, access.profile.region, os.environ), shell):
        print(line)


def _usual_shell() -> Shell:
    """Tell for which shell lines are written that none is named for; Git for Windows and MSYS2 name their own."""
    return Shell.POWERSHELL if sys.platform == "win32" and "MSYSTEM" not in os.environ else Shell.POSIX


def _document(access: Access) -> dict[str, object]:
    profile = access.profile
    return for_programs(
        access.credentials,
        profile=profile.name,
        sign_in=access.sign_in.name,
        role=profile.role_name,
        region=profile.region,
    )
