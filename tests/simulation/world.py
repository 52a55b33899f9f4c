"""The world outside: an Identity Center, one token file, the machine's clock and network. Its truth is never told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from tray.core.model import Token

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = 3600.0
DAY = 24 * HOUR
TOKEN_LIFE = HOUR
REGISTRATION_LIFE = 90 * DAY


@dataclass(slots=True, eq=False)
class Session:
    """A person's sign-in, as Identity Center knows it. Times are true seconds since `BEGIN`."""

    number: int
    ends_at: float
    natural: bool
    """Whether it ends when sessions of its time do: not early, by a browser's older session or an administrator."""

    def holds(self, at: float) -> bool:
        return at < self.ends_at


@dataclass(slots=True)
class Center:
    """Identity Center: hands out tokens, and never says when a session ends."""

    random: Random
    rotates: bool
    session_seconds: float
    reuses_browser_session: float = 0.03
    """Share of logins that continue a browser's session which began before (AWS-SSO-FACTS section 2)."""

    sessions: list[Session] = field(default_factory=list)
    _refresh_tokens: dict[str, Session] = field(default_factory=dict)
    _issued: int = 0

    def log_in(self, at: float) -> str:
        """Begin a session; gives a refresh token."""
        reused = self.random.random() < self.reuses_browser_session
        length = self.session_seconds * (self.random.uniform(0.2, 0.95) if reused else 1.0)
        session = Session(len(self.sessions), at + length, natural=not reused)
        self.sessions.append(session)
        return self._issue(session)

    def renew(self, refresh_token: str, at: float) -> str | None:
        """Answer a renewal with a refresh token, the old one's successor or itself; None is ``invalid_grant``."""
        session = self._refresh_tokens.get(refresh_token)
        if session is None or not session.holds(at):
            return None
        if not self.rotates:
            return refresh_token
        del self._refresh_tokens[refresh_token]
        return self._issue(session)

    def revoke(self, at: float) -> None:
        """End the newest session early, as an administrator can."""
        if self.sessions and self.sessions[-1].holds(at):
            self.sessions[-1].ends_at = at
            self.sessions[-1].natural = False

    def _issue(self, session: Session) -> str:
        self._issued += 1
        token = f"r{self._issued}"
        self._refresh_tokens[token] = session
        return token


@dataclass(slots=True)
class Machine:
    """A computer with one sign-in: its clock, its network, its token file, and the programs that renew it."""

    center: Center
    random: Random
    refreshable: bool = True
    clock_error: float = 0.0
    """Seconds by which its clock is ahead of the truth."""

    online: bool = True
    awake: bool = True
    token: Token | None = None
    session: Session | None = None
    """The session of the token in the file."""

    _refresh_token: str = ""
    _registered_until: datetime = BEGIN
    _written: int = 0

    def now(self, at: float) -> datetime:
        """Tell the time by this machine's clock."""
        return BEGIN + timedelta(seconds=at + self.clock_error)

    def log_in(self, at: float, *, new_client: bool = False) -> None:
        """Write the token of a new session."""
        if new_client or self._registered_until <= self.now(at):
            self._registered_until = self.now(at) + timedelta(seconds=REGISTRATION_LIFE)
        self._refresh_token = self.center.log_in(at)
        self.session = self.center.sessions[-1]
        self._write(at)

    def log_out(self) -> None:
        """Remove the token file."""
        self.token = None

    def renew(self, at: float) -> bool | None:
        """Renew the token as any program does: True done, False ``invalid_grant``, None no answer."""
        if not self.online:
            return None
        refresh_token = self.center.renew(self._refresh_token, at)
        if refresh_token is None:
            return False
        self._refresh_token = refresh_token
        self._write(at)
        return True

    def may_renew(self, at: float) -> bool:
        """Tell whether an AWS CLI command would try to renew the token now, by botocore's rule."""
        now, token = self.now(at), self.token
        if not self.refreshable or token is None or token.expires_at - now >= timedelta(minutes=15):
            return False
        return token.registration_expires_at is not None and token.registration_expires_at > now

    def run_command(self, at: float) -> bool | None:
        """Run an AWS CLI command: True it works, False it says to log in, None the network fails."""
        now, token = self.now(at), self.token
        if token is None or self.session is None:
            return False
        if not self.online:
            return None
        return (self.may_renew(at) and self.renew(at) is True) or (now < token.expires_at and self.session.holds(at))

    def _write(self, at: float) -> None:
        self._written += 1
        now = self.now(at)
        life = TOKEN_LIFE if self.refreshable else 8 * HOUR
        self.token = Token(
            expires_at=now + timedelta(seconds=life),
            refreshable=self.refreshable,
            registration_expires_at=self._registered_until,
            modified_at=now,
            fingerprint=f"a{self._written}",
            refresh_fingerprint=self._refresh_token if self.refreshable else None,
        )
