"""The Flatpak asks for what it needs and no more."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.needs import needs
from support.packaging_tools import PACKAGING

APPLICATION = "io.github.sso_tray.SsoTray"


@pytest.fixture
def manifest(tmp_path: Path) -> dict[str, Any]:
    """The manifest as flatpak-builder reads it."""
    needs("flatpak-builder")
    source = PACKAGING / "flatpak" / f"{APPLICATION}.yaml"
    shown = subprocess.run(
        ["flatpak-builder", "--show-manifest", str(source)],
        cwd=tmp_path, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded: dict[str, Any] = json.loads(shown.stdout)
    return loaded


def test_flatpak_builder_understands_it(manifest: dict[str, Any]) -> None:
    assert manifest["id"] == APPLICATION
    assert manifest["command"] == "sso-tray"
    assert (manifest["runtime"], manifest["sdk"]) == ("org.freedesktop.Platform", "org.freedesktop.Sdk")


def test_the_permissions_are_these_and_no_others(manifest: dict[str, Any]) -> None:
    assert set(manifest["finish-args"]) == {
        "--share=network",
        "--filesystem=~/.aws:create",
        "--talk-name=org.kde.StatusNotifierWatcher",
        "--talk-name=org.freedesktop.Notifications",
    }


def test_nothing_is_fetched_while_it_is_built(manifest: dict[str, Any]) -> None:
    assert [module["name"] for module in manifest["modules"]] == ["sso-tray"]
    for module in manifest["modules"]:
        assert "build-options" not in module
        assert all("url" not in source for source in module["sources"])
