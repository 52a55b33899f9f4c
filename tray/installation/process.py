"""What a process knows of itself, as values: so that each way of installing can be tested on any system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tray

_SANDBOX = Path("/.flatpak-info")
"""Flatpak puts it into every sandbox."""


@dataclass(frozen=True, slots=True)
class Process:
    """A running program of ours."""

    platform: str
    """As ``sys.platform``."""

    executable: Path
    """The interpreter, or the frozen program; symbolic links in it are not followed."""

    started_as: Path
    """By which path the person, or the system, started it."""

    package: Path
    """The folder of the package ``tray``."""

    home: Path
    environ: Mapping[str, str]
    frozen: bool = False
    """Whether it is a PyInstaller bundle."""

    prefix: Path = Path()
    """``sys.prefix``: of the virtual environment, where there is one."""

    virtual: bool = False
    """Whether it runs in a virtual environment."""

    sandboxed: bool = False
    """Whether it runs in a Flatpak."""

    search: tuple[Path, ...] = ()
    """Where modules are found."""


def this_process() -> Process:
    """Look at the process that runs now."""
    return Process(
        platform=sys.platform,
        executable=Path(sys.executable),
        started_as=Path(os.path.abspath(sys.argv[0] or sys.executable)),  # noqa: PTH100 - links must stay
        package=Path(tray.__file__).parent,
        home=Path.home(),
        environ=os.environ,
        frozen=bool(getattr(sys, "frozen", False)),
        prefix=Path(sys.prefix),
        virtual=sys.prefix != sys.base_prefix,
        sandboxed=_SANDBOX.exists(),
        search=tuple(Path(entry) for entry in sys.path if entry),
    )
