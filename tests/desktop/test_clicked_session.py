"""A browser opens in the session of the click; a display that is another session's, or gone, is never used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.bus_service import BusService
from support.session_bus import SessionBus, session_bus

from tray.desktop.linux.bus import Bus, Interface
from tray.desktop.linux.clicked_session import follow

_PANEL = """
import sys
from tray.desktop.linux.bus import Bus
bus = Bus.connect(sys.argv[1])
print(bus.unique_name, flush=True)
sys.stdin.read()
"""


class Manager(BusService):
    """A stand-in for systemd's manager of the person."""

    def __init__(self, address: str, environment: list[str]) -> None:
        super().__init__(address, "org.freedesktop.systemd1")
        self.environment = environment

    def offer(self, bus: Bus) -> None:
        properties = {"Environment": ("as", lambda: self.environment)}
        bus.export("/org/freedesktop/systemd1", Interface("org.freedesktop.systemd1.Manager", properties=properties))


@contextmanager
def _panel(session: SessionBus, **environ: str) -> Iterator[str]:
    """A program on the bus that was started in another environment; gives its unique name."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-c", _PANEL, session.address]
    with subprocess.Popen(
        command, env=kept | environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        yield program.stdout.readline().strip()
        program.communicate("")


@pytest.fixture
def session() -> Iterator[SessionBus]:
    with session_bus() as bus:
        yield bus


@pytest.fixture
def bus(session: SessionBus) -> Iterator[Bus]:
    bus = Bus.connect(session.address)
    thread = threading.Thread(target=bus.run)
    thread.start()
    yield bus
    bus.stop()
    thread.join()


@pytest.fixture
def displays(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitStack]:
    """A runtime folder in which Wayland displays 1 and 2 answer, and none else."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="run-") as folder, ExitStack() as stack:
        for number in (1, 2):
            display = stack.enter_context(socket.socket(socket.AF_UNIX))
            display.bind(str(Path(folder, f"wayland-{number}")))
            display.listen(8)
        gone = socket.socket(socket.AF_UNIX)
        gone.bind(str(Path(folder, "wayland-9")))
        gone.close()
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield stack


def _followed(bus: Bus, clicked: str, **at_start: str) -> dict[str, str]:
    environ = {"XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"], "HOME": "/home/x", **at_start}
    follow(bus, clicked, environ, dict(environ))
    return {key: value for key, value in environ.items() if key not in {"XDG_RUNTIME_DIR", "HOME"}}


@pytest.mark.usefixtures("displays")
class TestTheDisplay:
    def test_it_is_that_of_the_panel_in_which_somebody_clicked(self, bus: Bus, session: SessionBus) -> None:
        with _panel(session, WAYLAND_DISPLAY="wayland-2", XDG_SESSION_TYPE="wayland") as panel:
            found = _followed(bus, panel, WAYLAND_DISPLAY="wayland-1", DISPLAY=":77", XAUTHORITY="/theirs")

        assert found == {"WAYLAND_DISPLAY": "wayland-2", "XDG_SESSION_TYPE": "wayland"}

    def test_it_is_what_the_manager_was_told_where_the_panel_is_the_shell(self, bus: Bus, session: SessionBus) -> None:
        environment = ["PATH=/bin", "WAYLAND_DISPLAY=wayland-2", "SECRET=x=y"]
        with Manager(session.address, environment), _panel(session) as panel:
            assert _followed(bus, panel, WAYLAND_DISPLAY="wayland-1") == {"WAYLAND_DISPLAY": "wayland-2"}

    def test_it_is_our_own_where_nobody_clicked(self, bus: Bus, session: SessionBus) -> None:
        with Manager(session.address, ["WAYLAND_DISPLAY=wayland-2"]):
            assert _followed(bus, "", WAYLAND_DISPLAY="wayland-1") == {"WAYLAND_DISPLAY": "wayland-1"}

    def test_it_is_our_own_where_nobody_else_knows_one(self, bus: Bus, session: SessionBus) -> None:
        with _panel(session) as panel:
            assert _followed(bus, panel, WAYLAND_DISPLAY="wayland-1") == {"WAYLAND_DISPLAY": "wayland-1"}

    def test_it_is_what_the_manager_was_told_where_our_own_has_gone(self, bus: Bus, session: SessionBus) -> None:
        with Manager(session.address, ["WAYLAND_DISPLAY=wayland-2"]):
            assert _followed(bus, "", WAYLAND_DISPLAY="wayland-9") == {"WAYLAND_DISPLAY": "wayland-2"}

    @pytest.mark.parametrize("gone", ["wayland-9", "wayland-3", "x" * 200])
    def test_one_that_does_not_answer_is_used_by_nobody(self, bus: Bus, session: SessionBus, gone: str) -> None:
        with Manager(session.address, [f"WAYLAND_DISPLAY={gone}"]), _panel(session, WAYLAND_DISPLAY=gone) as panel:
            found = _followed(bus, panel, WAYLAND_DISPLAY=gone, DISPLAY=":12345", XDG_SESSION_TYPE="wayland")

        assert found == {"XDG_SESSION_TYPE": "wayland"}

    def test_of_two_displays_of_a_session_the_one_that_has_gone_is_left_out(self, bus: Bus) -> None:
        assert _followed(bus, "", WAYLAND_DISPLAY="wayland-1", DISPLAY=":12345") == {"WAYLAND_DISPLAY": "wayland-1"}

    def test_one_at_the_other_end_of_ssh_is_believed(self, bus: Bus) -> None:
        assert _followed(bus, "", DISPLAY="localhost:10.0") == {"DISPLAY": "localhost:10.0"}

    def test_a_panel_that_has_gone_since_the_click_is_no_obstacle(self, bus: Bus) -> None:
        assert _followed(bus, ":1.4711", WAYLAND_DISPLAY="wayland-1") == {"WAYLAND_DISPLAY": "wayland-1"}

    def test_in_a_flatpak_nothing_changes(self, bus: Bus, session: SessionBus) -> None:
        with _panel(session, WAYLAND_DISPLAY="wayland-2") as panel:
            found = _followed(bus, panel, FLATPAK_ID="io.github.sso_tray.SsoTray", DISPLAY=":12345")

        assert found["DISPLAY"] == ":12345"
        assert "WAYLAND_DISPLAY" not in found


def test_who_speaks_is_known_while_it_is_handled(session: SessionBus, bus: Bus) -> None:
    heard: list[tuple[str, str]] = []
    done = threading.Event()

    def handler(_body: tuple[object, ...], sender: str) -> None:
        heard.append((sender, bus.sender))
        if len(heard) == 2:
            done.set()

    bus.subscribe(interface="a.b", member="C", handler=handler)
    bus.hear()
    others = [Bus.connect(session.address) for _ in range(2)]
    for other in others:
        other.emit("/", "a.b", "C")
    assert done.wait(20)
    assert [sender for sender, _ in heard] == [sender for _, sender in heard]
    assert bus.sender == "", "not on this thread"
    assert {sender for sender, _ in heard} == {other.unique_name for other in others}
    for other in others:
        other.close()
