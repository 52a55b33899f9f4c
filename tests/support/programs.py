"""
The program in each form that people install, for the tests that drive it.

``python -m support.programs`` installs the packages ahead of the tests, where it may: a system from nothing takes half
a minute or more, which is no test's time.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.needs import needs

PROJECT = Path(__file__).resolve().parent.parent.parent
DIST = PROJECT / "dist"
BUNDLE = DIST / "sso-tray"

FORMS = ("wheel", "bundle", "tarball", "deb")
"""How it can be installed; the last two in a system of their own, which has no Python."""

TARBALL_PREFIX = "/home/Zoë 日本/.local"
"""Where the tarball is installed in its system: a name with a space and with letters beyond Latin."""

_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_CACHE = Path("/var/cache/sso-tray-tests")
_FRESH_SECONDS = 7 * 24 * 3600
"""After that a system is made anew, since its archive has gone on."""

_ENTER = """\
#!/bin/sh
# One process from here to the program, so that the process that started this can end it, and finds its children.
exec {unshare} --mount --propagation private /bin/sh -c '
root=$0
for folder in /dev /proc {temporary}; do {mount} --rbind "$folder" "$root$folder" || exit 125; done
exec {chroot} "$root" "$@"' {root} {program} "$@"
"""


def program(form: str) -> Path:
    """
    Give the program in one of `FORMS`; installs it first where need be.

    Skips the test where that cannot be, and fails it in CI.
    """
    if form == "wheel":
        return Path(sys.executable).with_name("sso-tray")
    if form == "bundle":
        return built(BUNDLE) / "sso-tray"
    return system_with(form) / "enter"


def built(path: Path) -> Path:
    """Make sure that ``make package`` has made something; ``make test`` does."""
    if not path.exists():
        _cannot(f"make package has not made {path.name}")
    return path


def package(form: str) -> Path:
    """Find the package that was built: ``tarball`` or ``deb``."""
    pattern = {"tarball": f"sso-tray-*-linux-{platform.machine()}.tar.gz", "deb": "sso-tray_*.deb"}[form]
    found = sorted(DIST.glob(pattern))
    if not found:
        _cannot(f"make package has not made {pattern}")
    assert len(found) == 1, found
    return found[0]


def system_with(form: str) -> Path:
    """
    Give a system in which a package is installed. Tests change nothing in it.

    Returns:
        A folder with the ``root`` of the system, and ``enter``, which starts the program in there.
    """
    made = package(form)
    needs_root()
    digest = hashlib.sha256(made.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    place = _CACHE / f"{form}-{hashlib.sha256(bytes(PROJECT)).hexdigest()[:12]}"
    with _locked(place.name):
        stamp = place / "made-from"
        if not stamp.exists() or stamp.read_text() != digest:
            shutil.rmtree(place, ignore_errors=True)
            root = copy_of_bare_system(place / "root")
            if form == "deb":
                install_deb(root, made)
                installed = "/usr/bin/sso-tray"
            else:
                install_tarball(root, made, TARBALL_PREFIX)
                installed = f"{TARBALL_PREFIX}/bin/sso-tray"
            write_entrance(place / "enter", root, installed)
            stamp.write_text(digest)
    return place


def write_entrance(script: Path, root: Path, installed: str) -> None:
    """Write a program that is a program of another system: it sees our processes, devices and temporary files."""
    temporary = Path(tempfile.gettempdir()).resolve()
    (root / temporary.relative_to("/")).mkdir(parents=True, exist_ok=True)
    names = {"temporary": temporary, "root": root, "program": installed}
    # By their paths, since a test may start the program with another PATH.
    names |= {tool: shutil.which(tool, path=_SYSTEM_PATH) for tool in ("unshare", "mount", "chroot")}
    script.write_text(_ENTER.format(**{name: shlex.quote(str(value)) for name, value in names.items()}))
    script.chmod(0o755)


def install_deb(root: Path, made: Path) -> None:
    """Let a system's own apt install a package; it has all that the package depends on."""
    shutil.copy(made, root / "tmp" / made.name)
    inside(root, "apt-get", "install", "-y", "--no-install-recommends", f"/tmp/{made.name}")


def install_tarball(root: Path, made: Path, prefix: str) -> None:
    """Unpack a tarball in a system, and let it install itself."""
    with tempfile.TemporaryDirectory(dir=root / "tmp") as folder:
        subprocess.run(["tar", "-xzf", made, "-C", folder, "--no-same-owner"], check=True)
        (unpacked,) = Path(folder).iterdir()
        inside(root, str(Path("/", (unpacked / "install.sh").relative_to(root))), "--prefix", prefix)


def inside(root: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command in another system, with an environment of that system."""
    environment = {"PATH": _SYSTEM_PATH, "HOME": "/root", "LC_ALL": "C.UTF-8"}
    environment["DEBIAN_FRONTEND"] = "noninteractive"
    there = ["chroot", str(root), *command]
    done = subprocess.run(there, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def copy_of_bare_system(root: Path) -> Path:
    """Give a new copy of a system with nothing but what every system of this distribution has."""
    with _locked("bare"):
        root.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--archive", _bare_system(), root], check=True)
    return root


def _bare_system() -> Path:
    needs("debootstrap")
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    bare = _CACHE / f"{release}-{platform.machine()}"
    if bare.exists() and time.time() - bare.stat().st_mtime < _FRESH_SECONDS:
        return bare
    asked = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    listed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    mirror = next(line.split()[1] for line in listed if line.split()[0] == release)
    fresh = bare.with_name(f"{bare.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", release, fresh, mirror], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    fresh.touch()
    shutil.rmtree(bare, ignore_errors=True)
    fresh.rename(bare)
    return bare


def needs_root() -> None:
    """Skip a test that installs packages where that is not allowed; fail it in CI."""
    if os.name != "posix" or os.geteuid() != 0:
        _cannot("needs root")


def _cannot(reason: str) -> None:
    if os.environ.get("CI") == "true" and os.environ.get("SSO_TRAY_TEST_PACKAGES") != "none":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def _locked(name: str) -> Iterator[None]:
    """Let one worker make what all of them use."""
    import fcntl  # exists where packages for Linux are tested

    _CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (_CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    if os.geteuid() == 0 and shutil.which("debootstrap"):
        for each in ("tarball", "deb"):
            system_with(each)
