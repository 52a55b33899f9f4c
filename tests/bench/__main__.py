"""``make bench``: measures, prints a table, and ends with 1 if a budget is exceeded."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import commands, resident, scale
from bench.report import show

_PARTS = ("resident", "commands", "scale")


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each quantity is measured (default: 7)")
    parser.add_argument("--idle", type=float, default=120.0, metavar="SECONDS", help="how long wake-ups are counted")
    parser.add_argument("--events", type=int, default=1000, help="how many changes of a token make a day")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS, help="what is measured (default: all)")
    chosen = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for part in chosen.parts:
            (folder / part).mkdir()
        if "resident" in chosen.parts:
            figures += resident.measure(
                folder / "resident", rounds=chosen.rounds, idle_seconds=chosen.idle, events=chosen.events
            )
        if "commands" in chosen.parts:
            figures += commands.measure(folder / "commands", rounds=chosen.rounds)
        if "scale" in chosen.parts:
            figures += scale.measure(folder / "scale", rounds=chosen.rounds)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
