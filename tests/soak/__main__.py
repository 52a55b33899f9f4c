"""``make soak``: lives through days on a private desktop, and ends with 1 where something grew, stayed or was lost."""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest
from bench.report import Figure, show
from end_to_end.desktop import whole_desktop
from support.programs import program as install

from soak import years
from soak.day import live
from soak.holdings import LOG_BYTES, Holdings, holdings
from tray.paths import home_environment

WARM_DAYS = 8
"""After which all code that a day needs has been loaded, and every buffer has met its size."""

MOST_GROWTH_MEGABYTES = 0.5
"""Over all days together: what is learned and shown grows to its limits within a month, and then stays there."""


def main() -> int:
    """Live through what was asked for."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--days", type=int, default=24, help="days on a private desktop, each about 23 s (default: 24)")
    parser.add_argument("--years", type=int, default=2, help="years by a counted clock (default: 2)")
    parser.add_argument("--program", default="wheel", help="the form of the program that is driven (default: wheel)")
    chosen = parser.parse_args()
    if chosen.days <= WARM_DAYS:
        parser.error(f"the first {WARM_DAYS} days are not measured: choose more")
    figures = []
    with tempfile.TemporaryDirectory(prefix="soak-") as name, pytest.MonkeyPatch.context() as patch:
        home = Path(name) / "home"
        home.mkdir()
        for variable, value in home_environment(home).items():
            if not variable.startswith("XDG_"):
                patch.setenv(variable, value)
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "AWS_PROFILE", "AWS_CONFIG_FILE"):
            patch.delenv(variable, raising=False)
        figures += lived(install(chosen.program), home, Path(name), chosen.days)
    figures += remembered(chosen.years)
    return 0 if show(figures) else 1


def lived(program: Path, home: Path, folder: Path, days: int) -> Iterator[Figure]:
    """Live through days on a desktop of our own, and hold what is there at the end against what was there before."""
    with quiet_unless_it_fails(), whole_desktop(program, home, folder) as desktop:
        tray = desktop.start()
        desktop.shows("signed out")
        before = None
        for number in range(days):
            live(desktop, number)
            time.sleep(3.0)  # until what hides or is given back after a while has done so
            after = holdings(desktop, tray)
            before = after if number < WARM_DAYS else before
            print(f"day {number + 1}: {after.resident_megabytes:.2f} MB", file=sys.stderr, flush=True)
        assert before
        yield from compared(before, after)
        yield Figure("faults in the log", str(faults := desktop.log.count("Traceback")), "", "0", not faults)
        desktop.icon.click("Quit")
        code = tray.ended()
        yield Figure("exit code at the end", str(code), "", "0", not code)


@contextmanager
def quiet_unless_it_fails() -> Iterator[None]:
    """Keep to itself what the program says of every change, which the desktop tells when it closes."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            yield
    except Exception:
        print(said.getvalue())
        raise


def compared(before: Holdings, after: Holdings) -> Iterator[Figure]:
    """Hold two moments against each other."""
    for what, old, new in (
        ("memory", before.resident_megabytes, after.resident_megabytes),
        ("memory, private", before.private_megabytes, after.private_megabytes),
    ):
        budget, kept = f"+ {MOST_GROWTH_MEGABYTES} MB", new - old <= MOST_GROWTH_MEGABYTES
        yield Figure(what, f"{new:.1f} MB", f"after {WARM_DAYS} days {old:.1f} MB", budget, kept)
    for what, few, many in (
        ("descriptors", before.descriptors, after.descriptors),
        ("threads", before.threads, after.threads),
        ("children", before.children, after.children),
    ):
        yield Figure(what, str(many), f"after {WARM_DAYS} days {few}", "the same", many <= few)
    more = sorted(after.files - before.files)
    beside = f"after {WARM_DAYS} days {len(before.files)}"
    yield Figure("files", " ".join((str(len(after.files)), *more)), beside, "no new ones", not more)
    yield Figure(
        "log", f"{after.log_bytes / 1e6:.2f} MB", "", f"{LOG_BYTES / 1e6:.2f} MB", after.log_bytes <= LOG_BYTES
    )


def remembered(number: int) -> Iterator[Figure]:
    """Ask how long the tray's memory is after so many years."""
    title, early, late = max(years.grown(number * 365), key=lambda found: found[2] / found[1])
    budget = "1.5 x"
    yield Figure(
        f"remembered after {number} years",
        f"{late} bytes",
        f"after a tenth {early} bytes ({title})",
        budget,
        late <= 1.5 * early,
    )


if __name__ == "__main__":
    sys.exit(main())
