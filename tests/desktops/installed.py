"""What has to be on this machine: the desktops' Debian packages, and the program as a person installs it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
_CACHE = Path("/var/cache/sso-tray-desktops")
_DEBIAN = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
_APT = ("apt-get", "install", "-y", "--no-install-recommends")


def version(package: str) -> str:
    """Give the upstream version of a Debian package; empty where it is not installed."""
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev} ${Version}", package]
    status, _, found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition("  ")
    return re.sub(r"^\d+:|[-+~][^-]*$", "", found) if status == "ii" else ""


def install(packages: Iterable[str]) -> None:
    """
    Install what is missing of these packages, and say first how much that is.

    Raises:
        RuntimeError: It could not be installed.
    """
    missing = sorted({package for package in packages if not version(package)})
    if not missing:
        return
    print("Debian packages to install:", *missing, flush=True)
    subprocess.run(["apt-get", "-qq", "update"], env=_DEBIAN, check=False)
    told = subprocess.run(
        [*_APT[:2], "--assume-no", *_APT[3:], *missing], env=_DEBIAN, capture_output=True, text=True, check=False
    )
    sizes = [line for line in told.stdout.splitlines() if line.startswith(("Need to get", "After this operation"))]
    print(*sizes, sep="\n", flush=True)
    done = subprocess.run([*_APT, *missing], env=_DEBIAN, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"apt-get could not install {' '.join(missing)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )


def program() -> Path:
    """
    Give the program, installed from its wheel into an environment that every user of this machine can run.

    It is made anew when the wheel or what it depends on has changed.
    """
    wheel = max((PROJECT / "dist").glob("sso_tray-*.whl"), key=lambda path: path.stat().st_mtime)
    lock = PROJECT / "packaging" / "requirements.lock"
    digest = hashlib.sha256(wheel.read_bytes() + lock.read_bytes()).hexdigest()[:16]
    _CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = _CACHE / digest
    with (_CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (place / "done").exists():
            for old in _CACHE.glob("*/done"):
                shutil.rmtree(old.parent)
            _install_wheel(place, wheel, lock)
            (place / "done").touch()
    return place / "bin" / "sso-tray"


def _install_wheel(place: Path, wheel: Path, lock: Path) -> None:
    """The interpreter is the system's: another one may lie where only the superuser can read."""
    install(["python3-venv"])
    shutil.rmtree(place, ignore_errors=True)
    subprocess.run(["/usr/bin/python3", "-m", "venv", place], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*pip, "--no-index", wheel], check=True)
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)
