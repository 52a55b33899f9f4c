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

from bench.report import Figure, of_the_best, spread
from bench.resident import write_token
from tray.demo.organisation import build_home

_STATUS = [str(Path(sys.executable).with_name("sso-tray")), "status", "--short"]
_LEAST = [sys.executable, "-c", "import argparse, json, tomllib"]


def measure(folder: Path, *, rounds: int) -> Iterator[Figure]:
    """Measure ``status --short`` beside what any command line loads, and beside the AWS CLI where that is installed."""
    home = folder / "home"
    build_home(home)
    write_token(home, alive=True)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"}
    rival = [found, "configure", "list-profiles"] if (found := shutil.which("aws")) else None
    commands = {"ours": _STATUS, "least": _LEAST, "bare": [sys.executable, "-c", ""]}
    commands["boto3"] = [sys.executable, "-c", "import boto3"]
    if rival:
        commands["aws"] = rival
    times: dict[str, list[float]] = {name: [] for name in commands}
    for attempt in range(rounds + 1):
        for name, command in commands.items():
            taken = _time(command, environment)
            if attempt:
                times[name].append(taken)
    ours = spread(times["ours"], "ms")
    ratio = of_the_best(times["ours"], times["least"])
    beside = f"argparse, json, tomllib {spread(times['least'], 'ms')}"
    yield Figure("sso-tray status --short", ours, beside, f"1.8 x: {ratio:.2f} x", ratio <= 1.8)
    yield Figure("sso-tray status --short", ours, f"Python alone {spread(times['bare'], 'ms')}")
    yield Figure("sso-tray status --short", ours, f"Python with boto3 {spread(times['boto3'], 'ms')}")
    if rival:
        version = subprocess.run([rival[0], "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
        ratio = statistics.median(times["aws"]) / statistics.median(times["ours"])
        beside = f"{version} configure list-profiles {spread(times['aws'], 'ms')}"
        yield Figure("sso-tray status --short", ours, beside, f"4 x faster: {ratio:.1f} x", ratio >= 4)


def _time(command: Sequence[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return (time.perf_counter() - begun) * 1000
