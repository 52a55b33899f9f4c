"""What Linux tells of a running process."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path


def megabytes(pid: int) -> tuple[float, float]:
    """Resident memory: with the pages that it shares with other processes, and its own alone (MB of 10^6 bytes)."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    kilobytes = {name: int(number) for name, number in re.findall(r"^(\w+):\s+(\d+) kB", told, re.MULTILINE)}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Rss"] * 1024 / 1e6, private * 1024 / 1e6


def wake_ups(pids: Sequence[int], seconds: float) -> list[int]:
    """Count, for each process, the moments (of a fifth of a second) in which any of its threads ran."""
    counts = [0] * len(pids)
    before = [_switches(pid) for pid in pids]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.2)
        for index, pid in enumerate(pids):
            now = _switches(pid)
            counts[index] += now != before[index]
            before[index] = now
    return counts


def _switches(pid: int) -> dict[str, int]:
    """Count the times that each thread was put to sleep or pushed aside."""
    return {
        task.name: sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", (task / "status").read_text("ascii"))))
        for task in Path(f"/proc/{pid}/task").iterdir()
    }
