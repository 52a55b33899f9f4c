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
_ANY_SSO = (_SESSION, _START_URL, _ACCOUNT, _ROLE)


def takes_from_source(settings: Settings) -> bool:
    """Tell whether a profile assumes a role with the credentials of its ``source_profile``."""
    return (
        "source_profile" in settings
        and "role_arn" in settings
        and "credential_source" not in settings
        and "web_identity_token_file" not in settings
    )


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


def find_sign_ins(full: FullConfig) -> SignIns:
    """Find every sign-in, and the profiles that it gives credentials to; takes time in proportion to the profiles."""
    search = _Search(full)
    by_profile = {name: sign_in for name in full.profiles if (sign_in := search.sign_in(name)) is not None}
    return SignIns(tuple(search.found.values()), by_profile, tuple(search.problems))


class _Search:
    """One run of `find_sign_ins`."""

    def __init__(self, full: FullConfig) -> None:
        self.full = full
        self.found: dict[str, SignIn] = {}
        self.problems: dict[Message, None] = {}
        self._console = _console_sign_ins(full)
        self._sessions = {name: self._session(name) for name in full.sso_sessions}
        self._own: dict[str, SignIn | None] = {}
        self._sourced: dict[str, SignIn | None] = {}
        for kind, name in full.order:
            if kind == PROFILE:
                self._own[name] = self._own_sign_in(name)
            elif (session := self._sessions[name]) is not None:
                self.found[name] = session
        for name in full.profiles:
            if name not in self._own:
                self._own[name] = self._own_sign_in(name)

    def sign_in(self, name: str) -> SignIn | None:
        """Find the sign-in that gives a profile its credentials; follows each ``source_profile`` once in all."""
        if not takes_from_source(self.full.profiles[name]):
            return self._own[name]
        chain = {name: None}
        while True:
            following = next(reversed(chain))
            settings = self.full.profiles[following]
            if len(chain) > 1 and following in self._sourced:
                sign_in = self._sourced[following]
                break
            if not takes_from_source(settings) or (len(chain) > 1 and _has_keys(settings)):
                sign_in = self._own[following]
                break
            source = text_of(settings, "source_profile") or ""
            if source == following and _has_keys(settings):
                sign_in = self._own[following]
                break
            problem = self._problem_of_source(following, source, chain)
            if problem is not None:
                self._report(problem)
                sign_in = None
                break
            chain[source] = None
        for each in chain.keys() - {name}:
            self._sourced[each] = sign_in
        return sign_in

    def _problem_of_source(self, name: str, source: str, chain: Mapping[str, None]) -> Message | None:
        if source not in self.full.profiles:
            return config_words.UNKNOWN_SOURCE(profile=name, source=source)
        if source in chain:
            names = list(chain)
            return config_words.source_loop(names[names.index(source) :])
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
            return None if console is None else self.found.setdefault(console.name, console)
        account, role = text_of(settings, _ACCOUNT), text_of(settings, _ROLE)
        if sign_in is not None and bool(account) != bool(role):
            self._report(config_words.PROFILE_LACKS(profile=name, key=_ROLE if account else _ACCOUNT))
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
            sign_in = SignIn(name=start_url, kind=Kind.LEGACY, start_url=start_url, region=region)
            self.found.setdefault(start_url, sign_in)
            return sign_in
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
