"""What a file has beside its contents stays when another takes its place; folders have the rights of those above."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.needs import not_wine

from tray.demo.organisation import build_home
from tray.disk import properties
from tray.disk.files import replace_file, update_file, write_private
from tray.disk.staging import make_folder
from tray.logs import configure

_HIDDEN = 0x2
_kernel = ctypes.WinDLL("kernel32")

WAYS: list[Callable[[Path, bytes], object]] = [
    lambda path, data: update_file(path, lambda _: data, lock=None),
    write_private,
    replace_file,
]
ways = pytest.mark.parametrize("write", WAYS, ids=["update", "private", "replace"])


@ways
def test_a_hidden_file_stays_hidden(tmp_path: Path, write: Callable[[Path, bytes], object]) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"one")
    assert _kernel.SetFileAttributesW(str(file), _HIDDEN)
    write(file, b"two")

    assert file.read_bytes() == b"two"
    assert file.stat().st_file_attributes & _HIDDEN
    assert list(tmp_path.iterdir()) == [file]


@ways
def test_a_file_that_was_not_there_is_written(tmp_path: Path, write: Callable[[Path, bytes], object]) -> None:
    write(tmp_path / "config", b"two")
    assert (tmp_path / "config").read_bytes() == b"two"
    assert not (tmp_path / "config").stat().st_file_attributes & _HIDDEN


@not_wine
@ways
def test_streams_and_rights_set_by_hand_stay(tmp_path: Path, write: Callable[[Path, bytes], object]) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"one")
    Path(f"{file}:note").write_bytes(b"mine")
    subprocess.run(["icacls", str(file), "/grant", "*S-1-5-32-545:(R)"], check=True, capture_output=True)
    before = _rights(file)
    write(file, b"two")

    assert file.read_bytes() == b"two"
    assert Path(f"{file}:note").read_bytes() == b"mine"
    assert _rights(file) == before


def _rights(file: Path) -> str:
    return subprocess.run(["icacls", str(file)], check=True, capture_output=True, text=True).stdout


def test_rights_that_cannot_be_kept_are_no_reason_to_let_others_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"one")
    monkeypatch.setattr(properties, "_has_own", lambda _rights: True)
    monkeypatch.setattr(properties._security, "SetNamedSecurityInfoW", lambda *_arguments: 5)
    with pytest.raises(PermissionError):
        replace_file(file, b"two")

    assert file.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [file]


_modes: list[int] = []


def test_every_folder_of_ours_has_the_rights_of_the_one_above(tmp_path: Path) -> None:
    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.mkdir" and str(arguments[0]).startswith(str(tmp_path)):
            assert isinstance(arguments[1], int)
            _modes.append(arguments[1])

    sys.addaudithook(hear)
    make_folder(tmp_path / "one" / "two")
    configure(tmp_path / "state" / "log" / "sso-tray.log")
    build_home(tmp_path / "home", session="corp")
    write_private(tmp_path / "deep" / "er" / "token.json", b"{}")

    assert len(_modes) >= 7
    assert 0o700 not in _modes, "Python 3.12.4 and later protect such a folder from the person"
    assert all(os.access(folder, os.W_OK) for folder in tmp_path.iterdir())
