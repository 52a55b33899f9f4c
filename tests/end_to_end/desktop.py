"""A whole desktop for the real program: a session bus, a tray, notices, a browser, and AWS on loopback."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from support.center import plant_token
from support.desk import until
from support.notification_server import NotificationServer
from support.session_bus import SessionBus, session_bus
from support.tray_host import ShownIcon, TrayHost

from tray.demo.browser import Stuck, visit
from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL, build_home

SESSION = "my-sso"
_END_SECONDS = 20.0

_BROWSER = """\
#!/bin/sh
decision=$(cat {decision})
printf '%s\\n' "$XDG_ACTIVATION_TOKEN/$DESKTOP_STARTUP_ID" >>{tokens}
printf '%s\\n' "$1" >>{visits}
[ "$decision" = ignore ] || printf '%s %s\\n' "$decision" "$1" >{people}
"""


class Browser:
    """
    A person with a browser: keeps every address that was opened, then decides.

    The program starts a script, which any system can run; the person sits here. The browser keeps its cookies from one
    page to the next, so a login joins the session that an earlier one began in it, for as long as that lasts.

    Args:
        folder: An empty folder for its script.
    """

    def __init__(self, folder: Path) -> None:
        self.jar = CookieJar()
        self._visits = folder / "visits"
        self._tokens = folder / "tokens"
        self._decision = folder / "decision"
        self._script = folder / "browser"
        self._people = folder / "people"
        os.mkfifo(self._people, 0o600)
        names = {"visits": self._visits, "tokens": self._tokens, "decision": self._decision, "people": self._people}
        self._script.write_text(_BROWSER.format(**{name: shlex.quote(str(path)) for name, path in names.items()}))
        self._script.chmod(0o700)
        self.decide("allow")
        # Opened for writing too, so that it does not end with the first script.
        self._inbox = os.open(self._people, os.O_RDWR)
        threading.Thread(target=self._serve, name="browser", daemon=True).start()

    @property
    def command(self) -> str:
        """What belongs in ``BROWSER``."""
        return f"{shlex.quote(str(self._script))} %s"

    @property
    def opened(self) -> list[str]:
        """The addresses, in order."""
        return self._visits.read_text().splitlines() if self._visits.exists() else []

    @property
    def tokens(self) -> list[str]:
        """The leave to raise a window that came with each address, as both variables have it: ``X/X``, or ``/``."""
        return self._tokens.read_text().splitlines() if self._tokens.exists() else []

    def decide(self, decision: str) -> None:
        """
        From now on ``allow``, ``deny`` or ``keep`` what a page asks; ``look`` at it and press nothing; or ``ignore``
        that it was opened, as a browser that never comes up.
        """
        self._decision.write_text(decision)

    def open_portal(self, center: IdentityCenter, start_url: str = START_URL) -> None:
        """Open the access portal, as from a bookmark: that begins a session without any program."""
        visit(center.portal(start_url), None, jar=self.jar)

    def sign_out_in_portal(self, center: IdentityCenter, start_url: str = START_URL) -> None:
        """Sign out on the access portal's page."""
        visit(center.portal(start_url), "sign-out", jar=self.jar)

    def close(self) -> None:
        """Send the person away."""
        os.write(self._inbox, b"\n")

    def _serve(self) -> None:
        with os.fdopen(self._inbox) as inbox:
            while line := inbox.readline().strip():
                decision, _, url = line.partition(" ")
                threading.Thread(target=self._visit, args=(url, decision), daemon=True).start()

    def _visit(self, url: str, decision: str) -> None:
        try:
            visit(url, None if decision == "look" else decision, jar=self.jar)
        except Stuck as problem:
            print("The browser:", problem)


