"""The files that every Linux package installs, as a tree below a prefix."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import project

from linux import completion, libraries, manual, metainfo

_ENTRY = f"{project.APPLICATION_ID}.desktop"


def fill(prefix: Path, bundle: Path) -> None:
    """
    Put everything in its place.

    Args:
        prefix: What becomes ``/usr`` or ``~/.local``.
        bundle: The folder that PyInstaller made.
    """
    home = prefix / "lib" / "sso-tray"
    shutil.copytree(bundle, home, symlinks=True)
    libraries.forget_search_paths(home)
    program = prefix / "bin" / "sso-tray"
    program.parent.mkdir()
    program.symlink_to("../lib/sso-tray/sso-tray")
    share = prefix / "share"
    write(share / "applications" / _ENTRY, (Path(__file__).with_name(_ENTRY)).read_text("utf-8"))
    write(share / "metainfo" / f"{project.APPLICATION_ID}.metainfo.xml", metainfo.metainfo())
    write_compressed(share / "man" / "man1" / "sso-tray.1.gz", manual.manual())
    for shell, place in completion.PLACES.items():
        write(share / place, completion.completion(shell))
    shutil.copytree(project.ROOT / "assets" / "hicolor", share / "icons" / "hicolor")


def write(file: Path, text: str) -> None:
    """Write a file, and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def write_compressed(file: Path, text: str) -> None:
    """Write a file that Debian's policy wants compressed, without a time or a name in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def settle(folder: Path) -> None:
    """Give every file the same time, and the modes that everybody's programs have."""
    seconds = project.epoch()
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_program(path) else 0o644)
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def _is_program(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100) and ".so" not in path.name
