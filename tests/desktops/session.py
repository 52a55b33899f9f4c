"""
A person's session on this machine that leads nowhere else: a user of its own, a home, a runtime folder, a session bus.

Everything that runs in it is started here or by what is started here, carries a mark in its environment, and is ended
by its id.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.desk import until

from tray.desktop.linux.bus import Bus

USER = "sso-tray-desk"
_MARK = "SSO_TRAY_DESKTOPS"
_END_SECONDS = 10.0
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={socket}</listen>
  <servicedir>{services}</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="root"/>
  </policy>
</busconfig>
"""
"""A session bus as every system has it, which the superuser may look into."""

_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_SERVICES = Path("/usr/share/dbus-1/services")
_SERVERS = "Name=org.freedesktop.Notifications"
"""Several servers of notices are installed: which one a desktop has is for the desktop to say."""

_BASE = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/games:/usr/sbin:/sbin",
    "SHELL": "/bin/sh",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "GDK_GL": "disable",
    "GSETTINGS_BACKEND": "keyfile",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
}


class Account:
    """The ordinary user that sessions belong to; sway, for one, refuses the superuser."""

    def __init__(self) -> None:
        try:
            found = pwd.getpwnam(USER)
        except KeyError:
            subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", USER], check=True)
            found = pwd.getpwnam(USER)
        self.uid, self.gid = found.pw_uid, found.pw_gid

    def command(self, command: Sequence[str | Path]) -> list[str]:
        """Give what the superuser runs so that a command runs as this user; its process id stays the same."""
        become = ["setpriv", "--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups", "--no-new-privs"]
        return [*become, "--", *map(str, command)]

    def own(self, path: Path, mode: int | None = None) -> Path:
        """Make a file or a folder, and all below it, the user's."""
        for each in (path, *path.rglob("*")):
            os.chown(each, self.uid, self.gid, follow_symlinks=False)
        if mode is not None:
            path.chmod(mode)
        return path


