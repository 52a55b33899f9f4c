"""Tells how this program was installed, and what to write into an entry that starts it at every login."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tray.core import text_autostart
from tray.core.model import Problem
from tray.installation.process import Process, this_process
from tray.installation.scripts import exposed, find_scripts, metadata_of
from tray.paths import APPLICATION_ID

_TRANSLOCATION = "AppTranslocation"
_BUNDLE_IN_PACKAGE = Path("/usr/lib/sso-tray")
_DISTRIBUTION = Path("/usr/lib/python3")
"""Where Debian and its kin put the Python packages of their own."""


class Way(StrEnum):
    """How a program was installed."""

    FLATPAK = "flatpak"
    APPIMAGE = "appimage"
    MAC_APP = "app"
    SYSTEM_PACKAGE = "package"
    """By the distribution's package manager."""

    BUNDLE = "bundle"
    """A folder that was unpacked, or that an installer filled."""

    PIPX = "pipx"
    UV_TOOL = "uv tool"
    VENV = "venv"
    PYTHON = "python"
    """Into a Python that is no virtual environment, such as with ``pip install --user``."""

    SOURCE = "source"
    """Not at all: it runs from its source folder."""


@dataclass(frozen=True, slots=True)
class Installation:
    """This program, as the system sees it."""

    way: Way
    start: tuple[str, ...]
    """The command line for an entry that starts it at login, by the most lasting path there is."""

    programs: tuple[Path, ...] = ()
    """The programs by which this very installation is started."""

    interpreter: Path | None = None
    """The Python that runs it; None for a bundle."""

    obstacle: Problem | None = None
    """Why no entry could start it at the next login; None where one can."""


def find_installation(process: Process | None = None) -> Installation:
    """
    Find out how this program was installed. Reads a few file names, and changes nothing.

    Args:
        process: The program; None for the one that runs.
    """
    process = process or this_process()
    if process.sandboxed:
        return Installation(Way.FLATPAK, ("flatpak", "run", APPLICATION_ID, "run"))
    if process.environ.get("APPIMAGE") and _within(process.executable, process.environ.get("APPDIR")):
        image = Path(process.environ["APPIMAGE"])
        return Installation(Way.APPIMAGE, (str(image), "run"), (image,))
    if process.frozen:
        return _frozen(process)
    return _python(process)


def _python(process: Process) -> Installation:
    way, interpreter = _way_of_python(process), process.executable
    scripts = find_scripts(process)
    if scripts:
        start = exposed(process, scripts[0])
        return Installation(way, (str(start), "run"), (start, *scripts), interpreter)
    obstacle = text_autostart.FROM_SOURCE if way is Way.SOURCE else None
    return Installation(way, (str(interpreter), "-P", "-m", "tray", "run"), (), interpreter, obstacle)


def _frozen(process: Process) -> Installation:
    program = process.executable
    if process.platform == "win32":
        windowed = program.with_name("sso-tray-gui.exe")
        return Installation(Way.BUNDLE, (str(windowed), "run"), (windowed, program.with_name("sso-tray.exe")))
    if process.platform == "darwin" and program.parent.parent.parent.suffix == ".app":
        return Installation(Way.MAC_APP, (str(program), "run"), (program,), obstacle=_obstacle_on_mac(program))
    start = exposed(process, program)
    if start == program and process.started_as.parent != program.parent and _leads_to(process.started_as, program):
        start = process.started_as
    packaged = program.parent == _BUNDLE_IN_PACKAGE
    return Installation(
        Way.SYSTEM_PACKAGE if packaged else Way.BUNDLE, (str(start), "run"), (start, program, process.started_as)
    )


def _obstacle_on_mac(program: Path) -> Problem | None:
    """An app that was downloaded and not moved runs from a copy of the day ("translocation", macOS 10.12 and later)."""
    if _TRANSLOCATION in program.parts:
        return text_autostart.TRANSLOCATED
    return text_autostart.ON_DISK_IMAGE if program.parts[1:2] == ("Volumes",) else None


def _way_of_python(process: Process) -> Way:
    if metadata_of(process) is None:
        return Way.SOURCE
    if (process.prefix / "pipx_metadata.json").is_file():
        return Way.PIPX
    if (process.prefix / "uv-receipt.toml").is_file():
        return Way.UV_TOOL
    if process.virtual:
        return Way.VENV
    return Way.SYSTEM_PACKAGE if _DISTRIBUTION in process.package.parents else Way.PYTHON


def _within(path: Path, folder: str | None) -> bool:
    return bool(folder) and Path(folder or "") in path.parents


def _leads_to(path: Path, program: Path) -> bool:
    try:
        return path.samefile(program)
    except OSError:
        return False
