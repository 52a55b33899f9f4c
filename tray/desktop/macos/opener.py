"""Opens links and files on macOS."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tray.desktop.detached_process import start

_OPEN = "/usr/bin/open"


def open_link(url: str, seconds: float, _token: str = "") -> bool:
    """Open a link in the person's browser; ``open`` is watched for a failure for so long."""
    return start([_OPEN, url], seconds=seconds)


def open_text_file(path: Path, _token: str = "") -> bool:
    """Open a text file in the person's editor, whatever its name ends with."""
    return start([_OPEN, "-t", str(path)])


def can_open_link() -> bool:
    """Tell that it can: the system itself opens links, and does not say beforehand with which browser."""
    return True


def has_display() -> bool:
    """Tell whether the person sits at this machine: links open on its screen, also for who came by SSH."""
    return "SSH_CONNECTION" not in os.environ


def can_come_back(chosen: Sequence[str]) -> bool:
    """Tell whether a browser comes back to a page of this machine: one that the person chose, or can see."""
    return bool(chosen) or has_display()


def for_program(_program: str, url: str) -> str:
    """Write a link in the form in which a program takes it for nothing else: as it is."""
    return url
