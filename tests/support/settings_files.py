"""The settings files of a test: the person's own, and the one for everybody on the machine; neither is there yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.paths import find_paths


@pytest.fixture
def own() -> Path:
    """Name the person's own file, in a folder that is there."""
    path = find_paths().settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name the file for everybody, in a folder that is there."""
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    monkeypatch.setenv("WIN_PD_OVERRIDE_COMMON_APPDATA", str(tmp_path))
    path, *_ = find_paths().site_settings
    path.parent.mkdir()
    return path
