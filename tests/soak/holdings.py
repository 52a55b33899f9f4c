"""What a running program holds of the machine, and what it has left in the person's folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.process import megabytes
from end_to_end.desktop import Desktop, Program

LOG_BYTES = 3 * 512 * 1024
"""What the log may take, with the two older parts that are kept (tray/logs.py), and a line more each."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What was counted at one moment, while nothing was going on."""

    resident_megabytes: float
    private_megabytes: float
    descriptors: int
    threads: int
    children: int
    files: frozenset[str]
    """All files below the cache, the state and the settings folder, but those kept of a switch to undo it."""

    log_bytes: int


def holdings(desktop: Desktop, program: Program) -> Holdings:
    """Count what a program that is at rest holds. Linux only."""
    process = Path(f"/proc/{program.process.pid}")
    resident, private = megabytes(program.process.pid)
    places = (desktop.home / ".aws", desktop.state, desktop.home / ".config")
    files = [file for place in places for file in place.rglob("*") if file.is_file()]
    return Holdings(
        resident,
        private,
        len(list((process / "fd").iterdir())),
        len(list((process / "task").iterdir())),
        len(program.children()),
        frozenset(str(file.relative_to(desktop.home)) for file in files if "backups" not in file.parts),
        sum(file.stat().st_size for file in (desktop.state / "log").iterdir()),
    )
