"""The set-up page: what it shows, and what it does, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.new_profiles import DEFAULT_PATTERN, Pick, Plan, Wanted, find_present, name_accounts, plan_profiles
from tray.core.clusters import cleaned
from tray.core.dataclass import asdict, replace
from tray.core.errors import Answer, SignInRefused
from tray.core.model import SignIn
from tray.core.start_url import read_start_url
from tray.core.words import setup as setup_words
from tray.core.words import setup_page as page_words
from tray.disk.looking import is_there
from tray.pages.attempt import Attempt
from tray.pages.context import PagesContext
from tray.pages.html import words_of
from tray.pages.server import BadRequest, Page, PageServer
from tray.pages.setup_end import SetupEnd
from tray.pages.versions import version_of
from tray.setup import steps
from tray.setup.finishing import Finishing, read_hours
from tray.setup.flags import Flags
from tray.setup.region_search import RegionSearch, fetch_for, may_be_asked
from tray.setup.regions import known_regions
from tray.setup.sign_in_details import (
    SignInDetails,
    check_profile_region,
    default_region,
    known_sessions,
    likely_regions,
    settle,
    to_offer,
    with_portal,
)
from tray.setup.steps import Directory, PlanChanged, SetupContext

IDLE_SECONDS: Final = 15 * 60.0

_GONE_SECONDS: Final = 5.0
"""Once all is written and the page is hidden, it is closed, or loaded again, which takes less."""

_SEARCH_SECONDS: Final = 0.2
"""The page asks again."""

_FOUND_NOTHING: Final = {"region": None, "by": "", "under_way": False}


def run(
    flags: Flags,
    context: SetupContext,
    environ: Mapping[str, str],
    show: Callable[[str], object],
    *,
    on_stranger: Callable[[], object],
    follow: Callable[[Callable[[], object]], object] = lambda _show_again: None,
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
        follow: Is given what shows the page once more, by another address; to be called from any thread.
        idle_seconds: How long the page may go unused.

    Raises:
        SignInRefused: The person left, or nobody used the page.
        ConfigProblem: The config cannot be read.
        ServiceProblem: No port could be had, or this system does not tell whose connections are whose.
    """
    steps.read(context.paths)
    setup = _SetupPage(flags, context, environ)
    server = PageServer({"setup": setup.page}, ends_with_page=True)
    try:
        show(server.link("setup"))
        follow(lambda: show(server.link("setup")))
        in_use = server.wait(
            lambda: min(idle_seconds, _GONE_SECONDS) if setup.left else idle_seconds, on_stranger=on_stranger
        )
    finally:
        server.close()
    if setup.written:
        return 0
    raise SignInRefused(setup_words.CANCELLED() if in_use else setup_words.PAGE_LEFT())


def setup_page(context: PagesContext) -> Page:
    """Make the page beside others: it begins with no answers, and anew once it is done."""
    return _SetupPage(Flags(details=SignInDetails()), context.setup, context.environ).page()


