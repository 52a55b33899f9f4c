"""Collects the licence texts of everything that a bundle holds."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_RULE = "=" * 78
_TEXTS = ("licen", "copying", "notice", "authors")

_INTRODUCTION = """\
SSO Tray is under the MIT licence. This folder also holds, unchanged, the works
of others that are named below, each with its own licence.

The modules of Python in this folder are those of the distributions named
below. pystray, where it is among them, is under the GNU Lesser General Public
License: you may replace it. The source of SSO Tray holds the recipe that makes
this folder: packaging/sso-tray.spec.
"""
_SOURCE = "The source is at\n{home_page}.\n"


def third_party_licences(files: Iterable[str], home_page: str | None) -> str:
    """
    Write out which works are among these files, and the licence of each.

    Args:
        files: Paths of the sources and libraries that went into the bundle.
        home_page: Where the source is; None where there is no address yet.

    Raises:
        LookupError: A work has no licence text that could be found.
    """
    paths = {_real(Path(file)) for file in files}
    introduction = _INTRODUCTION + (_SOURCE.format(home_page=home_page) if home_page else "")
    sections = [introduction, _section("Python", sys.version.split()[0], _licence_of_python())]
    distributions = [*_distributions_of(paths), importlib.metadata.distribution("pyinstaller")]
    distributions.sort(key=lambda one: one.name.lower())
    sections += [_section(one.name, one.version, _licence_of(one)) for one in distributions]
    sections += [_section(name, version, text) for name, version, text in _system_packages(paths)]
    return "\n".join(sections)


def _section(name: str, version: str, text: str) -> str:
    return f"{_RULE}\n{name} {version}\n{_RULE}\n\n{text.strip()}\n"


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _distributions_of(paths: set[Path]) -> list[importlib.metadata.Distribution]:
    found = []
    for distribution in importlib.metadata.distributions():
        installed = (_real(Path(str(distribution.locate_file(file)))) for file in distribution.files or ())
        if distribution.name not in {"sso-tray", "pyinstaller"} and not paths.isdisjoint(installed):
            found.append(distribution)
    return found


def _licence_of(distribution: importlib.metadata.Distribution) -> str:
    texts = [
        Path(str(distribution.locate_file(file))).read_text("utf-8", "replace")
        for file in distribution.files or ()
        if ".dist-info" in str(file) and Path(str(file)).name.lower().startswith(_TEXTS)
    ]
    if texts:
        return "\n".join(texts)

    def said(name: str) -> list[str]:
        return [str(value) for value in distribution.metadata.get_all(name, ()) if value]

    licences = [*said("License-Expression"), *said("License")]
    stated = licences[0] if licences else "; ".join(each for each in said("Classifier") if each.startswith("License"))
    if not stated:
        raise LookupError(f"{distribution.name} has no licence")
    return f"Licence: {stated}\nHome page: {[*said('Home-page'), *said('Project-URL'), ''][0]}"


def _licence_of_python() -> str:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = (
        Path(os.__file__).with_name("LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path("/usr/share/doc", version, "copyright"),
        Path("/usr/share/doc", f"lib{version}-minimal", "copyright"),
    )
    for place in places:
        if place.is_file():
            return place.read_text("utf-8", "replace")
    raise LookupError("the licence of Python was not found")


def _system_packages(paths: set[Path]) -> list[tuple[str, str, str]]:
    """Name, version and copyright of each Debian package whose libraries are in the bundle; nothing elsewhere."""
    libraries = sorted(str(path) for path in paths if path.is_relative_to("/usr/lib") or path.is_relative_to("/lib"))
    if not libraries or sys.platform != "linux":
        return []
    ask = ["dpkg-query", "--search", *(pattern for path in libraries for pattern in {path, path.removeprefix("/usr")})]
    lines = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.splitlines()
    names = sorted({line.partition(": ")[0] for line in lines if not line.startswith("diversion")})
    found = []
    for name in names:
        shown = ["dpkg-query", "--show", "--showformat=${Version}", name]
        version = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        plain = name.partition(":")[0]
        found.append((plain, version, Path("/usr/share/doc", plain, "copyright").read_text("utf-8", "replace")))
    return found
