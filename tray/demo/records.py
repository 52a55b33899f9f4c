"""What the embedded Identity Center remembers of each client, session, request and token. Times are Unix seconds."""

from __future__ import annotations

from tray.core.dataclass import dataclass, field
from tray.demo.knobs import Consent

ACCOUNT_ACCESS = "sso:account:access"
AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"
GRANT_TYPES = (AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    name: str
    scopes: tuple[str, ...]
    grant_types: tuple[str, ...]
    """Empty where the registration named none: then the device flow and renewal are allowed, as for the AWS CLI."""

    redirect_uris: tuple[str, ...]
    issuer_url: str
    expires_at: int

    def may_use(self, grant_type: str) -> bool:
        """Tell whether the client registered for this grant."""
        return grant_type in (self.grant_types or (DEVICE_CODE, REFRESH_TOKEN))

    @property
    def renews(self) -> bool:
        """Whether it gets refresh tokens: only with the account access scope (docs/facts: Token files)."""
        return ACCOUNT_ACCESS in self.scopes and self.may_use(REFRESH_TOKEN)


@dataclass(slots=True, eq=False)
class SignInSession:
    """
    A person's session with the access portal, held by one browser: logins join it, its tokens come and go, its end
    stays where it is (docs/facts: What a login joins).
    """

    start_url: str
    began_at: float
    ends_at: float
    ended: bool = False
    """Whether it was ended early, by a logout or by an administrator."""

    def holds(self, now: float) -> bool:
        """Tell whether a login joins it, and whether its codes and refresh tokens are honoured."""
        return not self.ended and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Authorization:
    """An authorization request: waits for consent, then for its code to be redeemed."""

    client: Client
    redirect_uri: str
    state: str | None = field(repr=False)
    challenge: str = field(repr=False)
    expires_at: float
    """End of the consent page at first, then of the code."""

    session: SignInSession | None = None
    """That of the browser in which the person allowed it; None until then."""


@dataclass(slots=True, eq=False)
class DeviceGrant:
    """A device flow that runs."""

    client: Client
    user_code: str = field(repr=False)
    start_url: str
    expires_at: float
    interval: float
    decision: Consent = Consent.PAGE
    """``PAGE`` until the person has decided."""

    session: SignInSession | None = None
    """That of the browser in which the person allowed it; None until then."""

    polled_at: float | None = None


@dataclass(slots=True, eq=False)
class AccessToken:
    """An access token that was handed out."""

    session: SignInSession
    client: Client
    expires_at: float
    spared: bool = False
    """Whether it lives on although a logout ended its session (`Knobs.sibling_tokens_die`)."""

    def holds(self, now: float) -> bool:
        """Tell whether the portal honours it: no longer than its session would have lasted."""
        in_session = self.session.holds(now) or (self.spared and now < self.session.ends_at)
        return in_session and now < self.expires_at


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token that was handed out: good for one client, until it is used or its session ends."""

    session: SignInSession
    client: Client


@dataclass(frozen=True, slots=True)
class RoleKeys:
    """Role credentials that were handed out."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    account_id: str
    role_name: str
    """Name of the IAM role."""

    session_name: str
    expires_at: float
