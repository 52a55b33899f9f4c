"""``sso-tray use``: the default profile for every terminal and SDK."""

from __future__ import annotations

import argparse
import sys

from tray.aws.config.use import undo, use_profile
from tray.commands.output import print_warning
from tray.core.errors import UsageProblem
from tray.core.message import Message
from tray.core.words import notices as notices_words
from tray.core.words import picking as picking_words
from tray.core.words import terminal as terminal_words
from tray.paths import Paths, find_paths
from tray.settings.reading import read_settings

_NOT_CONFIRMED = 5


def run(args: argparse.Namespace) -> int:
    """
    Make a profile the default, or undo that, and say what still overrides it.

    On a terminal the person picks one where none was named.

    Raises:
        UsageProblem: No profile was named, and nobody is there to pick one.
        SignInRefused: They picked none.
        ConfigProblem: There is no such profile, or the config cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the config; it is as it was.
    """
    paths = find_paths()
    if args.undo:
        result = undo(paths)
        _tell(notices_words.UNDONE(profile=result.profile))
    else:
        profile = _picked(paths) if args.profile is None else args.profile
        if not (args.yes or _confirmed(profile, paths)):
            print(terminal_words.PRODUCTION_NEEDS_YES(profile=profile), file=sys.stderr)
            return _NOT_CONFIRMED
        result = use_profile(paths, profile)
        _tell(notices_words.SWITCHED(profile=profile))
        if result.changed:
            if result.replaced:
                print(terminal_words.REPLACED(keys=result.replaced), file=sys.stderr)
            print(terminal_words.KEPT_ASIDE(), file=sys.stderr)
    for warning in result.warnings:
        print_warning(warning)
    return 0


def _picked(paths: Paths) -> str:
    from tray.commands.choosing import choose
    from tray.commands.terminal.picker import someone_is_there
    from tray.resident.reader import Reader

    if not someone_is_there():
        raise UsageProblem(picking_words.NAME_ONE())
    snapshot, settings = Reader(paths).read()
    return choose(snapshot, settings, paths, snapshot.profiles)


def _tell(done: Message) -> None:
    print(f"{done.title}: {done.hint}", file=sys.stderr)


def _confirmed(profile: str, paths: Paths) -> bool:
    settings, _ = read_settings(paths.settings_file, paths.site_settings)
    if not settings.is_production(profile):
        return True
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    print(terminal_words.ASKS_FOR_PRODUCTION(profile=profile), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\r\n") == profile
