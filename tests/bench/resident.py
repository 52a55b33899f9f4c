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

from support.programs import BUNDLE
from support.session_bus import session_bus

from bench.process import megabytes, wake_ups
from bench.report import Figure, spread
from bench.rivals import appindicator_icon, system_has_appindicator
from bench.tray_host import TimingHost
from tray.demo.organisation import build_home

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


def measure(folder: Path, *, rounds: int, idle_seconds: float) -> Iterator[Figure]:
    """
    Measure on a private session bus.

    Args:
        folder: An empty folder, for homes.
        rounds: How often each quantity is measured.
        idle_seconds: How long to count wake-ups.
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
        yield _latency(desk, home, rounds)


def _start_and_memory(desk: _Desk, folder: Path, rounds: int) -> Iterator[Figure]:
    commands: dict[str, tuple[list[str], dict[str, str]]] = {"ours": (_TRAY, {}), "empty": (_EMPTY, {})}
    starts: dict[str, list[float]] = {"ours": [], "empty": [], "appindicator": [], "bundle": []}
    memory: dict[str, list[float]] = {"ours": [], "empty": [], "appindicator": [], "bundle": []}
    private: list[float] = []
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
                    with_shared, alone = megabytes(process.pid)
                    memory[name].append(with_shared)
                    if name == "ours":
                        private.append(alone)
    ours, rival = (statistics.median(starts[name] or [0]) for name in ("ours", "appindicator"))
    ratio = ours / statistics.median(library)
    beside = f"loading jeepney {spread(library, 'ms')}"
    yield Figure("start to icon", spread(starts["ours"], "ms"), beside, f"2.5 x: {ratio:.2f} x", ratio <= 2.5)
    yield Figure("start to icon", spread(starts["ours"], "ms"), f"empty icon {spread(starts['empty'], 'ms')}")
    if rival:
        beside = f"empty AppIndicator icon {spread(starts['appindicator'], 'ms')}"
        yield Figure("start to icon", spread(starts["ours"], "ms"), beside, "faster", ours < rival)
    beside = f"empty icon {spread(memory['empty'], 'MB')}"
    yield Figure("memory", spread(memory["ours"], "MB"), beside, "20 MB", statistics.median(memory["ours"]) <= 20)
    yield Figure("memory, private", spread(private, "MB"), "", "13 MB", statistics.median(private) <= 13)
    if rival:
        yield Figure(
            "memory", spread(memory["ours"], "MB"), f"empty AppIndicator {spread(memory['appindicator'], 'MB')}"
        )
    yield from _of_bundle(starts, memory)


def _of_bundle(starts: Mapping[str, Sequence[float]], memory: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
    if starts["bundle"]:
        ratio = statistics.median(starts["bundle"]) / statistics.median(starts["ours"])
        beside = f"installed wheel {spread(starts['ours'], 'ms')}"
        yield Figure(
            "start to icon, bundle", spread(starts["bundle"], "ms"), beside, f"1.5 x: {ratio:.2f} x", ratio <= 1.5
        )
        yield Figure(
            "memory, bundle", spread(memory["bundle"], "MB"), f"installed wheel {spread(memory['ours'], 'MB')}"
        )


def _idle(desk: _Desk, seconds: float) -> Figure:
    with desk.icon(_TRAY) as (ours, _), desk.icon(_EMPTY) as (empty, _):
        time.sleep(5)
        counts = wake_ups([ours.pid, empty.pid], seconds)
    a_minute, beside = (count * 60 / seconds for count in counts)
    return Figure("wake-ups a minute", f"{a_minute:.1f}", f"empty icon {beside:.1f}", "2", a_minute <= 2)


def _latency(desk: _Desk, home: Path, rounds: int) -> Figure:
    milliseconds = []
    with desk.icon(_TRAY):
        time.sleep(2)
        for attempt in range(2 * rounds):
            _drain(desk.host.repainted)
            write_token(home, alive=bool(attempt % 2))
            written = time.monotonic()
            milliseconds.append((desk.host.repainted.get(timeout=10) - written) * 1000)
            time.sleep(0.5)
    return Figure("token file to icon", spread(milliseconds, "ms"), "", "300 ms", max(milliseconds) <= 300)


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
