"""``make desktops``: brings up real desktops and looks at the program there; ends with 1 if anything failed."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from desktops.bus_record import BusRecord
from desktops.cinnamon import Cinnamon
from desktops.gnome import GnomeX11
from desktops.gnome_wayland import GnomeWayland
from desktops.host import Host
from desktops.installed import install, program, version
from desktops.looking import FAILED, SEEN, UNCHECKED, Finding
from desktops.person import person
from desktops.plasma import PlasmaX11
from desktops.plasma_wayland import PlasmaWayland
from desktops.session import Account, Session
from desktops.story import Story
from desktops.sway import SwaySwaybar, SwaySwaync, SwayWaybar
from desktops.x11_panels import Lxqt, Mate, Xfce

HOSTS: tuple[type[Host], ...] = (
    SwayWaybar,
    SwaySwaybar,
    SwaySwaync,
    GnomeX11,
    GnomeWayland,
    PlasmaX11,
    PlasmaWayland,
    Lxqt,
    Mate,
    Cinnamon,
    Xfce,
)
_COMMON = ("dbus", "at-spi2-core", "util-linux")


def main() -> int:
    """Look at what was asked for."""
    parser = argparse.ArgumentParser(prog="make desktops", description=__doc__)
    names = [host.NAME for host in HOSTS]
    parser.add_argument("--desktop", nargs="*", choices=names, default=[], metavar="NAME", help=", ".join(names))
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep pictures of the screen there")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended then too
    chosen = [host for host in HOSTS if host.NAME in (given.desktop or names)]
    install({*_COMMON, *(package for host in chosen for package in host.PACKAGES)})
    installed = program()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    found: dict[type[Host], tuple[list[Finding], float]] = {}
    for host in chosen:
        begun = time.monotonic()
        found[host] = look(host, installed, given.pictures), time.monotonic() - begun
    return show(found)


def look(kind: type[Host], installed: Path, pictures: Path | None) -> list[Finding]:
    """Bring a desktop up, live through the day there, and let it go."""
    begun = time.monotonic()
    with Session(Account(), kind.KIND) as session:
        host = kind(session)
        try:
            session.start_bus(kind.SERVER)
            with BusRecord(session.address) as record, person(session, installed) as somebody:
                host.begin()
                up = Finding("brought up", SEEN, "", time.monotonic() - begun)
                return [up, *Story(host, somebody, record, pictures).tell()]
        except Exception as problem:  # noqa: BLE001 - one desktop that fails does not keep the others out
            logs = "\n".join(
                f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-1500:]}" for log in session.logs.iterdir()
            )
            print(logs, file=sys.stderr)
            return [Finding("brought up", FAILED, f"{type(problem).__name__}: {problem}", time.monotonic() - begun)]
        finally:
            host.close()


def show(found: dict[type[Host], tuple[list[Finding], float]]) -> int:
    """Print what was found, the failures first, and a table for docs/desktops.md; gives the exit code."""
    failed = False
    for host, (findings, seconds) in found.items():
        versions = ", ".join(f"{package} {version(package)}" for package in host.VERSIONS)
        counts = {outcome: sum(each.outcome == outcome for each in findings) for outcome in (SEEN, FAILED, UNCHECKED)}
        print(f"\n{host.NAME} ({versions}), {seconds:.0f} s: " + ", ".join(f"{n} {o}" for o, n in counts.items()))
        for each in sorted(findings, key=lambda found: [FAILED, UNCHECKED, SEEN].index(found.outcome)):
            print(f"  {each.outcome:22} {each.state}" + (f": {each.why}" if each.why else ""))
        failed = failed or bool(counts[FAILED])
    print("\n| Desktop | Versions | Seen | Failed | Could not be checked | Seconds |\n|---|---|---|---|---|---|")
    for host, (findings, seconds) in found.items():
        versions = ", ".join(f"{package} {version(package)}" for package in host.VERSIONS)
        numbers = [sum(each.outcome == outcome for each in findings) for outcome in (SEEN, FAILED, UNCHECKED)]
        print(f"| {host.NAME} | {versions} | " + " | ".join(map(str, numbers)) + f" | {seconds:.0f} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
