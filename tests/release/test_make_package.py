"""``make package`` builds what can be built on a machine, and says what it leaves out and why."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from linux import __main__ as packages
from linux import tarball
from support import linux  # noqa: F401 - elsewhere the bundle is all there is
from support.needs import needs
from support.packaging_tools import PACKAGING, PROJECT

_OF_EVERY_SYSTEM = ("cat", "dirname", "echo", "sh", "sort", "xargs")


def installer(folder: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """Make the installer for Windows on a machine that has these programs, each a line of a shell, and few others."""
    for name in _OF_EVERY_SYSTEM:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    for name, line in programs.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
    return subprocess.run(
        [PACKAGING / "windows" / "package.sh"], env={"PATH": str(folder)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("programs", [{"id": "echo 1000", "apt_get": "exit 9"}, {"id": "echo 0"}])
def test_who_may_install_nothing_is_told_that_the_installer_is_left_out(
    tmp_path: Path, programs: dict[str, str]
) -> None:
    done = installer(tmp_path, **programs)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "The installer for Windows is left out: to make it here takes Debian, and root for a system of its own.\n"
    )


def test_a_program_that_cannot_be_installed_is_named(tmp_path: Path) -> None:
    done = installer(tmp_path, id="echo 0", apt_get="exit 1", apt_cache="exit 1", debootstrap="", unshare="")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "The installer for Windows is left out: there is no npm here."


def test_nothing_of_windows_is_made_before_it_is_known_whether_it_can_be() -> None:
    needs("make")
    shown = subprocess.run(
        ["make", "--dry-run", "--always-make", "package"],
        cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert "packaging/windows/package.sh" in shown
    assert "-m linux dist/sso-tray dist" in shown
    assert "packaging/wine/" not in shown


def test_a_system_without_dpkg_is_told_that_the_debian_package_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tarball, "build", lambda *_: tmp_path / "it.tar.gz")
    packages.main(tmp_path, tmp_path)
    assert capsys.readouterr().out == (
        f"{tmp_path / 'it.tar.gz'}\nThe Debian package is left out: there is no dpkg-deb here.\n"
    )
