"""One pass of the loop over a config of a size that nobody has."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.report import Figure, spread
from bench.resident import write_token
from tray.aws.config.use import use_profile
from tray.cli import OBJECTS_BEFORE_COLLECTION
from tray.core.notices import plan
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.view.render import Scene, render
from tray.paths import Paths
from tray.resident.reader import Reader


def measure(folder: Path, *, rounds: int) -> Iterator[Figure]:
    """Measure a first pass, which reads everything, and one after a token file changed."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)  # as the program sets it for itself
    half_first, _ = _passes(_build(folder / "half", 5_000, 500), rounds)
    paths = _build(folder / "whole", 10_000, 1_000)
    first, later = _passes(paths, rounds)
    reads, switches = _reads(paths, rounds), _switches(paths, rounds)
    growth = min(first) / min(half_first)  # what the machine does besides only adds
    size = "10,000 profiles, 1,000 tokens"
    beside = f"half as many {spread(half_first, 'ms')}"
    yield Figure(f"first pass, {size}", spread(first, "ms"), beside, f"linear: {growth:.2f} x", growth <= 2.5)
    yield Figure(f"later pass, {size}", spread(later, "ms"), "", "250 ms", min(later) <= 250)
    yield Figure(f"one read, {size}", spread(reads, "ms"), "", "150 ms", min(reads) <= 150)
    yield Figure(f"use, {size}", spread(switches, "ms"), "", "250 ms", min(switches) <= 250)


def _passes(paths: Paths, rounds: int) -> tuple[list[float], list[float]]:
    home = paths.aws_config.parent.parent
    first, later = [], []
    for number in range(rounds):
        reader = Reader(paths, {})
        first.append(_time_pass(reader))
        write_token(home, alive=bool(number % 2), session="session-0")
        later.append(_time_pass(reader))
    return first, later


def _reads(paths: Paths, rounds: int) -> list[float]:
    """Time the reading of everything by a process that has read nothing yet; give milliseconds."""
    return [_time(lambda: Reader(paths, {}).read()) for _ in range(rounds)]


def _switches(paths: Paths, rounds: int) -> list[float]:
    """Time switches of the default profile, each to another one; give milliseconds."""
    return [_time(partial(use_profile, paths, f"profile-{number}", {})) for number in range(rounds)]


def _time(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _time_pass(reader: Reader) -> float:
    """Read, derive, plan and render once; give milliseconds."""
    now = datetime.now(UTC)
    begun = time.perf_counter()
    snapshot, settings = reader.read()
    statuses = derive(snapshot, settings, now, None)
    memory = plan(Memory(), statuses, now, settings, datetime.astimezone).memory
    view = render(Scene(snapshot, statuses, settings, memory, None), now, datetime.astimezone)
    taken = (time.perf_counter() - begun) * 1000
    assert view.menu
    return taken


def _build(home: Path, profiles: int, sign_ins: int) -> Paths:
    sections = [
        f"[sso-session session-{number}]\nsso_start_url = https://d-{number:010}.awsapps.com/start\n"
        "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
        for number in range(sign_ins)
    ]
    sections += [
        f"[profile profile-{number}]\nsso_session = session-{number % sign_ins}\nsso_account_id = {number:012}\n"
        "sso_role_name = Developer\nregion = eu-central-1\n"
        for number in range(profiles)
    ]
    aws = home / ".aws"
    aws.mkdir(parents=True)
    (aws / "config").write_text("\n".join(sections), "utf-8")
    for number in range(sign_ins):
        write_token(home, alive=True, session=f"session-{number}")
    time.sleep(2.1)  # a file that has just changed is not yet trusted to be at rest
    ours = home / "ours"
    return Paths(
        aws_config=aws / "config",
        aws_credentials=aws / "credentials",
        sso_cache=aws / "sso" / "cache",
        settings_file=ours / "settings.toml",
        state=ours,
        log_file=ours / "log",
        login_cache=aws / "login" / "cache",
    )
