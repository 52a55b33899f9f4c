"""What a report tells of the machine: versions, the system, the desktop, the settings, and the end of the log."""

from __future__ import annotations

import getpass
import os
import platform
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tray import __version__
from tray.core.words import settings as settings_words
from tray.desktop.capabilities import find_capabilities
from tray.disk.plain import read_plain
from tray.doctor.report import Machine
from tray.paths import Paths
from tray.settings.reading import read_layers

_LIBRARIES = ("boto3", "botocore", "jeepney", "pystray", "pillow", "plyer", "desktop-notifier", "watchdog")
_VARIABLES = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "WSL_DISTRO_NAME", "FLATPAK_ID", "LANG")
"""Variables that tell the desktop, and hold no name of a person."""

_SET_OR_NOT = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION", "HTTPS_PROXY", "AWS_CA_BUNDLE", "AWS_PROFILE")
"""Of these it matters whether they are set; what they say may be private."""

_LOG_LINES = 200
_LOG_BYTES = 64 * 1024
_LARGEST_LOG = 16 << 20


def find_machine(paths: Paths, environ: Mapping[str, str]) -> Machine:
    """Look around; never raises, and what cannot be found out is left out."""
    layers = read_layers(paths.settings_file, paths.site_settings)
    return Machine(
        facts=_facts(environ),
        settings=tuple(
            settings_words.in_force(found.name, found.value, found.source.name)
            for found in layers.in_force
            if found.source is not None
        ),
        log=_end_of(paths.log_file),
        people=_people(environ),
    )


def _facts(environ: Mapping[str, str]) -> dict[str, str]:
    desktop = find_capabilities()
    facts = {
        "SSO Tray": __version__,
        "started as": "a bundle" if getattr(sys, "frozen", False) else "a Python program",
        "Python": platform.python_version(),
        "system": platform.platform(),
        "encoding": f"{sys.stdout.encoding if sys.stdout else None}, files {sys.getfilesystemencoding()}",
        "session, tray, notices": ", ".join(
            "yes" if there else "no" for there in (desktop.session, desktop.tray, desktop.notifications)
        ),
    }
    with suppress(OSError):  # Not Linux, or a version of Python that does not know.
        facts["distribution"] = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    facts |= {name: environ[name] for name in _VARIABLES if environ.get(name)}
    facts |= {name: "set" for name in _SET_OR_NOT if environ.get(name)}
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            facts[name] = version(name)
    return facts


def _people(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = [str(Path.home()), Path.home().name, socket.gethostname(), environ.get("USERNAME", "")]
    with suppress(OSError, KeyError, ImportError):  # A user without an entry in the system's list has no name.
        names.append(getpass.getuser())
    return tuple(name for name in names if name not in {"", os.sep})


def _end_of(log: Path) -> tuple[str, ...]:
    try:
        data = read_plain(log, _LARGEST_LOG)
    except OSError:
        return ()
    return tuple(data[-_LOG_BYTES:].decode("utf-8", "replace").splitlines()[-_LOG_LINES:])
