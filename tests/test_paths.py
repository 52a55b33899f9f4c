"""Where our own files are: on Linux we look that up ourselves, as platformdirs would."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support.needs import linux

from tray.paths import find_paths


@linux
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CONFIG_HOME": "/elsewhere/config", "XDG_STATE_HOME": "/elsewhere/state"},
        {"XDG_CONFIG_HOME": "relative", "XDG_STATE_HOME": "./relative"},
        {"XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "XDG_CONFIG_DIRS": ""},
        {"XDG_CONFIG_HOME": "/with space/é/", "XDG_STATE_HOME": "~/state"},
        {"XDG_CONFIG_DIRS": "/etc/site"},
        {"XDG_CONFIG_DIRS": "/etc/site:/etc/xdg/"},
        {"XDG_CONFIG_DIRS": "relative:/etc/site::/usr/etc"},
        {"XDG_CONFIG_DIRS": "relative"},
    ],
)
def test_our_folders_are_where_platformdirs_has_them(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from platformdirs import PlatformDirs

    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    theirs = PlatformDirs("sso-tray", appauthor=False, multipath=True)

    found = find_paths()

    assert found.settings_file == theirs.user_config_path / "settings.toml"
    assert found.state == theirs.user_state_path
    assert found.log_file == theirs.user_log_path / "sso-tray.log"
    sites = [Path(folder, "settings.toml") for folder in theirs.site_config_dir.split(os.pathsep)]
    always = [Path("/etc/xdg/sso-tray/settings.toml")] if sys.platform == "linux" else []
    assert list(found.site_settings) == list(dict.fromkeys((*sites, *always)))


@linux
def test_on_a_read_only_disk_our_processes_meet_in_the_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths = find_paths({})
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert paths.meeting == paths.state

    real = os.statvfs

    def read_only(path: Path) -> os.statvfs_result:
        assert Path(path).is_dir()
        found = list(real(path))
        found[8] |= os.ST_RDONLY
        return os.statvfs_result(found)

    monkeypatch.setattr(os, "statvfs", read_only)

    assert paths.lock_file == tmp_path / "sso-tray" / "lock"
    assert paths.sessions.parent == paths.lock_file.parent
    assert paths.memory_file.parent == paths.state
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert paths.lock_file == paths.state / "lock"


def test_on_macos_our_folders_are_in_the_library_whatever_a_shell_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tray that the Finder starts has none of a shell's variables, and shall be the same as the shell's."""
    monkeypatch.setattr(sys, "platform", "darwin")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "/elsewhere")

    found = find_paths()

    ours = home / "Library" / "Application Support" / "sso-tray"
    assert (found.settings_file, found.state) == (ours / "settings.toml", ours)
    assert found.log_file == home / "Library" / "Logs" / "sso-tray" / "sso-tray.log"
    assert found.site_settings == (Path("/Library/Application Support/sso-tray/settings.toml"),)