class Session:
    """
    A session with a bus. A context manager: at its end nothing of it runs any more.

    Args:
        account: Whose it is.
        kind: The desktop's name for itself, as in ``XDG_CURRENT_DESKTOP``.
    """

    def __init__(self, account: Account, kind: str) -> None:
        self.account = account
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.folder.chmod(0o755)
        self.home = account.own(self._make("home"), 0o700)
        self.runtime = account.own(self._make("run"), 0o700)
        self.logs = self._make("logs")
        self._mark = secrets.token_hex(8)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment: dict[str, str] = {
            **_BASE,
            "USER": USER,
            "LOGNAME": USER,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_CURRENT_DESKTOP": kind,
            "XDG_SESSION_DESKTOP": kind,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.runtime / 'bus'}",
            _MARK: self._mark,
        }
        self._bus: Bus | None = None

    @property
    def address(self) -> str:
        """Of the session bus."""
        return self.environment["DBUS_SESSION_BUS_ADDRESS"]

    @property
    def bus(self) -> Bus:
        """A connection of ours to the session bus; what asks with it reads by itself."""
        if self._bus is None:
            self._bus = Bus.connect(self.address)
        return self._bus

    def write(self, path: str, text: str) -> Path:
        """Write a file in the home."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        self.account.own(self.home)
        return file

    def start_bus(self, notices: str = "") -> None:
        """
        Start the session bus, with the services that are installed on this machine: a real session has them.

        Args:
            notices: The notification server that the bus may start, by a part of its command; some of them end when
                nothing is shown, and rely on being started again. Others that happen to be installed stay out.
        """
        self._start_daemon("dbus-daemon", self.runtime / "bus", notices)

    def start_x_server(self, size: tuple[int, int]) -> None:
        """Start an X server that nobody sees, on a display that is free."""
        width, height = size
        screen = ("-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset")
        self.start("Xvfb", "-displayfd", "1", *screen)
        # What else it says is about displays that are taken.
        found = until(lambda: re.findall(r"^(\d+)\n", self.log("Xvfb"), re.MULTILINE), 20)
        self.environment.update(DISPLAY=f":{found[-1]}", XDG_SESSION_TYPE="x11")

    def start_system_bus(self) -> None:
        """Start a bus in place of the system's, with a stand-in for logind: GNOME Shell and Cinnamon insist on one."""
        socket = self.runtime / "system-bus"
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={socket}"
        self._start_daemon("system-bus", socket)
        self.start("python3", "-m", "dbusmock", "--system", "--template", "logind", name="logind")
        bus = Bus.connect(f"unix:path={socket}")
        try:
            until(lambda: owner(bus, "org.freedesktop.login1"), 15)
        finally:
            bus.close()

    def _start_daemon(self, name: str, socket: Path, notices: str = "") -> None:
        config = self.folder / f"{name}.conf"
        services = self._make(f"{name}-services")
        for file in _SERVICES.glob("*.service"):
            text = file.read_text("utf-8")
            if _SERVERS not in text.split() or (notices and notices in text):
                (services / file.name).symlink_to(file)
        config.write_text(_BUS.format(socket=socket, services=services))
        self.start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address", name=name)
        until(lambda: self.log(name), 10)  # it tells its address once it accepts connections

    def tell_bus(self) -> None:
        """Let services that the bus starts know the session's environment, as every session does."""
        self.bus.call_and_wait(*_DAEMON, "UpdateActivationEnvironment", "a{ss}", (self.environment,))

    def start(self, *command: str | Path, name: str | None = None, **changes: str | None) -> subprocess.Popen[bytes]:
        """
        Start a program in the session.

        Args:
            command: The program and its arguments.
            name: What it is called here; its file's name by default. A program of that name that runs goes on.
            changes: To the environment; None takes a variable out.
        """
        name = name or Path(command[0]).name
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.account.command(command),
                env=self._changed(changes),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes[name] = process
        return process

    def run(self, *command: str | Path, seconds: float = 20, check: bool = True, **changes: str | None) -> str:
        """Run a program in the session to its end, and give what it printed."""
        done = subprocess.run(
            self.account.command(command),
            env=self._changed(changes),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{command[0]}: {done.returncode} {done.stdout} {done.stderr}"
        return done.stdout

    def kill(self, name: str) -> None:
        """End a program at once, as a crash does, and what it has started."""
        process = self._processes.pop(name)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> None:
        """Ask a program to end, and see that it does."""
        process = self._processes.pop(name)
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name: str) -> str:
        """Read what a program has printed."""
        file = self.logs / f"{name}.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def alive(self, name: str) -> bool:
        """Tell whether a program that was started here still runs."""
        return name in self._processes and self._processes[name].poll() is None

    def owner(self, name: str) -> str:
        """Ask who owns a name on the session bus; empty for nobody."""
        return owner(self.bus, name)

    def names_of(self, pid: int) -> list[str]:
        """List the connections that a process has to the session bus, by their unique names."""

        def ask(member: str, signature: str = "", *body: str) -> Any:
            reply = self.bus.call_and_wait(*_DAEMON, member, signature, body)
            return None if reply.error else reply.body[0]

        names = [name for name in ask("ListNames") if name.startswith(":")]
        return [name for name in names if ask("GetConnectionUnixProcessID", "s", name) == pid]

    def wait_for_owner(self, name: str, seconds: float = 30) -> None:
        """Wait until somebody owns a name on the session bus."""
        until(lambda: self.owner(name), seconds, lambda: f"nobody has taken {name} on the session bus")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bus:
            self._bus.close()
        for name in reversed(list(self._processes)):
            self._processes[name].terminate()
        begun = time.monotonic()
        while self._left() and time.monotonic() - begun < _END_SECONDS:
            for process in self._processes.values():
                process.poll()
            time.sleep(0.1)
        for pid in self._left():
            _signal(pid, signal.SIGKILL)
        for process in self._processes.values():
            process.wait()
        if os.environ.get("KEEP") != "yes":
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, name: str) -> Path:
        (self.folder / name).mkdir()
        return self.folder / name

    def _changed(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        given = {**self.environment, **changes}
        return {name: value for name, value in given.items() if value is not None}

    def _left(self) -> list[int]:
        """List what still runs of this session: whatever was started with its mark in the environment."""
        wanted = f"{_MARK}={self._mark}".encode()
        return [pid for pid in _processes_of(self.account.uid) if wanted in _environment(pid)]


def owner(bus: Bus, name: str) -> str:
    """Ask who owns a name on a bus; empty for nobody."""
    reply = bus.call_and_wait(*_DAEMON, "GetNameOwner", "s", (name,))
    return "" if reply.error else reply.body[0]


def _processes_of(uid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid and "\nState:\tZ" not in (folder / "status").read_text():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
