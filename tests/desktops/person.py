"""A person at the desktop: her home, her browser, AWS on loopback, and the program that she has started."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from support.desk import until

from desktops.session import Session
from tray.demo.center import IdentityCenter
from tray.demo.organisation import build_home

SIGN_IN = "my-sso"
_ITEM = "org.kde.StatusNotifierItem"
_BROWSER = """\
#!/bin/sh
# Writes down what was opened and with which token of activation, and then acts as a person in a browser.
decision=$(cat {folder}/decision)
printf '%s\\t%s\\t%s\\n' "$1" "$XDG_ACTIVATION_TOKEN" "$DESKTOP_STARTUP_ID" >>{folder}/opened
[ "$decision" = ignore ] && exit 0
[ "$decision" = allow ] || set -- "--$decision" "$1"
exec {python} -m tray.demo.browser "$@" >>{folder}/browser.log 2>&1
"""


class Opened(NamedTuple):
    """A page that the browser was asked to open."""

    url: str
    activation_token: str
    startup_id: str


class Person:
    """
    A person whose program is installed and whose home is empty.

    Args:
        session: Where she is.
        program: The program.
        center: AWS.
    """

    def __init__(self, session: Session, program: Path, center: IdentityCenter) -> None:
        self._session, self._program, self._center = session, program, center
        self._name = ""
        self._folder = session.folder / "browser"
        self._folder.mkdir()
        script = self._folder / "browser"
        names = {"folder": shlex.quote(str(self._folder)), "python": shlex.quote(str(program.with_name("python")))}
        script.write_text(_BROWSER.format(**names))
        script.chmod(0o755)
        session.account.own(self._folder)
        self._environment = {**center.environment(), "BROWSER": f"{shlex.quote(str(script))} %s"}
        self.decide("allow")

    @property
    def home(self) -> Path:
        """Her home."""
        return self._session.home

    @property
    def config(self) -> Path:
        """Where AWS's profiles are."""
        return self.home / ".aws" / "config"

    def decide(self, decision: str) -> None:
        """From now on ``allow`` or ``deny`` what a page asks, or ``ignore`` that it was opened."""
        (self._folder / "decision").write_text(decision)

    @property
    def opened(self) -> list[Opened]:
        """What the browser was asked to open, in order."""
        file = self._folder / "opened"
        return [Opened(*line.split("\t")) for line in file.read_text().splitlines()] if file.exists() else []

    def set_up(self) -> None:
        """Have a config with one sign-in and its profiles."""
        build_home(self.home, session=SIGN_IN)
        self._session.account.own(self.home / ".aws")

    def add_sign_in(self, name: str) -> None:
        """Have one more sign-in, to another portal, with a profile."""
        self.config.write_text(
            f"{self.config.read_text()}\n[sso-session {name}]\nsso_start_url = https://{name}.awsapps.com/start\n"
            "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n\n"
            f"[profile {name}-dev]\nsso_session = {name}\nsso_account_id = 444455556666\nsso_role_name = Developer\n"
        )

    def add_profiles(self, number: int) -> None:
        """Have so many profiles more, with names that a menu could take for mnemonics or markup."""
        text = self.config.read_text()
        for each in range(number):
            text += f"\n[profile my__team_{each:02}&co]\nsso_session = {SIGN_IN}\n"
            text += (
                f"sso_account_id = {100_000_000_000 + each // 3}\nsso_role_name = Role-{each % 3}\nregion = eu-west-1\n"
            )
        self.config.write_text(text)

    def set_config(self, text: str | None) -> None:
        """Have this config; None for none at all."""
        if text is None:
            self.config.unlink()
        else:
            self.config.write_text(text)
            self._session.account.own(self.config)

    def plant(self, seconds: float) -> None:
        """Have a token that ends in so many seconds and cannot be renewed, as from a login in a terminal."""
        token = {
            name: value
            for name, value in self._center.issue_token(expires_in=seconds).items()
            if name != "refreshToken"
        }
        self._write_token(json.dumps(token))

    def spoil(self) -> None:
        """Have a token file that holds no JSON."""
        self._write_token("{ this is no token")

    def forget(self) -> None:
        """Have no token."""
        self.token.unlink(missing_ok=True)

    @property
    def token(self) -> Path:
        """Where the token of her sign-in is."""
        return self.home / ".aws" / "sso" / "cache" / f"{hashlib.sha1(SIGN_IN.encode()).hexdigest()}.json"

    def _write_token(self, text: str) -> None:
        folder = self.token.parent
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / "fresh"
        fresh.write_text(text)
        fresh.chmod(0o600)
        self._session.account.own(self.home / ".aws")
        fresh.replace(self.token)

    def start(self) -> None:
        """Start the program, as from a terminal in the session."""
        self._session.start(self._program, "run", "--foreground-status", name="sso-tray", **self._environment)
        self._name = ""
        until(lambda: self.name, 30, lambda: f"the program offers no icon: {self._session.log('sso-tray')}")

    def quit(self) -> None:
        """End the program."""
        self._session.end("sso-tray")

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._session._processes["sso-tray"].pid

    @property
    def name(self) -> str:
        """The bus name of the program's icon; empty while it has none."""
        if not self._name:
            self._name = next((name for name in self._session.names_of(self.pid) if self._is_icon(name)), "")
        return self._name

    def _is_icon(self, name: str) -> bool:
        where = (name, "/StatusNotifierItem", "org.freedesktop.DBus.Properties")
        return not self._session.bus.call_and_wait(*where, "Get", "ss", (_ITEM, "Id"), timeout=10).error

    def run(self, *arguments: str) -> str:
        """Run a command of the program in a terminal."""
        return self._session.run(self._program, *arguments, seconds=60, check=False, **self._environment)

    def item(self, name: str) -> Any:
        """Read a property of the icon as the program offers it."""
        where = (self.name, "/StatusNotifierItem", "org.freedesktop.DBus.Properties")
        reply = self._session.bus.call_and_wait(*where, "Get", "ss", (_ITEM, name), timeout=10)
        assert not reply.error, f"{name}: {reply.error}"
        return reply.body[0][1]

    @property
    def status(self) -> str:
        """What the program says of the sign-in: the tooltip."""
        return str(self.item("ToolTip")[2])

    def wait_until(self, words: str, seconds: float = 30) -> str:
        """Wait until the program says this, and give all it says."""
        until(lambda: words in self.status, seconds, lambda: f"the program says {self.status!r}, not {words!r}")
        return self.status


@contextmanager
def person(session: Session, program: Path) -> Iterator[Person]:
    """Have a person in a session, with an Identity Center that only she uses."""
    with IdentityCenter() as center:
        yield Person(session, program, center)
