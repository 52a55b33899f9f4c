"""Prints the figures of the simulation."""

from __future__ import annotations

import argparse
import sys
import time

from simulation.scenarios import run_all


def main() -> int:
    """Run every scenario; ends with 1 if a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=400, help="days per scenario (default: 400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--old-rule", action="store_true", help="let every login begin a session, which is not so at AWS"
    )
    chosen = parser.parse_args()
    began = time.monotonic()
    kept = run_all(chosen.days, chosen.seed, print, joins=not chosen.old_rule)
    print(f"{time.monotonic() - began:.1f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
