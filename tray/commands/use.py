"""``sso-tray use``: the default profile for every terminal and SDK."""

from __future__ import annotations

import argparse
import sys

from tray.aws.use import use_profile
from tray.core.text import switched
from tray.paths import find_paths


def run(args: argparse.Namespace) -> int:
    """
    Make a profile the default, and say what still overrides it.

    Raises:
        ConfigProblem: There is no such profile, or the config cannot be changed; it is as it was.
    """
    result = use_profile(find_paths(), args.profile)
    print(": ".join(switched(args.profile)), file=sys.stderr)
    for warning in result.warnings:
        print(f"! {warning.title}", f"  {warning.hint}", sep="\n", file=sys.stderr)
    return 0