class _SetupPage:
    def __init__(self, flags: Flags, context: SetupContext, environ: Mapping[str, str]) -> None:
        self.left = False
        """Whether all is written, and the page was closed."""

        self._flags = flags
        self._length = read_hours(flags.length_hours or "")
        self._context = context
        self._paths = context.paths
        self._environ = environ
        self._finishing = Finishing(context.paths, environ)
        self._end = SetupEnd(self._finishing)
        self._regions = known_regions()
        self._search: RegionSearch | None = None
        self._attempt: Attempt | None = None

    @property
    def written(self) -> bool:
        return self._end.result is not None

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
                "default": self._end.make_default,
                "login-start": self._end.start_at_login,
                "hide": self._hide,
                "leave": lambda _: None,
            },
            last=frozenset({"leave"}),
            scripts=("setup-names.js", "setup-done.js"),
            words=words_of(page_words),
            version=lambda: version_of(self._paths.aws_config, self._paths.aws_credentials, self._paths.settings_file),
            over=lambda: self.left,
            close=self.stop,
        )

    def stop(self) -> None:
        """Give up what is under way."""
        if self._attempt is not None:
            self._attempt.stop()

    def _hide(self, _body: dict[str, Any]) -> None:
        self.left = self.written

    def _details(self) -> object:
        self.left = False
        full = steps.read(self._paths)
        likely = likely_regions(full, self._environ)
        given = self._flags.details
        return {
            "given": {name: getattr(given, name) for name in ("session", "start_url", "region", "scopes")},
            "known": [
                {"name": each.name, "start_url": each.start_url, "region": each.region}
                for each in (*known_sessions(full), *to_offer(full, self._finishing.portals()))
            ],
            "likely": [self._region(code) for code in likely],
            "regions": [self._region(code) for code, _ in self._regions.ordered()],
            "scopes": DEFAULT_SCOPE,
            "written": self._end.result,
        }

    def _region(self, code: str) -> dict[str, str]:
        return {"code": code, "name": self._regions.name(code)}

    def _look(self, body: dict[str, Any]) -> object:
        """Find the region that a start URL names, or that its page names, where that is to be asked."""
        found = read_start_url(_text(body, "start_url"))
        if found is None:
            return _FOUND_NOTHING
        if found.region is not None:
            return {"region": self._region(found.region), "by": "start URL", "under_way": False}
        if body.get("ask") is not True or not may_be_asked(self._environ):
            return _FOUND_NOTHING
        if self._search is None or self._search.start_url != found.url:
            fetch = fetch_for(_text(body, "session"), found.url, self._context.renewal.client_settings)
            self._search = RegionSearch(found.url, fetch)
        told = self._search.result(_SEARCH_SECONDS)
        if told is None:
            return {**_FOUND_NOTHING, "under_way": self._search.under_way}
        return {"region": self._region(told), "by": "start page", "under_way": False}

    def _sign_in(self, body: dict[str, Any]) -> object:
        names = ("session", "start_url", "region", "scopes")
        details = SignInDetails(**{name: _text(body, name) or None for name in names})
        if details.region:
            details = replace(details, region=self._regions.meant(details.region, Answer.REGION))
        full = steps.read(self._paths)
        sign_in = settle(full, with_portal(full, details, self._finishing.portals()))
        self.stop()
        device_code = body.get("device_code") is True or self._flags.device_code
        self._attempt = Attempt(sign_in, self._context, device_code=device_code)
        return {"session": sign_in.name, "start_url": sign_in.start_url}

    def _directory(self) -> object:
        sign_in, directory = self._listed()
        full = steps.read(self._paths)
        region = self._flags.profile_region or default_region(full) or self._environ.get("AWS_REGION")
        return {
            "accounts": [
                {"id": each.account_id, "name": cleaned(each.name, " "), "roles": each.roles}
                for each in directory.listed
            ],
            "present": [[pick.account_id, pick.role, name] for pick, name in find_present(full, sign_in.name).items()],
            "pattern": self._flags.pattern or DEFAULT_PATTERN,
            "lower_case": self._flags.lower_case,
            "region": region or sign_in.region,
            "length_hours": self._length or self._finishing.length(sign_in.name),
        }

    def _write(self, body: dict[str, Any]) -> object:
        hours, stamp = read_hours(_text(body, "length_hours")), _text(body, "stamp")
        wanted, backup = self._wanted(body), is_there(self._paths.aws_config)
        planned = plan_profiles(steps.read(self._paths), wanted)
        if _stamp(planned) != stamp:
            raise PlanChanged(setup_words.PLAN_CHANGED())
        written = steps.write(self._paths, wanted, seen=planned)
        self._end.begin(written, wanted.sign_in.name, hours, {**self._as_json(written), "backup": backup})
        return self._end.result

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
            names = {Pick(account_id, role): name for account_id, role, name in body.get("names", ())}
            if not all(isinstance(each, str) for pick in names.items() for each in (*pick[0], pick[1])):
                raise BadRequest
        except (KeyError, TypeError, ValueError):
            raise BadRequest from None
        return Wanted(
            sign_in=sign_in,
            picks=picks,
            account_names=name_accounts(directory.every),
            pattern=_text(body, "pattern"),
            region=check_profile_region(self._regions.meant(_text(body, "region"), Answer.PROFILE_REGION)),
            lower_case=body.get("lower_case") is True,
            names=names,
        )

    def _as_json(self, plan: Plan) -> dict[str, object]:
        return {
            "file": str(self._paths.aws_config),
            "new_session": plan.new_session,
            "profiles": [asdict(profile) for profile in plan.profiles],
            "kept": plan.kept,
            "stamp": _stamp(plan),
        }


def _stamp(plan: Plan) -> str:
    """Tell one plan from another, so that only what the page has shown is written."""
    return hashlib.sha256(repr(plan).encode("utf-8", "surrogatepass")).hexdigest()


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadRequest
    return value.strip()
