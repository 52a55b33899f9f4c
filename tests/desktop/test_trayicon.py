"""What every tray icon promises, whatever shows it: a real panel's bus, AppKit's calls faked, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from support import appkit
from support.desk import until
from support.needs import needs

from tray.core.command import Command
from tray.core.model import Status
from tray.core.view.values import MenuItem, View
from tray.desktop import trayicon
from tray.desktop.trayicon import AbsentIcon, TrayIcon

VIEW = View(Status.SIGNED_IN, "my-sso: signed in", (MenuItem("quit", "Quit"),))
OTHER = View(Status.EXPIRED, "my-sso: expired", (MenuItem("quit", "Quit"),))


class Trial:
    """An icon, and what it tells of itself."""

    def __init__(self, create: Callable[..., TrayIcon]) -> None:
        self.commands: list[Command] = []
        self.hosts: list[bool] = []
        self.icon = create(self.commands.append, on_host=self.hosts.append)


@pytest.fixture(params=["absent", "freedesktop", "freedesktop without a host", "macos", "windows"])
def trial(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    with ExitStack() as stack:
        if request.param == "absent":
            yield Trial(lambda _on_command, on_host: AbsentIcon(on_host))
            return
        if request.param == "macos":
            mac = appkit.install(monkeypatch)
            trial = Trial(mac.load("tray.desktop.macos.trayicon").create)
            mac.world.main = None  # A thread of the test plays it from here on.
            yield trial
            assert mac.world.wrongs == []
            return
        if request.param == "windows":
            if sys.platform != "win32":
                pytest.skip("a taskbar of Windows")
            yield Trial(partial(trayicon.create, bus=None))
            return
        needs("dbus-daemon")
        from support.session_bus import session_bus
        from support.tray_host import TrayHost

        from tray.desktop.linux.bus import Bus

        session = stack.enter_context(session_bus())
        if request.param == "freedesktop":
            stack.enter_context(TrayHost(session.address))
        yield Trial(partial(trayicon.create, bus=Bus.connect(session.address)))


def run_on_a_thread(run: Callable[[Callable[[], None]], None]) -> tuple[threading.Thread, threading.Event]:
    ready = threading.Event()
    thread = threading.Thread(target=run, args=(ready.set,), daemon=True)
    thread.start()
    return thread, ready


def test_it_runs_until_it_is_stopped_from_another_thread(trial: Trial) -> None:
    trial.icon.apply(VIEW)
    thread, ready = run_on_a_thread(trial.icon.run)
    assert ready.wait(10)
    trial.icon.apply(OTHER)
    assert thread.is_alive()

    trial.icon.stop()

    thread.join(10)
    assert not thread.is_alive()


def test_it_can_be_stopped_though_it_has_shown_nothing_yet(trial: Trial) -> None:
    thread, _ready = run_on_a_thread(lambda _set_ready: trial.icon.run(trial.icon.stop))

    thread.join(10)
    assert not thread.is_alive()


def test_an_early_stop_makes_run_return_at_once(trial: Trial) -> None:
    trial.icon.stop()
    trial.icon.stop()
    thread, _ready = run_on_a_thread(trial.icon.run)

    thread.join(10)
    assert not thread.is_alive()


def test_as_soon_as_it_is_ready_a_view_may_come_and_it_may_be_stopped_beside_the_thread_that_serves(
    trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    trial.icon.apply(VIEW)
    trial.icon.apply(VIEW)
    threads: list[int] = []

    def on_ready() -> None:
        threads.append(threading.get_ident())
        trial.icon.apply(OTHER)
        trial.icon.stop()

    trial.icon.run(on_ready)
    trial.icon.apply(VIEW)

    assert len(threads) == 1
    assert threads[0] != threading.get_ident()
    assert caplog.records == [], "a view that came too late was no trouble"


def test_it_says_whether_anybody_shows_it(trial: Trial, request: pytest.FixtureRequest) -> None:
    trial.icon.apply(VIEW)
    thread, _ready = run_on_a_thread(trial.icon.run)
    until(lambda: trial.hosts)
    trial.icon.stop()
    thread.join()

    assert trial.hosts[:1] == [request.node.callspec.params["trial"] in {"freedesktop", "macos", "windows"}]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_handler_may_stop_it(trial: Trial) -> None:
    import signal

    heard: list[int] = []

    def stop(number: int, _frame: object) -> None:
        heard.append(number)
        trial.icon.stop()

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        trial.icon.run(lambda: os.kill(os.getpid(), signal.SIGUSR1))
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert heard == [signal.SIGUSR1]


_LOADED = """
import os, sys
from tray.core.model import Status
from tray.core.view.values import MenuItem, View
from tray.desktop import trayicon
before = dict(os.environ)
if "DBUS_SESSION_BUS_ADDRESS" in os.environ:
    from tray.desktop.linux.bus import Bus
    bus = Bus.connect()
else:
    bus = None
icon = trayicon.create(print, on_host=lambda host: None, bus=bus)
icon.apply(View(Status.SIGNED_IN, "my-sso: signed in", (MenuItem("quit", "Quit"),)))
icon.run(icon.stop)
assert dict(os.environ) == before
print(*(name for name in ("pystray", "six", "PIL", "jeepney") if name in sys.modules))
"""


def loaded_libraries(**environment: str) -> list[str]:
    """Show an icon in a program of its own, and give which of the libraries for icons that has loaded."""
    env = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"} | environment
    ran = subprocess.run([sys.executable, "-c", _LOADED], env=env, capture_output=True, text=True, check=True)
    return ran.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="pystray shows the icon on other systems")
def test_on_linux_neither_pystray_nor_pillow_is_loaded() -> None:
    needs("dbus-daemon")
    from support.session_bus import session_bus

    with session_bus() as session:
        assert loaded_libraries(DBUS_SESSION_BUS_ADDRESS=session.address) == ["jeepney"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no bus to be without")
def test_without_a_bus_no_library_is_loaded() -> None:
    assert loaded_libraries() == []
