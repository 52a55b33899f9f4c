"""The command line: how soon it answers."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.report import Figure, spread
from bench.resident import write_token
from tray.demo.organisation import build_home

_STATUS = [sys.executable, "-m", "tray", "status"]


def measure(folder: Path, *, rounds: int) -> Iterator[Figure]:
    """Measure ``status``, beside the AWS CLI where it is installed, and beside Python with nothing in it."""
    home = folder / "home"
    build_home(home)
    write_token(home, alive=True)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"}
    rival = [found, "configure", "list-profiles"] if (found := shutil.which("aws")) else None
    commands = {"ours": _STATUS, "bare": [sys.executable, "-c", ""], "boto3": [sys.executable, "-c", "import boto3"]}
    if rival:
        commands["aws"] = rival
    times: dict[str, list[float]] = {name: [] for name in commands}
    for attempt in range(rounds + 1):
        for name, command in commands.items():
            taken = _time(command, environment)
            if attempt:
                times[name].append(taken)
    ours = spread(times["ours"], "ms")
    yield Figure("sso-tray status", ours, f"Python alone {spread(times['bare'], 'ms')}")
    yield Figure("sso-tray status", ours, f"Python with boto3 {spread(times['boto3'], 'ms')}")
    if rival:
        version = subprocess.run([rival[0], "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
        ratio = statistics.median(times["aws"]) / statistics.median(times["ours"])
        beside = f"{version} configure list-profiles {spread(times['aws'], 'ms')}"
        yield Figure("sso-tray status", ours, beside, f"4 x faster: {ratio:.1f} x", ratio >= 4)


def _time(command: Sequence[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return (time.perf_counter() - begun) * 1000
