"""``sso-tray use``: the default profile for every terminal and SDK."""

from __future__ import annotations

import argparse
import sys

from tray.aws.config.use import undo, use_profile
from tray.core import text_config
from tray.core.text import switched
from tray.paths import Paths, find_paths
from tray.settings import read_settings

_NOT_CONFIRMED = 5


def run(args: argparse.Namespace) -> int:
    """
    Make a profile the default, or undo that, and say what still overrides it.

    Raises:
        ConfigProblem: There is no such profile, or the config cannot be changed; it is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the config; it is as it was.
    """
    paths = find_paths()
    if args.undo:
        result = undo(paths)
        print(": ".join(text_config.undone(result.profile)), file=sys.stderr)
    elif args.yes or _confirmed(args.profile, paths):
        result = use_profile(paths, args.profile)
        print(": ".join(switched(args.profile)), file=sys.stderr)
        if result.changed:
            print(text_config.kept_aside(), file=sys.stderr)
    else:
        declined = text_config.production_needs_yes(args.profile)
        print(declined.title, declined.hint, sep="\n", file=sys.stderr)
        return _NOT_CONFIRMED
    for warning in result.warnings:
        print(f"! {warning.title}", f"  {warning.hint}", sep="\n", file=sys.stderr)
    return 0


def _confirmed(profile: str, paths: Paths) -> bool:
    settings, _ = read_settings(paths.settings_file, paths.site_settings)
    if not settings.is_production(profile):
        return True
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    print(text_config.asks_for_production(profile), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\r\n") == profile
