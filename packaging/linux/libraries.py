"""What a bundle needs of the system that it is installed on: read from its programs and libraries."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_PACKAGES = {
    "ld-linux-x86-64.so.2": "libc6",
    "ld-linux-aarch64.so.1": "libc6",
    "libc.so.6": "libc6",
    "libdl.so.2": "libc6",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "librt.so.1": "libc6",
    "libutil.so.1": "libc6",
    "libz.so.1": "zlib1g",  # before the bundle's own is found
}

_ELF = b"\x7fELF"


def depends(bundle: Path) -> str:
    """
    Write the ``Depends`` of a Debian package for this bundle.

    Raises:
        LookupError: It needs a library that is neither in it nor in every Debian system.
    """
    packages = {_PACKAGES[name] for name in needed(bundle)}
    glibc = ".".join(map(str, glibc_needed(bundle)))
    return ", ".join(f"libc6 (>= {glibc})" if package == "libc6" else package for package in sorted(packages))


def needed(bundle: Path) -> set[str]:
    """
    Name the libraries that are looked for outside of the bundle.

    Raises:
        LookupError: One of them is not in every Debian system.
    """
    inside = {path.name for path in (bundle / "_internal").iterdir()}
    wanted: set[str] = set()
    for file in _elf_files(bundle):
        own = set(re.findall(r"\(NEEDED\).*\[(.+)\]", _readelf("--dynamic", file)))
        # The start program finds the folder of the bundle only after the system has loaded it.
        wanted |= own if file.parent == bundle else own - inside
    unknown = wanted - _PACKAGES.keys()
    if unknown:
        raise LookupError(f"libraries that are neither in the bundle nor in every system: {', '.join(sorted(unknown))}")
    return wanted


def glibc_needed(bundle: Path) -> tuple[int, ...]:
    """Give the oldest version of the GNU C library that the bundle runs with."""
    versions = {
        tuple(map(int, version.split(".")))
        for file in _elf_files(bundle)
        for version in re.findall(r"Name: GLIBC_(\d+(?:\.\d+)+)", _readelf("--version-info", file))
    }
    return max(versions)


def forget_search_paths(bundle: Path) -> None:
    """
    Take out the folders of the building machine in which libraries were looked for: the start program knows its own.

    Python's that were not made by a distribution have such a folder in them.
    """
    for file in _elf_files(bundle):
        if re.search(r"\((?:RUNPATH|RPATH)\)", _readelf("--dynamic", file)):
            subprocess.run(["chrpath", "--delete", str(file)], check=True, stdout=subprocess.DEVNULL)


def _elf_files(bundle: Path) -> list[Path]:
    files = [path for path in sorted(bundle.rglob("*")) if path.is_file()]
    return [path for path in files if path.open("rb").read(4) == _ELF]


def _readelf(option: str, file: Path) -> str:
    command = ["readelf", "--wide", option, str(file)]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={"LC_ALL": "C"}).stdout
