"""A private D-Bus session: nothing on it but what a test puts there, and nothing can be started by it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import linux  # noqa: F401
from support.needs import needs

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """
    A dbus-daemon that starts nothing by itself but what `activates` says. It can be killed and started again at the
    same address.

    Args:
        folder: An empty folder for its configuration and socket; the path must be short, as sockets' paths must.
    """

    def __init__(self, folder: Path) -> None:
        self.address = f"unix:path={folder / 'bus'}"
        """What belongs in ``DBUS_SESSION_BUS_ADDRESS``."""

        self._socket = folder / "bus"
        self._config = folder / "bus.conf"
        self._log = folder / "log"
        self._services = folder / "services"
        self._services.mkdir()
        self._config.write_text(_CONFIG.format(socket=self._socket, services=self._services), "utf-8")
        self._daemon: subprocess.Popen[bytes] | None = None

    def activates(self, name: str, *command: str) -> None:
        """Let the daemon start a program, from its next start on, when somebody calls the owner of a name."""
        words = f"[D-BUS Service]\nName={name}\nExec={shlex.join(command)}\n"
        (self._services / f"{name}.service").write_text(words, "utf-8")

    def start(self) -> None:
        """Start the daemon; it accepts connections when this returns."""
        self._socket.unlink(missing_ok=True)
        with self._log.open("wb") as log:
            self._daemon = subprocess.Popen(
                ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address"],
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._daemon.stdout
        assert self._daemon.stdout.readline(), self._log.read_text("utf-8")

    def kill(self) -> None:
        """End the daemon, and with it every connection."""
        if self._daemon:
            self._daemon.kill()
            self._daemon.communicate()
            self._daemon = None

    def freeze(self) -> None:
        """Make the daemon stop reading and writing until `thaw`."""
        assert self._daemon
        os.kill(self._daemon.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the daemon go on."""
        assert self._daemon
        os.kill(self._daemon.pid, signal.SIGCONT)


@contextmanager
def session_bus() -> Iterator[SessionBus]:
    """Give a private session for as long as the block lasts. Skips the test (fails it in CI) without dbus-daemon."""
    needs("dbus-daemon")
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        bus = SessionBus(Path(folder))
        bus.start()
        try:
            yield bus
        finally:
            bus.kill()
