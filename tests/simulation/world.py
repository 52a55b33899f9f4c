"""The world outside: Identity Center, browsers, token files, a machine's clock and network. Its truth is never told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from tray.core.model import Token

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = 3600.0
DAY = 24 * HOUR
TOKEN_LIFE = HOUR
LEGACY_LIFE = 8 * HOUR
REGISTRATION_LIFE = 90 * DAY


@dataclass(slots=True, eq=False)
class Session:
    """A session of the access portal, as Identity Center knows it. Times are true seconds since `BEGIN`."""

    number: int
    began_at: float
    ends_at: float
    natural: bool
    """Whether it ends when sessions of its time do: not early, by an administrator or by the identity provider."""

    unseen: bool = False
    """Whether it began without any token on this machine: the person opened the portal in the browser."""

    def holds(self, at: float) -> bool:
        return at < self.ends_at


@dataclass(slots=True, eq=False)
class Browser:
    """A person's browser: it holds the portal's session, and that of the identity provider."""

    session: Session | None = None
    provider_until: float = float("-inf")


@dataclass(slots=True)
class Center:
    """Identity Center: hands out tokens, lets a login join the browser's session, never says when a session ends."""

    random: Random
    rotates: bool
    session_seconds: float
    provider_seconds: float | None = None
    """How long the identity provider's own session lasts, which caps the portal's; None for no cap."""

    joins: bool = True
    """Whether a login joins a session that holds (docs/facts: What a login joins); without it each begins one."""

    sessions: list[Session] = field(default_factory=list)
    _refresh_tokens: dict[str, Session] = field(default_factory=dict)
    _issued: int = 0

    def open_portal(self, browser: Browser, at: float) -> Session:
        """Let a browser in: into its session, or into a new one."""
        if self.joins and browser.session is not None and browser.session.holds(at):
            return browser.session
        ends_at = at + self.session_seconds
        natural = True
        if self.provider_seconds is not None:
            if browser.provider_until <= at:
                browser.provider_until = at + self.provider_seconds
            else:
                natural = browser.provider_until >= ends_at  # It signs in silently: the session is shorter this time.
            ends_at = min(ends_at, browser.provider_until)
        browser.session = Session(len(self.sessions), at, ends_at, natural=natural)
        self.sessions.append(browser.session)
        return browser.session

    def log_in(self, browser: Browser, at: float) -> tuple[Session, str]:
        """Sign in by a browser; gives the session and a refresh token."""
        session = self.open_portal(browser, at)
        return session, self._issue(session)

    def renew(self, refresh_token: str, at: float) -> str | None:
        """Answer a renewal with a refresh token, the old one's successor or itself; None is ``invalid_grant``."""
        session = self._refresh_tokens.get(refresh_token)
        if session is None or not session.holds(at):
            return None
        if not self.rotates:
            return refresh_token
        del self._refresh_tokens[refresh_token]
        return self._issue(session)

    def end(self, session: Session, at: float) -> None:
        """End a session early, as a logout or an administrator does."""
        if session.holds(at):
            session.ends_at = at
            session.natural = False

    def revoke(self, at: float) -> None:
        """End the newest session, as an administrator can."""
        if self.sessions:
            self.end(self.sessions[-1], at)

    def _issue(self, session: Session) -> str:
        self._issued += 1
        token = f"r{self._issued}"
        self._refresh_tokens[token] = session
        return token


@dataclass(slots=True)
class TokenFile:
    """The token file of one sign-in, and what only Identity Center knows of it."""

    refreshable: bool
    token: Token | None = None
    session: Session | None = None
    refresh_token: str = ""
    registered_until: datetime = BEGIN


@dataclass(slots=True)
class Machine:
    """A computer: its clock, its network, its browser, its token files, and the programs that renew them."""

    center: Center
    random: Random
    files: dict[str, TokenFile]
    """By sign-in name; all of one portal."""

    browser: Browser = field(default_factory=Browser)
    clock_error: float = 0.0
    """Seconds by which its clock is ahead of the truth."""

    online: bool = True
    awake: bool = True
    _written: int = 0

    def now(self, at: float) -> datetime:
        """Tell the time by this machine's clock."""
        return BEGIN + timedelta(seconds=at + self.clock_error)

    def log_in(self, name: str, at: float, *, new_client: bool = False) -> None:
        """Write the token of a login by this machine's browser."""
        file = self.files[name]
        if new_client or file.registered_until <= self.now(at):
            file.registered_until = self.now(at) + timedelta(seconds=REGISTRATION_LIFE)
        file.session, file.refresh_token = self.center.log_in(self.browser, at)
        self._write(file, at)

    def log_out(self, name: str, at: float) -> bool:
        """End the session of a sign-in at AWS, and remove its token; False where AWS could not be told."""
        file = self.files[name]
        if self.online and file.session is not None and file.token is not None:
            self.center.end(file.session, at)
        file.token = None
        return self.online

    def renew(self, name: str, at: float) -> bool | None:
        """Renew a token as any program does: True done, False ``invalid_grant``, None no answer."""
        if not self.online:
            return None
        file = self.files[name]
        refresh_token = self.center.renew(file.refresh_token, at)
        if refresh_token is None:
            return False
        file.refresh_token = refresh_token
        self._write(file, at)
        return True

    def ask_portal(self, name: str, at: float) -> bool | None:
        """Ask the portal about a token: True it holds, False 401, None no answer."""
        file = self.files[name]
        if not self.online or file.session is None:
            return None
        return file.session.holds(at)

    def may_renew(self, name: str, at: float) -> bool:
        """Tell whether an AWS CLI command would try to renew a token now, by botocore's rule."""
        now, file = self.now(at), self.files[name]
        token = file.token
        if not file.refreshable or token is None or token.expires_at - now >= timedelta(minutes=15):
            return False
        return token.registration_expires_at is not None and token.registration_expires_at > now

    def run_command(self, name: str, at: float) -> bool | None:
        """Run an AWS CLI command: True it works, False it says to log in, None the network fails."""
        now, file = self.now(at), self.files[name]
        if file.token is None or file.session is None:
            return False
        if not self.online:
            return None
        if self.may_renew(name, at) and self.renew(name, at) is True:
            return True
        return now < file.token.expires_at and file.session.holds(at)

    def _write(self, file: TokenFile, at: float) -> None:
        self._written += 1
        now = self.now(at)
        life = TOKEN_LIFE if file.refreshable else LEGACY_LIFE
        file.token = Token(
            expires_at=now + timedelta(seconds=life),
            refreshable=file.refreshable,
            registration_expires_at=file.registered_until,
            modified_at=now,
            fingerprint=f"a{self._written}",
            refresh_fingerprint=file.refresh_token if file.refreshable else None,
        )
