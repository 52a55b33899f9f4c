"""
The browser of Windows, from inside a distribution of WSL.

Programs of Windows are started as any other (interop); what they are given as arguments some of them read as a program
text, so links are put in a form of which neither PowerShell nor ``wslview`` makes anything else. Whether a browser of
Windows reaches a page of ours nothing tells, so a program of Windows is asked to try it.

From the sources of WSL (github.com/microsoft/WSL, 2026-08) and of wslu, and run with stand-ins of those programs; not
yet in a real distribution.
"""

from __future__ import annotations

import logging
import os
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from tray.desktop.detached_process import start
from tray.desktop.windows_reach import Reach
from tray.disk.core_dumps import as_given
from tray.disk.looking import entries, status_of
from tray.installation.programs import which
from tray.installation.wsl import is_wsl
from tray.loopback.connections import NotOurs, demand_ours

_log = logging.getLogger(__name__)

_SYSTEM = ("/mnt/c/Windows/System32", "/c/Windows/System32")
"""Windows' folders need not be on the PATH (``appendWindowsPath`` of ``wsl.conf``), nor its disk in ``/mnt``."""

_POWERSHELL = ("powershell.exe", "WindowsPowerShell/v1.0/powershell.exe")
_RUNDLL = ("rundll32.exe", "rundll32.exe")
_CURL = ("curl.exe", "curl.exe")
"""In Windows since 2018."""

_WSLVIEW = "wslview"
"""Of the package wslu, where the person may have chosen how links are opened."""

_SOCKETS = Path("/run/WSL")
_FORMATS = Path("/proc/sys/fs/binfmt_misc")

_SEEN_AFTER_SECONDS = 1.5
"""The relay to the distribution looks each second which ports there are (``src/linux/init/localhost.cpp``)."""

_REACHES_WITHIN_SECONDS = 8.0
_UNTIL = "3"
"""Tries of a refused connection, one a second."""


def is_here() -> bool:
    """Tell whether this is such a distribution."""
    return is_wsl(os.environ)


def can_open_link() -> bool:
    """Tell whether there is something to open a link with in Windows."""
    openers = (which(_WSLVIEW), _find(*_POWERSHELL), _find(*_RUNDLL))
    return is_here() and _interop_is_on() and any(openers)


def open_link(url: str, seconds: float) -> bool:
    """Open a link in the browser of Windows, by the first way that does not fail; False where none is left."""
    if not is_here():
        return False
    if urlsplit(url).scheme == "http":  # A page of ours, whose port is new.
        time.sleep(_SEEN_AFTER_SECONDS)
    environ = _environment()
    return any(start(command, seconds=seconds, environ=environ) for command in _commands(url))


def harmless(url: str) -> str:
    """
    Write a link so that it holds nothing that PowerShell looks into, in whichever quotes: no ``'`` and no ``$``.

    What else is special to it, and to ``cmd``, a link may not hold (`tray.core.links`), or is nothing within quotes.
    """
    return url.replace("'", "%27").replace("$", "%24")


def reach() -> Reach:
    """
    Find out whether a browser of Windows comes to a page of ours: a program of Windows is asked to come.

    Takes a second or less where it does, and some seconds where it does not.
    """
    asker = _asker()
    if asker is None or not _interop_is_on():
        return Reach.NO_INTEROP
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_REACHES_WITHIN_SECONDS)
        try:
            with as_given():
                child = subprocess.Popen(
                    [word.replace("PORT", str(server.getsockname()[1])) for word in asker],
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except (OSError, ValueError) as error:
            _log.info("%s cannot be started: %s", asker[0], error)
            return Reach.NO_INTEROP
        try:
            return Reach.COMES_BACK if _comes(server, child) else Reach.ONE_WAY
        finally:
            child.kill()
            child.wait()


def _comes(server: socket.socket, child: subprocess.Popen[bytes]) -> bool:
    """Wait for the child's connection, or its end without one."""
    server.settimeout(0.1)
    ends_at = time.monotonic() + _REACHES_WITHIN_SECONDS
    while time.monotonic() < ends_at:
        ended = child.poll() is not None
        with suppress(TimeoutError):
            connection, _ = server.accept()
            with connection:
                return _is_let_in(connection)
        if ended:
            return False
    return False


def _is_let_in(connection: socket.socket) -> bool:
    """
    Tell whether the server of our pages would let it in.

    What comes through the relay is held by the superuser here; mirrored networking leaves no socket here at all.
    """
    try:
        demand_ours(connection)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    except NotOurs as refusal:
        _log.info("What comes from Windows is not let in: %s", refusal)
        return False
    except OSError:
        return False
    return True


def _asker() -> list[str] | None:
    curl = _find(*_CURL)
    if curl is not None:
        again = ["--retry", _UNTIL, "--retry-delay", "1", "--retry-connrefused", "--max-time", "2"]
        return [curl, "--silent", "--noproxy", "*", *again, "http://127.0.0.1:PORT/"]
    powershell = _find(*_POWERSHELL)
    if powershell is None:
        return None
    tries = f"foreach ($try in 1..{_UNTIL}) {{ try {{ $to.Connect('127.0.0.1', PORT); break }} catch {{ sleep 1 }} }}"
    program = f"$to = New-Object Net.Sockets.TcpClient; {tries}; sleep 2"
    return [powershell, "-NoProfile", "-NonInteractive", "-Command", program]


def _commands(url: str) -> Iterator[list[str]]:
    openers = ((_WSLVIEW, which(_WSLVIEW)), (_POWERSHELL[0], _find(*_POWERSHELL)), (_RUNDLL[0], _find(*_RUNDLL)))
    return ([path, *arguments_for(name, url)] for name, path in openers if path is not None)


def arguments_for(program: str, url: str) -> list[str]:
    """Give the arguments with which ``wslview``, ``powershell.exe`` or ``rundll32.exe`` opens a link."""
    link = harmless(url)
    if program == _POWERSHELL[0]:
        return ["-NoProfile", "-NonInteractive", "-Command", f"Start-Process -FilePath '{link}'"]
    return [link] if program == _WSLVIEW else ["url.dll,FileProtocolHandler", link]


def _find(name: str, in_system: str) -> str | None:
    places = (f"{folder}/{in_system}" for folder in _SYSTEM)
    return next(filter(None, map(which, (name, *places))), None)


def _environment() -> Mapping[str, str]:
    """
    Give the environment for a program of Windows: with a socket by which it can be started, if there is one.

    A service of systemd has no ``WSL_INTEROP``, and that of a terminal that was closed leads nowhere (versions before
    2.0 look no further; ``src/linux/init/util.cpp``). And ``wslview`` would fetch the page itself first.
    """
    environ = {**os.environ, "WSLVIEW_SKIP_VALIDATION_CHECK": "0"}
    named = environ.get("WSL_INTEROP")
    if named is None or not _is_socket(Path(named)):
        others = sorted(entries(_SOCKETS), key=lambda path: path.name != "1_interop")
        found = next((path for path in others if path.name.endswith("_interop") and _is_socket(path)), None)
        if found is not None:
            environ["WSL_INTEROP"] = str(found)
    return environ


def _is_socket(path: Path) -> bool:
    found = status_of(path)
    return found is not None and stat.S_ISSOCK(found.st_mode)


def _interop_is_on() -> bool:
    """Tell whether the kernel hands programs of Windows to WSL; where it does not say, that it does."""
    formats = entries(_FORMATS)
    if not formats:
        return True
    with suppress(OSError):
        ours = [path.read_text("ascii", "replace") for path in formats if path.name.startswith("WSLInterop")]
        return any(told.startswith("enabled") for told in ours)
    return True
