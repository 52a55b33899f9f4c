"""Tells whether files have changed since a page was shown."""

from __future__ import annotations

from pathlib import Path

from tray.disk.looking import entries, status_of


def version_of(*paths: Path) -> str:
    """
    Give a text that is another one when one of these files is: for `Page.version`. Nothing is read.

    Args:
        paths: The files; of a folder, what is in it counts.
    """
    return " ".join(_version(path) for path in sorted({*paths, *(each for path in paths for each in entries(path))}))


def _version(path: Path) -> str:
    found = status_of(path)
    return "-" if found is None else f"{found.st_mtime_ns:x}.{found.st_size:x}.{found.st_ino:x}"
