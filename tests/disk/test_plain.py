"""Only plain files are opened, of a bounded size, and nobody is waited for."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.needs import linux, posix

from tray.core.errors import ConfigProblem
from tray.desktop.autostart_files import read_file
from tray.disk import lock
from tray.disk.files import replace_file, update_file, write_private
from tray.disk.plain import NO_LINK, Unfit, open_plain, read_plain


def test_a_file_is_read_whole_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert read_plain(path, 10) == b"0123456789"
    with pytest.raises(Unfit, match="too large"):
        read_plain(path, 9)
    path.write_bytes(b"")
    assert read_plain(path, 0) == b""


def test_what_is_missing_or_a_folder_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "none", 10)
    with pytest.raises(PermissionError if os.name == "nt" else IsADirectoryError):
        read_plain(tmp_path, 10)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")  # which has no end


_STRANGE = (_pipe, _link_to_a_pipe, _socket, _device)


@posix
@pytest.mark.parametrize("make", _STRANGE, ids=lambda make: make.__name__[1:])
def test_whatever_else_lies_there_is_neither_read_nor_written_nor_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    path, held = tmp_path / "config", tmp_path / "state" / "lock"
    make(path)
    before = path.stat()

    with pytest.raises(OSError, match=r"not a plain file|No such device"):
        read_plain(path, 10)
    with pytest.raises(OSError, match=r"not a plain file|No such device"):
        open_plain(path, os.O_WRONLY | os.O_CREAT)
    assert read_file(path) is None
    with pytest.raises(ConfigProblem):
        update_file(path, lambda data: data + b"more", lock=held)
    assert not lock.is_held(held)
    with pytest.raises(OSError, match=r"not a plain file|No such device|symbolic links"):
        lock.acquire(path)
    assert not lock.is_held(path)
    assert path.stat() == before


@posix
@pytest.mark.parametrize("write", [write_private, replace_file], ids=["token", "entry"])
@pytest.mark.parametrize("make", [_link_to_a_pipe, _device], ids=lambda make: make.__name__[1:])
def test_nothing_is_written_through_a_link_to_what_is_no_file(
    tmp_path: Path, make: Callable[[Path], None], write: Callable[[Path, bytes], None]
) -> None:
    """A rename over a device would be its end, for all programs."""
    path = tmp_path / "token.json"
    make(path)
    before = path.stat()
    with pytest.raises((ConfigProblem, OSError), match="which is no plain file"):
        write(path, b"data")
    assert path.stat() == before
    assert path.is_symlink()


@posix
def test_a_file_of_ours_is_never_opened_through_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"data")
    (tmp_path / "link").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic links"):
        open_plain(tmp_path / "link", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK)
    assert precious.read_bytes() == b"data"


@linux
def test_a_file_that_a_server_has_a_lease_on_is_another_programs_for_a_moment(tmp_path: Path) -> None:
    import fcntl
    from signal import SIGURG

    path = tmp_path / "file"
    path.write_bytes(b"data")
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, SIGURG)
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError:
            pytest.skip("this file system has no leases")
        with pytest.raises(PermissionError):
            read_plain(path, 10)
    finally:
        os.close(descriptor)
    assert read_plain(path, 10) == b"data"


def test_a_file_that_grows_while_it_is_read_ends_at_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(b"x" * 1000)
                file.flush()
                stop.wait(0.001)

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        for _ in range(50):
            try:
                assert len(read_plain(path, 20_000)) <= 20_000
            except Unfit:
                break
    finally:
        stop.set()
        growing.join()
