"""``python -m linux BUNDLE DIST`` makes the Linux packages out of a bundle."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from linux import debian, tarball


def main(bundle: Path, dist: Path) -> None:
    """Make every package that this machine has the tools for, and say which it has not."""
    has_dpkg = shutil.which("dpkg-deb") is not None
    for build in [tarball.build, *([debian.build] if has_dpkg else [])]:
        with tempfile.TemporaryDirectory(prefix="sso-tray-package-") as work:
            print(build(bundle, dist, Path(work)))
    if not has_dpkg:
        print("The Debian package is left out: there is no dpkg-deb here.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
