"""What the set-up page shows and does: its files, and the questions that it asks this program, as JSON."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.new_profiles import DEFAULT_PATTERN, Pick, Plan, Wanted, find_present, name_accounts
from tray.aws.config.start_url import read_start_url
from tray.core.dataclass import asdict, replace
from tray.core.errors import AnswerProblem, ServiceProblem, SignInRefused, TrayError
from tray.core.words import setup as setup_words
from tray.loopback import knows_us
from tray.setup import steps
from tray.setup.background import Work
from tray.setup.details import (
    Details,
    check_profile_region,
    default_region,
    known_sessions,
    likely_regions,
    settle,
)
from tray.setup.guard import Guard, Request, Response
from tray.setup.server import PageServer
from tray.setup.steps import World
from tray.setup.terminal import Flags

IDLE_SECONDS: Final = 15 * 60.0
_FILES: Final = {
    "": ("setup.html", "text/html; charset=utf-8"),
    "setup.css": ("setup.css", "text/css; charset=utf-8"),
    "setup.js": ("setup.js", "text/javascript; charset=utf-8"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
_CSRF_PLACE: Final = b"CSRF-TOKEN"


class BadRequest(Exception):
    """The page would not send such a thing."""


def run(
    flags: Flags,
    world: World,
    environ: Mapping[str, str],
    show: Callable[[str], object],
    *,
    on_stranger: Callable[[], object] = lambda: None,
    idle_seconds: float = IDLE_SECONDS,
) -> int:
    """
    Serve the set-up as a page until it is done.

    Args:
        flags: What the command line answered already; the page shows it.
        world: Paths, a login without a browser, and how to open one (see `World`).
        environ: Where likely regions are looked up.
        show: Is told the page's address, which works once.
        on_stranger: Called once, when another user of this machine has been turned away.
        idle_seconds: How long the page may go unused.

    Raises:
        SignInRefused: The person left, or nobody used the page.
        ConfigProblem: The config cannot be read.
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """
    steps.read(world.paths)
    pages: list[SetupPage] = []

    def make(guard: Guard) -> Callable[[str, Request], Response]:
        pages.append(SetupPage(guard, flags, world, environ))
        return pages[0].answer

    try:
        if not knows_us():
            raise ServiceProblem(setup_words.PAGE_CONNECTIONS_UNKNOWN())
        server = PageServer(make, on_stranger=on_stranger)
    except OSError:
        raise ServiceProblem(setup_words.NO_PAGE_PORT()) from None
    try:
        show(server.guard.link)
        in_use = server.wait(idle_seconds)
    finally:
        server.close()
        pages[0].stop()
    if not in_use:
        raise SignInRefused(setup_words.PAGE_LEFT())
    if not pages[0].written:
        raise SignInRefused(setup_words.CANCELLED())
    return 0


class SetupPage:
    """
    One set-up, step by step.

    Args:
        guard: Of the server; its token goes into the page.
        flags: What the command line answered already; the page shows it.
        world: Paths, a login without a browser, and how to open one (see `World`).
        environ: Where likely regions are looked up.
    """

    def __init__(self, guard: Guard, flags: Flags, world: World, environ: Mapping[str, str]) -> None:
        self.written = False
        self._guard = guard
        self._flags = flags
        self._world = world
        self._environ = environ
        self._lock = threading.Lock()
        self._work: Work | None = None
        self._reads: Mapping[str, Callable[[], object]] = {
            "details": self._details,
            "progress": self._progress,
            "directory": self._directory,
        }
        self._acts: Mapping[str, Callable[[dict[str, Any]], object]] = {
            "look": self._look,
            "sign-in": self._sign_in,
            "stop": self._stop,
            "plan": self._plan,
            "write": self._write,
            "leave": self._leave,
        }

    def answer(self, path: str, request: Request) -> Response:
        """Answer what the guard let pass."""
        if request.method == "GET" and path in _FILES:
            return self._file(path)
        try:
            with self._lock:
                if request.method == "GET" and path in self._reads:
                    return _json(200, self._reads[path]())
                if request.method == "POST" and path in self._acts:
                    last = path in {"write", "leave"}
                    return replace(_json(200, self._acts[path](_object(request.body))), last=last)
        except TrayError as error:
            question = error.answer if isinstance(error, AnswerProblem) else None
            return _json(422, {"question": question, "title": error.title, "hint": error.hint})
        except BadRequest:
            return _json(400, {})
        return _json(404, {})

    def stop(self) -> None:
        """Give up what is under way."""
        if self._work is not None:
            self._work.stop()

    def _file(self, path: str) -> Response:
        name, content_type = _FILES[path]
        content = resources.files("tray.setup").joinpath("web", name).read_bytes()
        return Response(200, content_type, content.replace(_CSRF_PLACE, self._guard.csrf_token.encode()))

    def _details(self) -> object:
        full = steps.read(self._world.paths)
        return {
            "given": asdict(self._flags.details),
            "known": [
                {"name": each.name, "start_url": each.start_url, "region": each.region} for each in known_sessions(full)
            ],
            "regions": likely_regions(full, self._environ),
            "scopes": DEFAULT_SCOPE,
        }

    def _look(self, body: dict[str, Any]) -> object:
        found = read_start_url(_text(body, "start_url"))
        return {"region": found.region if found else None}

    def _sign_in(self, body: dict[str, Any]) -> object:
        details = Details(**{name: _text(body, name) or None for name in ("session", "start_url", "region", "scopes")})
        sign_in = settle(steps.read(self._world.paths), details)
        self.stop()
        device_code = body.get("device_code") is True or self._flags.device_code
        self._work = Work(sign_in, self._world, device_code=device_code)
        return {"session": sign_in.name, "start_url": sign_in.start_url}

    def _progress(self) -> object:
        return asdict(self._current().progress)

    def _stop(self, _body: dict[str, Any]) -> object:
        self.stop()
        return {}

    def _directory(self) -> object:
        work = self._current()
        if work.directory is None:
            raise BadRequest
        full = steps.read(self._world.paths)
        present = find_present(full, work.sign_in.name)
        region = self._flags.profile_region or default_region(full) or self._environ.get("AWS_REGION")
        return {
            "accounts": [
                {"id": each.account_id, "name": each.name, "roles": each.roles} for each in work.directory.listed
            ],
            "present": [[pick.account_id, pick.role, name] for pick, name in present.items()],
            "pattern": self._flags.pattern or DEFAULT_PATTERN,
            "region": region or work.sign_in.region,
            "regions": likely_regions(full, self._environ),
        }

    def _plan(self, body: dict[str, Any]) -> object:
        return self._tell(steps.plan(self._world.paths, self._wanted(body)))

    def _write(self, body: dict[str, Any]) -> object:
        wanted, backup = self._wanted(body), self._world.paths.aws_config.exists()
        told = self._tell(steps.write(self._world.paths, wanted))
        self.written = True
        return {**told, "backup": backup}

    def _leave(self, _body: dict[str, Any]) -> object:
        return {}

    def _current(self) -> Work:
        if self._work is None:
            raise BadRequest
        return self._work

    def _wanted(self, body: dict[str, Any]) -> Wanted:
        work = self._current()
        if work.directory is None:
            raise BadRequest
        allowed = {(each.account_id, role) for each in work.directory.listed for role in each.roles}
        try:
            picks = tuple(Pick(account_id, role) for account_id, role in body["picks"])
            if not picks or not allowed.issuperset(picks):
                raise BadRequest
        except (KeyError, TypeError, ValueError):
            raise BadRequest from None
        return Wanted(
            sign_in=work.sign_in,
            picks=picks,
            account_names=name_accounts(work.directory.every),
            pattern=_text(body, "pattern"),
            region=check_profile_region(_text(body, "region")),
        )

    def _tell(self, plan: Plan) -> dict[str, object]:
        return {
            "file": str(self._world.paths.aws_config),
            "new_session": plan.new_session,
            "profiles": [asdict(profile) for profile in plan.profiles],
            "kept": plan.kept,
        }


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadRequest
    return value


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadRequest
    return value.strip()


def _json(status: int, value: object) -> Response:
    return Response(status, "application/json", json.dumps(value).encode())
