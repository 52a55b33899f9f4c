"""The set-up page: what it shows, and what it does, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.new_profiles import DEFAULT_PATTERN, Pick, Plan, Wanted, find_present, name_accounts, plan_profiles
from tray.core.dataclass import asdict
from tray.core.errors import SignInRefused
from tray.core.model import SignIn
from tray.core.start_url import read_start_url
from tray.core.words import setup as setup_words
from tray.disk.looking import is_there
from tray.pages.attempt import Attempt
from tray.pages.server import BadRequest, Page, PageServer
from tray.setup import steps
from tray.setup.sign_in_details import (
    SignInDetails,
    check_profile_region,
    default_region,
    known_sessions,
    likely_regions,
    settle,
)
from tray.setup.steps import Directory, SetupContext
from tray.setup.terminal import Flags

IDLE_SECONDS: Final = 15 * 60.0


def run(
    flags: Flags,
    context: SetupContext,
    environ: Mapping[str, str],
    show: Callable[[str], object],
    *,
    on_stranger: Callable[[], object],
    idle_seconds: float = IDLE_SECONDS,
) -> int:
    """
    Serve the set-up as a page until it is done.

    Args:
        flags: What the command line answered already; the page shows it.
        context: Its login without a browser.
        environ: Where likely regions are looked up.
        show: Is told the page's address, which works once.
        on_stranger: Called once, when another user of this machine has been turned away.
        idle_seconds: How long the page may go unused.

    Raises:
        SignInRefused: The person left, or nobody used the page.
        ConfigProblem: The config cannot be read.
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """
    steps.read(context.paths)
    setup = _SetupPage(flags, context, environ)
    server = PageServer(setup.page())
    try:
        show(server.link)
        in_use = server.wait(idle_seconds, on_stranger=on_stranger)
    finally:
        server.close()
        setup.stop()
    if not in_use:
        raise SignInRefused(setup_words.PAGE_LEFT())
    if not setup.written:
        raise SignInRefused(setup_words.CANCELLED())
    return 0


class _SetupPage:
    def __init__(self, flags: Flags, context: SetupContext, environ: Mapping[str, str]) -> None:
        self.written = False
        self._flags = flags
        self._context = context
        self._paths = context.paths
        self._environ = environ
        self._attempt: Attempt | None = None

    def page(self) -> Page:
        return Page(
            "setup",
            reads={
                "details": self._details,
                "progress": lambda: asdict(self._current().progress),
                "directory": self._directory,
            },
            acts={
                "look": self._look,
                "sign-in": self._sign_in,
                "stop": lambda _: self.stop(),
                "plan": lambda body: self._as_json(plan_profiles(steps.read(self._paths), self._wanted(body))),
                "write": self._write,
                "leave": lambda _: None,
            },
            last=frozenset({"write", "leave"}),
        )

    def stop(self) -> None:
        """Give up what is under way."""
        if self._attempt is not None:
            self._attempt.stop()

    def _details(self) -> object:
        full = steps.read(self._paths)
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
        names = ("session", "start_url", "region", "scopes")
        details = SignInDetails(**{name: _text(body, name) or None for name in names})
        sign_in = settle(steps.read(self._paths), details)
        self.stop()
        device_code = body.get("device_code") is True or self._flags.device_code
        self._attempt = Attempt(sign_in, self._context, device_code=device_code)
        return {"session": sign_in.name, "start_url": sign_in.start_url}

    def _directory(self) -> object:
        sign_in, directory = self._listed()
        full = steps.read(self._paths)
        region = self._flags.profile_region or default_region(full) or self._environ.get("AWS_REGION")
        return {
            "accounts": [{"id": each.account_id, "name": each.name, "roles": each.roles} for each in directory.listed],
            "present": [[pick.account_id, pick.role, name] for pick, name in find_present(full, sign_in.name).items()],
            "pattern": self._flags.pattern or DEFAULT_PATTERN,
            "region": region or sign_in.region,
            "regions": likely_regions(full, self._environ),
        }

    def _write(self, body: dict[str, Any]) -> object:
        wanted, backup = self._wanted(body), is_there(self._paths.aws_config)
        written = self._as_json(steps.write(self._paths, wanted))
        self.written = True
        return {**written, "backup": backup}

    def _current(self) -> Attempt:
        if self._attempt is None:
            raise BadRequest
        return self._attempt

    def _listed(self) -> tuple[SignIn, Directory]:
        attempt = self._current()
        if attempt.directory is None:
            raise BadRequest
        return attempt.sign_in, attempt.directory

    def _wanted(self, body: dict[str, Any]) -> Wanted:
        sign_in, directory = self._listed()
        allowed = {(each.account_id, role) for each in directory.listed for role in each.roles}
        try:
            picks = tuple(Pick(account_id, role) for account_id, role in body["picks"])
            if not picks or not allowed.issuperset(picks):
                raise BadRequest
        except (KeyError, TypeError, ValueError):
            raise BadRequest from None
        return Wanted(
            sign_in=sign_in,
            picks=picks,
            account_names=name_accounts(directory.every),
            pattern=_text(body, "pattern"),
            region=check_profile_region(_text(body, "region")),
        )

    def _as_json(self, plan: Plan) -> dict[str, object]:
        return {
            "file": str(self._paths.aws_config),
            "new_session": plan.new_session,
            "profiles": [asdict(profile) for profile in plan.profiles],
            "kept": plan.kept,
        }


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadRequest
    return value.strip()
