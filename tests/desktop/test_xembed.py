"""What is painted into a window that a tray of the old kind has embedded, and when such a tray is looked for at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from end_to_end.panel import x_server
from support.desk import until
from support.needs import needs
from support.session_bus import session_bus
from support.tray_host import TrayHost

from tray.core.command import Command
from tray.core.model import Status
from tray.core.view.values import View
from tray.desktop.linux import old_tray, pixmaps
from tray.desktop.linux.old_tray import OldTray, is_there

VIEW = View(Status.SIGNED_IN, "my-sso · signed in")


@pytest.fixture(scope="module")
def display() -> Any:
    needs("Xvfb")
    with x_server("200x100") as name:
        yield name


@pytest.fixture
def xembed(display: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, which can be loaded only where there is an X server."""
    monkeypatch.setenv("DISPLAY", display)
    from tray.desktop.linux import xembed

    return xembed


_TRUE_COLOUR = (0xFF0000, 0xFF00, 0xFF)


def test_a_picture_is_mixed_with_what_lies_behind_it(xembed: Any) -> None:
    form = xembed._PixelFormat(4, "little", _TRUE_COLOUR, alpha=False)
    behind = bytes.fromhex("302010 00") * 3  # blue, green, red, nothing

    painted = form.painted(bytes.fromhex("00000000 ff0a141e 80ff0000"), behind)

    assert painted == bytes.fromhex("302010 00 1e140a 00 170f87 00")


def test_where_the_server_mixes_colours_are_multiplied_by_opacity(xembed: Any) -> None:
    form = xembed._PixelFormat(4, "big", _TRUE_COLOUR, alpha=True)

    assert form.painted(bytes.fromhex("00000000 ffffffff 80ff00ff"), None) == bytes.fromhex(
        "00000000 ffffffff 80800080"
    )


def test_a_screen_of_sixteen_bits_gets_its_own_pixels(xembed: Any) -> None:
    form = xembed._PixelFormat(2, "little", (0xF800, 0x07E0, 0x001F), alpha=False)

    assert form.painted(bytes.fromhex("ffffffff ffff0000"), b"\0\0\0\0") == bytes.fromhex("ffff 00f8")
    assert form.painted(bytes.fromhex("00000000"), b"\x1f\xf8") == b"\x1f\xf8"


@pytest.mark.parametrize(
    ("width", "height", "size"), [(24, 24, 24), (23, 40, 22), (16, 22, 16), (300, 64, 64), (8, 8, 16)]
)
def test_the_largest_picture_that_fits_is_painted(xembed: Any, width: int, height: int, size: int) -> None:
    chosen, argb = xembed.fitting(pixmaps.load(Status.SIGNED_IN, "dark"), width, height)

    assert (chosen, len(argb)) == (size, size * size * 4)


def test_the_choice_of_pystrays_backend_is_not_left_to_programs_that_we_start(xembed: Any) -> None:
    assert "PYSTRAY_BACKEND" not in os.environ
    assert xembed._native.__name__ == "pystray._xorg"


def test_without_such_a_tray_that_is_said(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(old_tray, "GRACE_SECONDS", 0.0)
    shown: list[bool] = []
    tray = OldTray("sso-tray", lambda _command: None, shown.append)
    tray.begin()
    until(lambda: shown == [False])

    assert not is_there()
    tray.leave()
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "old-tray"])


def test_a_display_that_is_not_there_is_no_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    monkeypatch.setattr(old_tray, "GRACE_SECONDS", 0.0)
    shown: list[bool] = []
    tray = OldTray("sso-tray", lambda _command: None, shown.append)
    tray.apply(VIEW)
    tray.begin()

    until(lambda: shown == [False])
    assert not is_there()
    tray.leave()


def test_a_better_tray_that_comes_soon_spares_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    commands: list[Command] = []
    shown: list[bool] = []
    tray = OldTray("sso-tray", commands.append, shown.append)
    tray.begin()
    tray.leave()

    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "old-tray"])
    assert shown == []


def test_where_there_is_a_host_nothing_for_old_trays_is_loaded(display: str, home: Path, tmp_path: Path) -> None:
    told = tmp_path / "imports"
    with session_bus() as session, TrayHost(session.address) as host, told.open("w") as errors:
        env = os.environ | {"DBUS_SESSION_BUS_ADDRESS": session.address, "DISPLAY": display}
        command = [sys.executable, "-X", "importtime", "-m", "tray", "run"]
        with subprocess.Popen(command, env=env, stderr=errors) as program:
            icon = host.icon("sso-tray")
            icon.click("Quit")
            assert program.wait(20) == 0

    imported = {line.rpartition("|")[2].strip() for line in told.read_text().splitlines()}
    assert "tray.desktop.linux.trayicon" in imported
    assert not {name for name in imported if name.startswith(("Xlib", "pystray", "tray.desktop.linux.old_tray"))}
