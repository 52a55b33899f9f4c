"""Makes the tarball out of the bundle, for whoever has no Debian or no root."""

from __future__ import annotations

import gzip
import platform
import shutil
import tarfile
from pathlib import Path

import project

from linux import libraries, tree

_README = """\
SSO Tray {version} for Linux ({machine})

  ./install.sh                    installs it for you alone, below ~/.local
  ./install.sh --prefix FOLDER    installs it elsewhere
  ./bin/sso-tray                  runs it from here, without installing it

It needs the GNU C library {glibc} or newer (ldd --version tells), and no Python.
What it does, with every command: ./bin/sso-tray --help
"""


def build(bundle: Path, dist: Path, work: Path) -> Path:
    """
    Make the tarball. The same source and bundle make the same bytes.

    Args:
        bundle: The folder that PyInstaller made.
        dist: Where the tarball goes.
        work: An empty folder.

    Returns:
        The tarball.
    """
    machine = platform.machine()
    name = f"sso-tray-{project.version()}-linux-{machine}"
    folder = work / name
    libraries.needed(bundle)
    tree.fill(folder, bundle)
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(Path(__file__).with_name(script), folder / script)
    for text in ("LICENSE.txt", "THIRD-PARTY-LICENSES.txt"):
        shutil.copy(bundle / "_internal" / text, folder / text)
    glibc = ".".join(map(str, libraries.glibc_needed(bundle)))
    facts = {"version": project.version(), "machine": machine, "glibc": glibc}
    home_page = project.home_page()
    where = f"Its home page: {home_page}\n" if home_page else ""
    tree.write(folder / "README.txt", _README.format(**facts) + where)
    tree.settle(folder)
    made = dist / f"{name}.tar.gz"
    with (
        made.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=project.epoch()) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in [folder, *sorted(folder.rglob("*"))]:
            archive.add(path, str(path.relative_to(work)), recursive=False, filter=_owned_by_nobody)
    return made


def _owned_by_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
