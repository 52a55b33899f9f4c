"""Which sign-in gives each profile its credentials, as botocore decides it (docs/facts: Config keys of a sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, Settings, text_of
from tray.core.dataclass import dataclass
from tray.core.message import Message
from tray.core.model import Kind, SignIn
from tray.core.words import aws_login as aws_login_words
from tray.core.words import config as config_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.aws.config.files import FullConfig

_START_URL = "sso_start_url"
_REGION = "sso_region"
_ACCOUNT = "sso_account_id"
_ROLE = "sso_role_name"
_SESSION = "sso_session"
_LOGIN = "login_session"
_PROCESS = "credential_process"
_ANY_SSO = (_SESSION, _START_URL, _ACCOUNT, _ROLE)


def takes_from_source(settings: Settings) -> bool:
    """Tell whether a profile assumes a role with the credentials of its ``source_profile``."""
    return (
        "source_profile" in settings
        and "role_arn" in settings
        and "credential_source" not in settings
        and "web_identity_token_file" not in settings
    )


def giver(name: str, full: FullConfig) -> str:
    """
    Name the profile whose credentials a profile gives, where its ``credential_process`` asks for another one's.

    Returns:
        That profile; the one that was asked about where it has its own, or where another program's store has them.
    """
    seen = {name}
    while _PROCESS in (settings := full.profiles[name]):
        before_it = "aws_access_key_id" in full.credentials.get(name, {}) or takes_from_source(settings)
        if before_it or any(key in settings for key in (*_ANY_SSO, _LOGIN)):
            break
        from tray.aws.config.credential_process import read_process  # noqa: PLC0415 - few have one

        process = read_process(name, settings)
        other = None if process is None else process.profile
        if other is None or other in seen or other not in full.profiles:
            break
        seen.add(name := other)
    return name


@dataclass(frozen=True, slots=True)
class SignIns:
    """Every sign-in of a config, and what is wrong with those that cannot work."""

    found: tuple[SignIn, ...]
    """In the order of the config file."""

    by_profile: Mapping[str, SignIn]
    """
    The sign-in that gives a profile its credentials, also through ``source_profile``.

    A legacy one has the region of the profile that names it, and may so differ from the one that was found.
    """

    problems: tuple[Message, ...]

    by_program: Mapping[str, str]
    """The program that gives a profile its credentials by a sign-in of its own, which is none of these."""

    roles: Mapping[str, tuple[str | None, str | None]]
    """Account and role of a profile whose ``credential_process`` names them."""


def find_sign_ins(full: FullConfig) -> SignIns:
    """Find every sign-in, and the profiles that it gives credentials to; takes time in proportion to the profiles."""
    search = _Search(full)
    by_profile = {name: sign_in for name in full.profiles if (sign_in := search.sign_in(name)) is not None}
    return SignIns(tuple(search.found.values()), by_profile, tuple(search.problems), search.by_program, search.roles)


class _Search:
    """One run of `find_sign_ins`."""

    def __init__(self, full: FullConfig) -> None:
        self.full = full
        self.found: dict[str, SignIn] = {}
        self.problems: dict[Message, None] = {}
        self.by_program: dict[str, str] = {}
        self.roles: dict[str, tuple[str | None, str | None]] = {}
        self._programs: dict[str, str] = {}
        """By profile, as far as its own ``credential_process`` tells."""

        self._exports: dict[str, str] = {}
        """The profile whose credentials the ``credential_process`` of another one gives."""

        self._console = _console_sign_ins(full)
        self._sessions = {name: self._session(name) for name in full.sso_sessions}
        self._own: dict[str, SignIn | None] = {}
        self._ends: dict[str, str | None] = {}
        """By each profile on the way, the last one of its chain; None where the chain leads nowhere."""

        for kind, name in full.order:
            if kind == PROFILE:
                self._own[name] = self._own_sign_in(name)
            elif (session := self._sessions[name]) is not None:
                self.found[name] = session
        for name in full.profiles:
            if name not in self._own:
                self._own[name] = self._own_sign_in(name)

    def sign_in(self, name: str) -> SignIn | None:
        """Find the sign-in that gives a profile its credentials; follows each profile that leads to another once."""
        end = self._end(name)
        if end is None:
            return None
        sign_in = self._own[end]
        if name in self._exports:
            self._take_role(name)
        if sign_in is None and end in self._programs:
            self.by_program[name] = self._programs[end]
        return sign_in

    def _take_role(self, name: str) -> None:
        """Give a profile the account and role of the one whose credentials its ``credential_process`` gives."""
        given = name
        while given in self._exports:
            given = self._exports[given]
        settings = self.full.profiles[given]
        own = text_of(settings, _ACCOUNT), text_of(settings, _ROLE)
        if not takes_from_source(settings):
            self.roles[name] = own if any(own) else self.roles.get(given, own)

    def _end(self, name: str) -> str | None:
        """Find the profile at the end of a chain; None where it leads nowhere, which is reported."""
        end: str | None = name
        if self._next(name, begins=True) is None:
            return end
        chain = {name: None}
        while True:
            following = next(reversed(chain))
            if len(chain) > 1 and following in self._ends:
                end = self._ends[following]
                break
            source = self._next(following, begins=len(chain) == 1)
            if source is None:
                end = following
                break
            problem = self._problem_of_source(following, source, chain)
            if problem is not None:
                self._report(problem)
                end = None
                break
            chain[source] = None
        for each in chain.keys() - {name}:
            self._ends[each] = end
        return end

    def _next(self, name: str, *, begins: bool) -> str | None:
        """Name the profile that this one takes its credentials from; None where they are its own."""
        settings = self.full.profiles[name]
        if not takes_from_source(settings):
            return self._exports.get(name)
        source = text_of(settings, "source_profile") or ""
        return None if _has_keys(settings) and (source == name or not begins) else source

    def _problem_of_source(self, name: str, source: str, chain: Mapping[str, None]) -> Message | None:
        exports = not takes_from_source(self.full.profiles[name])
        if source not in self.full.profiles:
            unknown = config_words.UNKNOWN_EXPORT if exports else config_words.UNKNOWN_SOURCE
            return unknown(profile=name, source=source)
        if source in chain:
            names = list(chain)
            names = names[names.index(source) :]
            return config_words.source_loop(names, by_process=not self._exports.keys().isdisjoint(names))
        return None

    def _report(self, problem: Message) -> None:
        self.problems[problem] = None

    def _session(self, name: str) -> SignIn | None:
        settings = self.full.sso_sessions[name]
        start_url, region = text_of(settings, _START_URL), text_of(settings, _REGION)
        if start_url and region:
            scopes = (text_of(settings, "sso_registration_scopes") or "").split(",")
            return SignIn(
                name=name,
                kind=Kind.SSO_SESSION,
                start_url=start_url,
                region=region,
                scopes=tuple(scope.strip() for scope in scopes if scope.strip()),
            )
        self._report(config_words.SESSION_LACKS(session=name, key=_REGION if start_url else _START_URL))
        return None

    def _own_sign_in(self, name: str) -> SignIn | None:
        """Find the sign-in that the profile itself names."""
        settings = self.full.profiles[name]
        if "role_arn" in settings and ("credential_source" in settings or "web_identity_token_file" in settings):
            return None
        if _SESSION in settings:
            sign_in = self._named_session(name, settings)
        elif any(key in settings for key in _ANY_SSO):
            sign_in = self._legacy(name, settings)
        else:
            console = self._console.get(_login_session(name, self.full))
            if console is None:
                return self._by_process(name, settings)
            return self.found.setdefault(console.name, console)
        account, role = text_of(settings, _ACCOUNT), text_of(settings, _ROLE)
        if sign_in is not None and bool(account) != bool(role):
            self._report(config_words.PROFILE_LACKS(profile=name, key=_ROLE if account else _ACCOUNT))
        return sign_in

    def _by_process(self, name: str, settings: Settings) -> SignIn | None:
        """Find the sign-in that a ``credential_process`` names; keys of the credentials file come before it."""
        if _PROCESS not in settings or "aws_access_key_id" in self.full.credentials.get(name, {}):
            return None
        from tray.aws.config.credential_process import read_process  # noqa: PLC0415 - few have one

        process = read_process(name, settings)
        if process is None:
            return None
        self.roles[name] = process.account_id, process.role_name
        if process.start_url is not None and process.region is None:
            self._report(config_words.PROCESS_LACKS_REGION(profile=name))
        elif process.start_url is not None and process.region is not None:
            portal = (process.start_url, process.region)
            return (self._session_of(portal) if process.any_token else None) or self._of_portal(*portal)
        elif process.profile is not None:
            self._exports[name] = process.profile
        else:
            self._programs[name] = process.program
        return None

    def _session_of(self, portal: tuple[str, str]) -> SignIn | None:
        """Find an sso-session of a portal: its token can be renewed."""
        sessions = (session for session in self._sessions.values() if session is not None)
        return next((each for each in sessions if (each.start_url.removesuffix("/"), each.region) == portal), None)

    def _of_portal(self, start_url: str, region: str) -> SignIn:
        sign_in = SignIn(name=start_url, kind=Kind.LEGACY, start_url=start_url, region=region)
        self.found.setdefault(start_url, sign_in)
        return sign_in

    def _named_session(self, name: str, settings: Settings) -> SignIn | None:
        session_name = text_of(settings, _SESSION) or ""
        session = self.full.sso_sessions.get(session_name)
        if session is None:
            self._report(config_words.UNKNOWN_SESSION(profile=name, session=session_name))
            return None
        if not session.keys().isdisjoint(settings):
            for key, value in session.items():
                if settings.get(key, value) != value:
                    self._report(config_words.INCONSISTENT(profile=name, session=session_name, key=key))
                    return None
        return self._sessions[session_name]

    def _legacy(self, name: str, settings: Settings) -> SignIn | None:
        start_url, region = text_of(settings, _START_URL), text_of(settings, _REGION)
        if start_url and region:
            return self._of_portal(start_url, region)
        self._report(config_words.PROFILE_LACKS(profile=name, key=_REGION if start_url else _START_URL))
        return None


def _console_sign_ins(full: FullConfig) -> dict[str | None, SignIn]:
    """Find the sign-ins by ``aws login``; by the principal's ARN, but named after a profile, which a person knows."""
    profiles: dict[str, str] = {}
    for name in full.profiles:
        login_session = _login_session(name, full)
        # A default profile may be a copy of another one, or become one.
        if login_session is not None and profiles.get(login_session, DEFAULT_PROFILE) == DEFAULT_PROFILE:
            profiles[login_session] = name
    if not profiles:
        return {}
    taken = {*full.sso_sessions, *(text_of(settings, _START_URL) for settings in full.profiles.values())}
    found: dict[str | None, SignIn] = {}
    for login_session, profile in profiles.items():
        name = profile
        while name in taken:
            name = aws_login_words.NAME(profile=name)
        taken.add(name)
        found[login_session] = SignIn(
            name=name,
            kind=Kind.CONSOLE,
            start_url="",
            region=text_of(full.profiles[profile], "region") or "",
            login_session=login_session,
            login_profile=profile,
        )
    return found


def _login_session(name: str, full: FullConfig) -> str | None:
    """Return the ARN that a profile signs in as by ``aws login``; None where botocore would prefer something else."""
    settings = full.profiles[name]
    if _LOGIN not in settings:
        return None
    in_credentials_file = full.credentials.get(name, {})
    if "role_arn" in settings or "aws_access_key_id" in in_credentials_file or any(key in settings for key in _ANY_SSO):
        return None
    return text_of(settings, _LOGIN)


def _has_keys(settings: Settings) -> bool:
    return "aws_access_key_id" in settings or "aws_secret_access_key" in settings
