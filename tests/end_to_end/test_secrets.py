"""Nothing that must stay secret is seen anywhere but in the files of the token cache."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from end_to_end.desktop import Desktop, Program, descendants, token_file
from support.center import run_python

from tray.demo.center import IdentityCenter
from tray.demo.server import Request, Response

_SECRET = ("code", "codeVerifier", "clientSecret", "refreshToken", "deviceCode")


class TappedCenter(IdentityCenter):
    """Keeps the secrets that were sent to it."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[str, set[str]] = {}

    def _answer(self, request: Request) -> Response | None:
        if request.method == "POST" and request.path == "/token":
            for name, value in request.json().items():
                if name in _SECRET:
                    self.secrets.setdefault(name, set()).add(str(value))
        if "state" in request.query:
            self.secrets.setdefault("state", set()).add(request.query["state"])
        return super()._answer(request)


class Watch:
    """Looks at every process of a program, over and over: how each was called, and what its environment holds."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._ended = threading.Event()
        self.seen: dict[int, set[bytes]] = {}

    def look(self) -> None:
        while not self._ended.is_set():
            for pid in (self._program.process.pid, *descendants(self._program.process.pid)):
                for file in ("cmdline", "environ"):
                    try:
                        self.seen.setdefault(pid, set()).add(Path(f"/proc/{pid}/{file}").read_bytes())
                    except OSError:
                        continue
            self._ended.wait(0.03)

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()


def test_no_secret_leaves_the_token_cache(desktop: Desktop) -> None:
    desktop.center.stop()
    with TappedCenter() as center:
        center.knobs.device_interval = 1
        desktop.center = center
        program = desktop.start("--verbose")
        watch = Watch(program)
        with watch.running():
            texts = _live_through_a_day(desktop)
        assert program.ended() == 0

    token = token_file(desktop)
    secrets = {
        *(value for values in center.secrets.values() for value in values),
        *(token[name] for name in ("accessToken", "refreshToken", "clientSecret")),
    }
    assert center.secrets.keys() >= {"code", "codeVerifier", "clientSecret", "refreshToken", "state"}
    assert len(watch.seen) >= 3, "the program, its login, the browser"
    assert any(b"login" in text for texts_of in watch.seen.values() for text in texts_of)

    ours = [program.errors, *program.lines, *map(repr, desktop.notices.notices), *map(repr, desktop.host.signals)]
    ours += [
        path.read_text("utf-8", "replace")
        for path in desktop.home.rglob("*")
        if path.is_file() and path.parent != desktop.cache
    ]
    texts += ours
    texts += [text.decode("utf-8", "replace") for texts_of in watch.seen.values() for text in texts_of]
    assert "SSO Tray" in desktop.log
    for secret in secrets:
        assert len(secret) > 20
        assert not [text for text in texts if secret in text]
    keys = [key for url in desktop.browser.opened for key in parse_qs(urlsplit(url).query).get("key", ())]
    assert len(keys) >= 2
    for key in keys:  # They stand in the browser's arguments, and are good for this user alone.
        assert not [text for text in ours if key in text]


def _live_through_a_day(desktop: Desktop) -> list[str]:
    """Sign in, fail to, renew, switch, look at everything; give what the commands printed and the menu said."""
    desktop.icon.click("Log in")
    desktop.shows("signed in")
    texts = [repr(desktop.icon.menu()), repr(desktop.icon.properties())]
    desktop.icon.click("Default profile", "prod")
    desktop.notices.wait_for_notice("Default profile")
    desktop.browser.decide("deny")
    desktop.icon.click("Log in again")
    desktop.notices.wait_for_notice("You are signed out")
    desktop.browser.decide("allow")
    _let_boto3_renew(desktop)
    for command in (["status", "--json"], ["login", "--json"], ["login", "--device-code"]):
        printed = desktop.run("--verbose", *command)
        texts += [printed.stdout, printed.stderr]
    opened = len(desktop.browser.opened)
    desktop.icon.click("Diagnose…")
    desktop.host.wait_for(lambda: len(desktop.browser.opened) > opened, "the doctor's page")
    diagnosis = desktop.run("--verbose", "doctor")
    texts += [diagnosis.stdout, diagnosis.stderr]
    texts += [repr(desktop.icon.menu()), repr(desktop.icon.properties())]
    desktop.icon.click("Quit")
    return texts


def _let_boto3_renew(desktop: Desktop) -> None:
    desktop.plant(seconds=-60, refreshable=True)
    program = "import boto3; boto3.client('sts').get_caller_identity()"
    # The tray renews it too, and boto3 knows no lock of ours: where the tray was first by a moment, boto3 tries again.
    assert any(run_python(program, **desktop.environment()).returncode == 0 for _ in range(3))
