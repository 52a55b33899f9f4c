"""The resident program beside an empty icon: start, memory, wake-ups, and how soon a login in a terminal shows."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.hung import EVENTS, LONGEST_AWAY_SECONDS, all_hangs, seconds_away
from support.programs import BUNDLE
from support.session_bus import session_bus

from bench.process import megabytes, wake_ups
from bench.report import Figure, of_the_best, spread
from bench.rivals import appindicator_icon, system_has_appindicator
from bench.tray_host import TimingHost
from tray.demo.organisation import build_home
from tray.disk import lock

_EMPTY = [sys.executable, str(Path(__file__).with_name("empty_icon.py"))]
_TRAY = [sys.executable, "-m", "tray", "run"]
_BUS_LIBRARY = [sys.executable, "-c", "import jeepney.io.blocking"]
_SESSION = "demo"


@dataclass(frozen=True, slots=True)
class _Desk:
    host: TimingHost
    environment: Mapping[str, str]

    @contextmanager
    def icon(self, command: Sequence[str], **more: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
        """Run an icon for as long as the block lasts; give it, and the ms from its start to its registration."""
        begun = time.monotonic()
        process = subprocess.Popen(command, env={**self.environment, **more}, stderr=subprocess.DEVNULL)
        try:
            shown = self.host.registered.get(timeout=30)
            icon = self.host.icons[-1]
            icon.properties(), icon.menu()  # as a panel does when a person looks
            yield process, (shown - begun) * 1000
        finally:
            process.terminate()
            process.wait(timeout=10)
            _drain(self.host.registered)


def measure(folder: Path, *, rounds: int, idle_seconds: float, events: int) -> Iterator[Figure]:
    """
    Measure on a private session bus.

    Args:
        folder: An empty folder, for homes.
        rounds: How often each quantity is measured.
        idle_seconds: How long to count wake-ups.
        events: How many changes of a token make a day.
    """
    home = folder / "home"
    build_home(home, session=_SESSION)
    write_token(home, alive=True)
    kept = ("PATH", "LANG", "TZ", "PYTHONSAFEPATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    with session_bus() as bus, TimingHost(bus.address) as host:
        desk = _Desk(host, {**environment, "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": bus.address})
        yield from _start_and_memory(desk, folder, rounds)
        yield _idle(desk, idle_seconds)
        yield from _after_a_day(desk, home, events)
        yield _latency(desk, home, rounds)
        yield _latency_while_locked(desk, home, rounds)
    yield _loop_away(folder, rounds)


def _start_and_memory(desk: _Desk, folder: Path, rounds: int) -> Iterator[Figure]:
    commands: dict[str, tuple[list[str], dict[str, str]]] = {"ours": (_TRAY, {}), "empty": (_EMPTY, {})}
    starts: dict[str, list[float]] = {"ours": [], "empty": [], "appindicator": [], "bundle": []}
    memory: dict[str, list[float]] = {"ours": [], "empty": [], "appindicator": [], "bundle": []}
    library: list[float] = []
    with ExitStack() as stack:
        if BUNDLE.exists():
            commands["bundle"] = ([str(BUNDLE / "sso-tray"), "run"], {})
        if system_has_appindicator():
            modules = folder / "modules"
            modules.mkdir()
            commands["appindicator"] = stack.enter_context(appindicator_icon(modules))
        for attempt in range(rounds + 1):
            begun = time.monotonic()
            subprocess.run(_BUS_LIBRARY, env=desk.environment, check=True)
            if attempt:  # the first run compiles and fills the caches
                library.append((time.monotonic() - begun) * 1000)
            for name, (command, more) in commands.items():
                with desk.icon(command, **more) as (process, milliseconds):
                    time.sleep(1)
                    if not attempt:
                        continue
                    starts[name].append(milliseconds)
                    memory[name].append(megabytes(process.pid)[0])
    ours, rival = (statistics.median(starts[name] or [0]) for name in ("ours", "appindicator"))
    ratio = of_the_best(starts["ours"], library)
    beside = f"loading jeepney {spread(library, 'ms')}"
    yield Figure("start to icon", spread(starts["ours"], "ms"), beside, f"2.5 x: {ratio:.2f} x", ratio <= 2.5)
    yield Figure("start to icon", spread(starts["ours"], "ms"), f"empty icon {spread(starts['empty'], 'ms')}")
    if rival:
        beside = f"empty AppIndicator icon {spread(starts['appindicator'], 'ms')}"
        yield Figure("start to icon", spread(starts["ours"], "ms"), beside, "faster", ours < rival)
    beside = f"empty icon {spread(memory['empty'], 'MB')}"
    yield Figure("memory", spread(memory["ours"], "MB"), beside)
    if rival:
        yield Figure(
            "memory", spread(memory["ours"], "MB"), f"empty AppIndicator {spread(memory['appindicator'], 'MB')}"
        )
    yield from _of_bundle(starts, memory)


def _of_bundle(starts: Mapping[str, Sequence[float]], memory: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
    if starts["bundle"]:
        ratio = of_the_best(starts["bundle"], starts["ours"])
        size = sum(file.stat().st_size for file in BUNDLE.rglob("*") if not file.is_symlink()) / 1e6
        yield Figure("size of the bundle", f"{size:.1f} MB", "", "25 MB", size <= 25)
        beside = f"installed wheel {spread(starts['ours'], 'ms')}"
        yield Figure(
            "start to icon, bundle", spread(starts["bundle"], "ms"), beside, f"1.3 x: {ratio:.2f} x", ratio <= 1.3
        )
        yield Figure(
            "memory, bundle", spread(memory["bundle"], "MB"), f"installed wheel {spread(memory['ours'], 'MB')}"
        )


def _idle(desk: _Desk, seconds: float) -> Figure:
    with desk.icon(_TRAY) as (ours, _), desk.icon(_EMPTY) as (empty, _):
        time.sleep(5)
        counts = wake_ups([ours.pid, empty.pid], seconds)
    a_minute, beside = (count * 60 / seconds for count in counts)
    return Figure("wake-ups a minute", f"{a_minute:.1f}", f"empty icon {beside:.1f}", "1", a_minute <= 1)


def _after_a_day(desk: _Desk, home: Path, events: int) -> Iterator[Figure]:
    """Change a token as often as a day might, and look at the menu now and then; each change is a read and a pass."""
    with desk.icon(_TRAY) as (process, _):
        icon = desk.host.icons[-1]
        time.sleep(2)
        for number in range(events):
            write_token(home, alive=True)
            time.sleep(0.08)  # a burst is over after 0.05 s of silence
            if not number % 50:
                icon.properties(), icon.menu()
        time.sleep(2)
        resident, private = megabytes(process.pid)
    yield Figure(f"memory after {events} events", f"{resident:.1f} MB", "", "20 MB", resident <= 20)
    yield Figure(f"memory after {events} events, private", f"{private:.1f} MB", "", "13 MB", private <= 13)


def _latency(desk: _Desk, home: Path, rounds: int) -> Figure:
    with desk.icon(_TRAY):
        time.sleep(2)
        taken = _changes(desk, home, rounds)
    return Figure("token file to icon", spread(taken, "ms"), "", "100 ms", statistics.median(taken) <= 100)


def _latency_while_locked(desk: _Desk, home: Path, rounds: int) -> Figure:
    """
    Measure the same while a switch of the profile waits for a lock that another program holds.

    The loop may be away from its inbox for 50 ms: so much longer may a change take.
    """
    state = home / ".local" / "state" / "sso-tray"
    with desk.icon(_TRAY):
        time.sleep(2)
        held = lock.acquire(state / "aws-config.lock")
        assert held
        try:
            desk.host.icons[-1].click("Default profile", "staging")
            taken = _changes(desk, home, rounds)
        finally:
            held.release()
    return Figure("the same, the config locked", spread(taken, "ms"), "", "150 ms", statistics.median(taken) <= 150)


def _loop_away(folder: Path, rounds: int) -> Figure:
    """Measure for how long the loop is away from its inbox with each thing that can happen, while all outside hangs."""
    place = folder / "hung"
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch, all_hangs(place, patch) as (stage, inbox):
        taken = [[seconds_away(stage, inbox, event) * 1000 for _ in range(rounds)] for event in EVENTS]
    longest = max(taken, key=statistics.median)
    budget = LONGEST_AWAY_SECONDS * 1000
    what = "longest away from the inbox, all hung"
    return Figure(what, spread(longest, "ms"), "", f"{budget:.0f} ms", statistics.median(longest) <= budget)


def _changes(desk: _Desk, home: Path, rounds: int) -> list[float]:
    milliseconds = []
    for attempt in range(2 * rounds):
        _drain(desk.host.repainted)
        write_token(home, alive=bool(attempt % 2))
        written = time.monotonic()
        milliseconds.append((desk.host.repainted.get(timeout=10) - written) * 1000)
        time.sleep(0.5)
    return milliseconds


def write_token(home: Path, *, alive: bool, session: str = _SESSION) -> None:
    """Write a token as a login in a terminal does, or one that ended and cannot be renewed; replaced atomically."""
    ends = datetime.now(UTC) + timedelta(minutes=45 if alive else -45)
    token = {
        "startUrl": "https://d-1234567890.awsapps.com/start",
        "region": "us-east-1",
        "accessToken": f"token-{time.monotonic_ns()}",
        "expiresAt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
    }
    if alive:
        later = f"{ends + timedelta(days=90):%Y-%m-%dT%H:%M:%SZ}"
        token |= {"clientId": "id", "clientSecret": "secret", "registrationExpiresAt": later, "refreshToken": "refresh"}
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    staged = cache / "token.tmp"
    staged.write_text(json.dumps(token), "utf-8")
    staged.replace(cache / f"{hashlib.sha1(session.encode()).hexdigest()}.json")


def _drain(moments: queue.Queue[float]) -> None:
    while not moments.empty():
        moments.get()
