"""Whose a connection is, as Windows tells it: there is one user where these tests run."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys

import pytest

from tray.loopback import Owner, windows

_CONNECT = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.sendall(b"x")
sys.stdin.read()
"""


def test_another_process_of_this_user_is_ours_and_nobody_once_it_has_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", _CONNECT, str(server.getsockname()[1])]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            accepted, other = server.accept()
            with accepted:
                ours = accepted.getsockname()
                assert windows.find_owner(other, ours) is Owner.OURS
                process.kill()
                process.wait()
                assert windows.find_owner(other, ours) is Owner.NOBODYS


def test_a_process_that_may_not_be_asked_is_another_users(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        ctypes.set_last_error(windows._ACCESS_DENIED)
        return 0

    monkeypatch.setattr(windows, "_find_process", lambda *_: 4)
    monkeypatch.setattr(windows._kernel, "OpenProcess", refuse)
    assert windows.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001)) is Owner.ANOTHERS


def test_another_user_in_its_token_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    users = iter([b"theirs", b"ours"])
    monkeypatch.setattr(windows, "_find_process", lambda *_: windows._kernel.GetCurrentProcessId())
    monkeypatch.setattr(windows, "_read_user", lambda _: next(users))
    assert windows.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001)) is Owner.ANOTHERS


def test_a_number_that_became_another_processs_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([windows._kernel.GetCurrentProcessId(), 0])
    monkeypatch.setattr(windows, "_find_process", lambda *_: next(found))
    assert windows.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001)) is Owner.NOBODYS


def test_a_system_that_does_not_tell_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows._network, "GetExtendedTcpTable", lambda *_: 87)
    with pytest.raises(OSError, match="87"):
        windows.find_owner(("127.0.0.1", 5000), ("127.0.0.1", 5001))