class Program:
    """A resident program that was started; what it prints goes to files, so that it never waits for a reader."""

    def __init__(self, program: Path, arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [program, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    @property
    def lines(self) -> list[str]:
        """What it printed, one line for each change of the icon."""
        return self._out.read_text("utf-8").splitlines()

    @property
    def errors(self) -> str:
        """What it said on stderr."""
        return self._err.read_text("utf-8")

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def children(self) -> list[int]:
        """The processes that it started and that still run, and those that these started."""
        return descendants(self.process.pid)

    def login(self) -> int:
        """Wait for its login process, and give its id."""
        until(lambda: [pid for pid in self.children() if b"login" in command_line(pid)])
        return next(pid for pid in self.children() if b"login" in command_line(pid))

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait until it has ended, and give its exit code."""
        return self.process.wait(_END_SECONDS)

    def end(self) -> None:
        """End it, and whatever it started."""
        family = {pid: command_line(pid) for pid in self.children()}
        self.process.kill()
        self.process.wait()
        for pid, command in family.items():
            if command and command_line(pid) == command:
                os.kill(pid, signal.SIGKILL)


class Desktop:
    """
    Everything that the program meets.

    Args:
        program: The program, in one of the forms in which people install it.
        bus: The session; may be killed and started again.
        host: Shows icons; may vanish and appear.
        notices: Shows notices; may vanish and appear.
        center: Identity Center.
        home: The person's home, with a config for `center`.
        folder: A folder for what belongs to the test.
        session: Name of the sso-session in the config.
    """

    def __init__(
        self,
        program: Path,
        bus: SessionBus,
        host: TrayHost,
        notices: NotificationServer,
        center: IdentityCenter,
        home: Path,
        folder: Path,
        session: str = SESSION,
    ) -> None:
        self.program = program
        self.bus, self.host, self.notices, self.center, self.home = bus, host, notices, center, home
        self.browser = Browser(folder)
        self._browsers = [self.browser]
        self._folder = folder
        self._session = session
        self._started: list[Program] = []
        build_home(home, session=session)

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def cache(self) -> Path:
        return self.home / ".aws" / "sso" / "cache"

    @property
    def state(self) -> Path:
        return self.home / ".local" / "state" / "sso-tray"

    @property
    def log(self) -> str:
        return (self.state / "log" / "sso-tray.log").read_text("utf-8")

    @property
    def icon(self) -> ShownIcon:
        """The program's icon; waits until it is there, or until there is no hope of it."""
        self.host.wait_for(lambda: self.host.icons or self._failed, "the icon")
        assert not self._failed, self._started[-1].errors
        return self.host.icon("sso-tray")

    @property
    def _failed(self) -> bool:
        return bool(self._started) and self._started[-1].process.poll() not in {None, 0}

    def environment(self, **changes: str | None) -> dict[str, str]:
        """Give the program's environment; None takes a variable out."""
        given = {
            **os.environ,
            **self.center.environment(),
            "DBUS_SESSION_BUS_ADDRESS": self.bus.address,
            "BROWSER": self.browser.command,
            "TZ": os.environ.get("TZ", "UTC"),
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def start(self, *arguments: str, **changes: str | None) -> Program:
        """Start the tray. It is ended with the test at the latest."""
        return self._start(("run", "--foreground-status", *arguments), changes)

    def start_demo(self, *arguments: str, **changes: str | None) -> Program:
        """Start the demo, in the tray."""
        return self._start(("demo", *arguments), changes)

    def _start(self, arguments: tuple[str, ...], changes: Mapping[str, str | None]) -> Program:
        folder = self._folder / f"program-{len(self._started)}"
        folder.mkdir()
        program = Program(self.program, arguments, self.environment(**changes), folder)
        self._started.append(program)
        return program

    def run(self, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
        """Run a command in a terminal, to its end."""
        return subprocess.run(
            [self.program, *arguments],
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def another_browser(self) -> Browser:
        """Install a second browser, which knows nothing of the first; ``BROWSER=….command`` makes a program use it."""
        folder = self._folder / f"browser-{len(self._browsers)}"
        folder.mkdir()
        self._browsers.append(Browser(folder))
        return self._browsers[-1]

    def settings(self, text: str) -> None:
        """Write ``settings.toml``."""
        file = self.home / ".config" / "sso-tray" / "settings.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def plant(self, *, seconds: float, refreshable: bool = False) -> Path:
        """Write a token that ends in so many seconds, as a login in a terminal that lies some time back."""
        token = self.center.issue_token(expires_in=seconds)
        return plant_token(self._session, token if refreshable else without_renewal(token))

    def shows(self, words: str) -> str:
        """Wait until the icon says this, and give all it says."""
        self.host.wait_for(lambda: words in self.icon.tooltip, f"an icon that says {words!r}")
        return self.icon.tooltip

    def close(self) -> None:
        """End every program that still runs; what they said is shown where the test failed."""
        for program in self._started:
            program.end()
        for browser in self._browsers:
            browser.close()
        for program in self._started:
            print(*program.lines, program.errors, sep="\n")


@contextmanager
def served(desktop: Desktop) -> Iterator[Desktop]:
    """End what a test has started, also when it failed."""
    try:
        yield desktop
    finally:
        desktop.close()


@contextmanager
def desktop_without_tray(program: Path, bus: SessionBus, home: Path, folder: Path) -> Iterator[Desktop]:
    """Give a program a desktop to which the test itself brings a tray, or none; `host` may appear."""
    nobody = TrayHost(bus.address)
    with (
        NotificationServer(bus.address) as notices,
        IdentityCenter() as center,
        served(Desktop(program, bus, nobody, notices, center, home, folder)) as made,
    ):
        yield made
        nobody.vanish()


@contextmanager
def whole_desktop(program: Path, home: Path, folder: Path) -> Iterator[Desktop]:
    """Give a program a desktop with a tray, notices, a browser, and a home that is set up but not signed in."""
    with (
        session_bus() as bus,
        TrayHost(bus.address) as host,
        NotificationServer(bus.address) as notices,
        IdentityCenter() as center,
        served(Desktop(program, bus, host, notices, center, home, folder)) as made,
    ):
        yield made


def without_renewal(token: Mapping[str, str]) -> dict[str, str]:
    """Take from a token document what a silent renewal needs."""
    return {name: value for name, value in token.items() if name != "refreshToken"}


def token_file(desktop: Desktop) -> dict[str, str]:
    """Read the token on disk, with its secrets."""
    from tray.aws.cache.files import token_path

    document: dict[str, str] = json.loads(token_path(desktop.cache, SESSION).read_text())
    return document


def command_line(pid: int) -> bytes:
    """Read the arguments of a process; empty for one that has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def descendants(pid: int) -> list[int]:
    """List the processes below this one; a process whose starter has ended is not found any more."""
    parents = _parents()
    found = [child for child, parent in parents.items() if parent == pid]
    for child in found:
        found += [below for below, parent in parents.items() if parent == child]
    return found


def _parents() -> dict[int, int]:
    """Map every process to its parent; those that have ended and are not yet waited for are left out."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(folder.name)] = int(fields[1])
    return found
