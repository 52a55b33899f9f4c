"""``sso-tray shell``: what a shell evaluates at its start to know our commands and names, and ``awsp``."""

from __future__ import annotations

import argparse
from pathlib import Path

_SNIPPETS = Path(__file__).parent / "snippets"


def run(args: argparse.Namespace) -> int:
    """Print the snippet for a shell; it is the same for everybody, so that it can be kept in a file."""
    print((_SNIPPETS / args.shell).read_text("utf-8"), end="")
    return 0
