"""Finds the scripts that an installer made for this package, and the stable links by which they are reached."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tray.installation.process import Process

_LARGEST_COPY = 4 << 20
"""Bytes: on Windows pipx and uv copy the small launcher where other systems have a link."""


def find_scripts(process: Process) -> list[Path]:
    """
    List our scripts, the best for a start at login first.

    The record that an installer leaves tells the truth also where several Pythons share a folder for scripts
    (``pip install --user``). Packages of a distribution leave none; their scripts are beside the interpreter.
    """
    names = script_names(process)
    metadata = metadata_of(process)
    if metadata is None:
        return []
    record = metadata / "RECORD"
    written = _in_record(record) if record.exists() else (process.executable.parent / name for name in names)
    found = [script for script in written if script.name in names and script.is_file()]
    return sorted(found, key=lambda script: names.index(script.name))


def script_names(process: Process) -> tuple[str, ...]:
    """Name our scripts, the best for a start at login first: on Windows the one without a console window."""
    return ("sso-tray-gui.exe", "sso-tray.exe") if process.platform == "win32" else ("sso-tray",)


def exposed(process: Process, script: Path) -> Path:
    """
    Find the path for a program that will outlive an upgrade.

    pipx, uv, Homebrew and packages of a distribution expose a link in a folder of the PATH, and may replace what it
    leads to; so does a person who keeps several bundles.

    Args:
        process: The program that runs.
        script: Where it really is.

    Returns:
        Such a link; the path itself where there is none.
    """
    for folder in _exposing(process):
        candidate = folder / script.name
        if candidate.parent != script.parent and same_program(candidate, script):
            return candidate
    return script


def same_program(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same program, or to copies of one launcher."""
    with suppress(OSError):
        if os.path.samefile(one, other):  # noqa: PTH121 - one line for three errors
            return True
        sizes = one.stat().st_size, other.stat().st_size
        launchers = one.suffix.lower() == other.suffix.lower() == ".exe" and one.name.lower() == other.name.lower()
        if launchers and sizes[0] == sizes[1] < _LARGEST_COPY and not _bundled(one) and not _bundled(other):
            return one.read_bytes() == other.read_bytes()
    return False


def _bundled(program: Path) -> bool:
    """A frozen program does its work with what lies beside it: a copy elsewhere is another installation."""
    return (program.parent / "_internal").is_dir()


def _exposing(process: Process) -> Iterator[Path]:
    environ = process.environ
    for variable in ("PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "XDG_BIN_HOME"):
        if environ.get(variable):
            yield Path(environ[variable])
    yield process.home / ".local" / "bin"
    if process.platform != "win32":
        yield from (Path("/usr/local/bin"), Path("/usr/bin"))
    yield from (Path(entry) for entry in environ.get("PATH", "").split(os.pathsep) if Path(entry).is_absolute())


def metadata_of(process: Process) -> Path | None:
    """Find the folder of our package's metadata: beside it, or, where it is used in place, wherever Python looks."""
    for folder in (process.package.parent, *process.search):
        for metadata in sorted(folder.glob("sso_tray-*.dist-info")):
            if folder == process.package.parent or _used_in_place(metadata, process.package):
                return metadata
    return None


def _used_in_place(metadata: Path, package: Path) -> bool:
    """Tell whether these metadata stand for a source folder (``pip install --editable``; PEP 610)."""
    try:
        document = json.loads((metadata / "direct_url.json").read_text("utf-8"))
        return bool(document["dir_info"]["editable"]) and package.parent.as_uri() == document["url"].rstrip("/")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _in_record(record: Path) -> Iterator[Path]:
    """Give the paths in a record (PEP 376): one a line, relative to the folder that holds the metadata's."""
    try:
        lines = record.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for row in csv.reader(lines):
        if row:
            yield Path(os.path.normpath(record.parent.parent / row[0]))
