"""``sso-tray exec``: runs a command with short-lived credentials of a role in its environment, and in no other."""

from __future__ import annotations

import argparse
import os

from tray.commands.role_access import obtain
from tray.core.errors import TrayError, UsageProblem
from tray.core.role_credentials import environment
from tray.core.words import credentials as words


class CommandMissing(TrayError):
    """There is no such program; the exit code is that of a shell."""

    exit_code = 127


class CommandUnfit(TrayError):
    """The system does not start the program; the exit code is that of a shell."""

    exit_code = 126


def run(args: argparse.Namespace) -> int:
    """
    Run the command: it takes the place of this process, but on Windows, where this one waits for it.

    Returns:
        The command's exit code.

    Raises:
        UsageProblem: No command was named.
        CommandMissing: There is no such program.
        CommandUnfit: It cannot be started.
        TrayError: As `obtain`.
    """
    if not args.words:
        raise UsageProblem(words.NO_COMMAND())
    access = obtain(args.profile, login=args.login)
    from tray.disk.handed_over import hand_over

    try:
        return hand_over(args.words, environment(os.environ, access.credentials, access.profile.region))
    except FileNotFoundError:
        raise CommandMissing(words.COMMAND_MISSING(program=args.words[0])) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise CommandUnfit(words.COMMAND_UNFIT(program=args.words[0], reason=reason)) from None
