"""An address reaches the clipboard by what is installed, and is in no argument list on its way."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the stand-ins are scripts, and the clipboard is a desktop's of Linux", allow_module_level=True)

from support.bus_service import BusService
from support.desk import until
from support.executables import make_program
from support.session_bus import session_bus
from support.x_server import pasted, xvfb

from tray.desktop import clipboard, clipboard_tool
from tray.desktop.linux.bus import Bus, Interface, Method

ADDRESS = "http://127.0.0.1:41234/start?key=Zm9vYmFy&x=%20"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a PATH that holds nothing but its own programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    return folder


def tool(folder: Path, name: str, ending: str = "exit 0") -> Path:
    """Make a program that takes its input, as wl-copy and xclip do: what holds the text then is a child of it."""
    taken = folder / f"{name}.taken"
    make_program(folder / name, f'#!/bin/sh\necho "$@" >{folder / name}.arguments\n/bin/cat >{taken}\n{ending}\n')
    return taken


def test_under_wayland_wl_copy_takes_it(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    taken, other = tool(programs, "wl-copy"), tool(programs, "xclip")

    assert clipboard.copy(ADDRESS)

    assert taken.read_text() == ADDRESS
    assert "127.0.0.1" not in (programs / "wl-copy.arguments").read_text()
    assert not other.exists()


@pytest.mark.parametrize("name", ["xclip", "xsel"])
def test_under_x11_xclip_or_xsel_takes_it(programs: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    taken = tool(programs, name)

    assert clipboard.copy(ADDRESS)

    assert taken.read_text() == ADDRESS
    assert "127.0.0.1" not in (programs / f"{name}.arguments").read_text()


def test_a_tool_that_fails_or_hangs_is_followed_by_the_next(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard_tool, "_SECONDS", 0.3)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    tool(programs, "wl-copy", "exec /bin/sleep 20")
    tool(programs, "xclip", "exit 1")
    taken = tool(programs, "xsel")

    assert clipboard.copy(ADDRESS)

    assert taken.read_text() == ADDRESS


def test_a_compositor_that_would_drop_what_x11_copies_is_not_believed(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "sway")
    taken = tool(programs, "xclip")

    assert not clipboard.copy(ADDRESS)

    assert not taken.exists()


def test_in_wsl_windows_takes_it(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tool(programs, "clip.exe")
    assert not clipboard.copy(ADDRESS)

    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")

    assert clipboard.copy(ADDRESS)
    assert taken.read_text() == ADDRESS


def test_without_any_way_it_is_said(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not clipboard.copy(ADDRESS)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert not clipboard.copy(ADDRESS)


class Klipper(BusService):
    """A stand-in for Plasma's clipboard."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "org.kde.klipper")
        self.contents = ""

    def offer(self, bus: Bus) -> None:
        methods = {"setClipboardContents": Method("s", "", self._set)}
        bus.export("/klipper", Interface("org.kde.klipper.klipper", methods=methods))

    def _set(self, body: tuple[Any, ...], _sender: str) -> tuple[()]:
        (self.contents,) = body
        return ()


def test_plasma_takes_it_without_any_tool(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    with session_bus() as session, Klipper(session.address) as klipper:
        monkeypatch.setenv("PATH", str(programs))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.address)

        assert clipboard.copy(ADDRESS)

        assert klipper.contents == ADDRESS


@pytest.fixture
def screen() -> Iterator[str]:
    with xvfb() as display:
        yield display


@pytest.mark.parametrize("target", ["UTF8_STRING", "STRING", "TEXT", "text/plain", "text/plain;charset=utf-8"])
def test_without_any_tool_we_own_the_clipboard_of_x11(
    screen: str, programs: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setenv("DISPLAY", screen)

    assert clipboard.copy(ADDRESS)

    monkeypatch.setenv("PATH", os.defpath)
    assert pasted(screen, target) == ADDRESS
    assert pasted(screen, target) == ADDRESS, "it can be pasted twice"
    assert target in pasted(screen, "TARGETS").splitlines()
    assert pasted(screen, "image/png") == ""


def test_what_is_copied_next_takes_the_place_of_what_we_own(
    screen: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    before = threading.active_count()

    assert clipboard.copy("one")
    assert clipboard.copy(ADDRESS)
    monkeypatch.setenv("PATH", os.defpath)
    assert pasted(screen) == ADDRESS
    subprocess.run(["xclip", "-in", "-selection", "clipboard"], input=b"theirs", stdout=subprocess.DEVNULL, check=True)

    until(lambda: threading.active_count() == before)
    assert pasted(screen) == "theirs"


@pytest.mark.parametrize("family", ["local", "any"])
def test_a_server_that_wants_a_cookie_gets_it(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    cookie = bytes(range(16))
    authority = tmp_path / "authority"
    host = os.fsencode(socket.gethostname())
    other = _entry(256, b"elsewhere", b"", bytes(16)) + _entry(0, b"\x7f\0\0\1", b"", bytes(16))
    ours = _entry(256, host, b"", cookie) if family == "local" else _entry(65535, b"", b"", cookie)
    authority.write_bytes(other + ours)
    with xvfb("-auth", str(authority)) as screen:
        monkeypatch.setenv("DISPLAY", screen)
        monkeypatch.setenv("PATH", str(programs))
        monkeypatch.setenv("XAUTHORITY", str(authority))
        assert clipboard.copy(ADDRESS)
        monkeypatch.setenv("PATH", os.defpath)
        assert pasted(screen) == ADDRESS

        monkeypatch.setenv("PATH", str(programs))
        monkeypatch.setenv("XAUTHORITY", str(tmp_path / "missing"))
        assert not clipboard.copy(ADDRESS)


def _entry(family: int, address: bytes, number: bytes, cookie: bytes) -> bytes:
    """An entry of an authority file (Xau(3))."""
    fields = (address, number, b"MIT-MAGIC-COOKIE-1", cookie)
    return struct.pack(">H", family) + b"".join(struct.pack(">H", len(each)) + each for each in fields)


@pytest.mark.parametrize("display", [":987", "127.0.0.1:99", "nonsense"])
def test_without_an_x_server_of_this_machine_nothing_is_owned(
    programs: Path, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)

    assert not clipboard.copy(ADDRESS)


def test_what_xclip_took_another_program_pastes(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    assert shutil.which("xclip")

    assert clipboard.copy(ADDRESS)

    assert pasted(screen) == ADDRESS
