"""What is tested is what is shipped: the wheel, installed."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import catalogues
import pytest
from linux import manual

import tray

_PROJECT = Path(__file__).parent.parent


@pytest.mark.skipif("TESTS_NEED_WHEEL" not in os.environ, reason="only `make test` promises an installed wheel")
def test_the_package_under_test_is_the_installed_wheel() -> None:
    assert "site-packages" in Path(tray.__file__).parts
    assert _PROJECT / "tray" not in Path(tray.__file__).parents


@pytest.mark.skipif("TESTS_NEED_WHEEL" not in os.environ, reason="only `make test` promises an installed wheel")
def test_the_wheel_holds_every_source_file_and_what_is_made_of_a_catalogue() -> None:
    expected = {}
    for source in (_PROJECT / "tray").rglob("*"):
        if source.suffix == ".po":
            expected[source.with_suffix(".mo")] = catalogues.compiled(catalogues.catalogue(source.parts[-3]))
        elif source.is_file() and "__pycache__" not in source.parts:
            expected[source] = source.read_bytes()
    assert {path.parts[-3] for path in expected if path.suffix == ".mo"} == set(catalogues.languages())
    for path, content in expected.items():
        assert (Path(tray.__file__).parent / path.relative_to(_PROJECT / "tray")).read_bytes() == content, path


@pytest.mark.skipif("TESTS_NEED_WHEEL" not in os.environ, reason="only `make test` promises an installed wheel")
def test_the_wheel_holds_the_icon_of_toasts() -> None:
    icon = Path(tray.__file__).parent / "desktop" / "windows" / "sso-tray.ico"
    assert icon.read_bytes() == (_PROJECT / "assets" / "sso-tray.ico").read_bytes()


@pytest.mark.skipif("TESTS_NEED_WHEEL" not in os.environ, reason="only `make test` promises an installed wheel")
def test_the_wheel_holds_the_manual_of_the_packages_where_man_looks() -> None:
    page = Path(sys.prefix) / "share" / "man" / "man1" / "sso-tray.1"
    text = page.read_text("utf-8")
    # The first line holds the day, which is that of the last commit when the wheel was built.
    assert text.splitlines()[1:] == manual.manual().splitlines()[1:]
    if (man := shutil.which("man")) is not None:
        program = Path(sys.prefix) / "bin"
        environment = {**os.environ, "PATH": f"{program}{os.pathsep}{os.environ['PATH']}", "MANPATH": ""}
        found = subprocess.run([man, "-w", "sso-tray"], env=environment, capture_output=True, text=True, check=True)
        assert Path(found.stdout.strip()) == page


def test_the_distribution_carries_the_packages_version_and_the_promised_commands() -> None:
    distribution = importlib.metadata.distribution("sso-tray")
    project = tomllib.loads((_PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert distribution.version == tray.__version__
    commands = {entry.name: entry.value for entry in distribution.entry_points}
    assert commands == project["scripts"] | project["gui-scripts"]
