"""What the embedded Identity Center remembers of clients, sessions and tokens. Times are Unix seconds."""

from __future__ import annotations

import base64
import json
import math
import secrets
import threading
from collections.abc import Callable, Collection

from tray.core.dataclass import dataclass, field, replace
from tray.demo.knobs import Consent, Knobs
from tray.demo.organisation import REGION, Account
from tray.demo.server import AwsError, Request, Response, invalid_request

ACCOUNT_ACCESS = "sso:account:access"
AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"
GRANT_TYPES = (AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN)

CONSENT_SECONDS = 600
"""How long a page may stay open before its buttons stop working."""

_CODE_SECONDS = 60
_LEGACY_TOKEN_SECONDS = 8 * 3600
"""Life of an access token given to a client without scopes (docs/facts: Words)."""

_REGISTRATION_SECONDS = 90 * 86400
_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, so no words


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

    @property
    def start_url(self) -> str:
        """Where the person signs in."""
        return self.client.issuer_url


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


class State:
    """
    Everything that changes while the server runs. Hold `lock` to call a method or touch a field.

    Args:
        knobs: Read anew each time.
        clock: Unix seconds.
        start_urls: Those that it answers to; empty for any https address.
        accounts: What the person is assigned.
    """

    def __init__(
        self, knobs: Knobs, clock: Callable[[], float], start_urls: Collection[str], accounts: tuple[Account, ...]
    ) -> None:
        self.lock = threading.RLock()
        self.knobs = knobs
        self.now = clock
        self.accounts = accounts
        self.url = ""
        self.clients: dict[str, Client] = {}
        self.sessions: list[SignInSession] = []
        self.browser_sessions: dict[str, SignInSession] = {}
        """By the secret in the browser's cookie."""

        self.idp_sessions: dict[str, float] = {}
        """Ends of the sessions that browsers have with the external IdP, by the secret in the browser's cookie."""

        self.sign_ins: dict[str, tuple[str, str, float]] = {}
        """Where the IdP's page leads to, the start URL, and the end of the page, by its ticket."""

        self.consents: dict[str, Authorization | DeviceGrant] = {}
        self.codes: dict[str, Authorization] = {}
        self.device_grants: dict[str, DeviceGrant] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, tuple[SignInSession, Client]] = {}
        """Each is good for one client, until it is used or its session ends."""

        self.role_keys: dict[str, RoleKeys] = {}
        self._start_urls = {bare(url) for url in start_urls}

    def check_start_url(self, url: str) -> str:
        """
        Let a start URL or issuer URL of this Identity Center pass.

        Raises:
            AwsError: ``InvalidRequestException``; not https, or not ours.
        """
        if not url.startswith("https://") or (self._start_urls and bare(url) not in self._start_urls):
            raise invalid_request("Invalid start url provided")
        return url

    def register(
        self,
        name: str,
        scopes: tuple[str, ...],
        grant_types: tuple[str, ...],
        redirect_uris: tuple[str, ...],
        issuer_url: str,
    ) -> Client:
        """Register a client; its id and secret have the shape of AWS's (docs/facts: Registration files)."""
        expires_at = int(self.now()) + _REGISTRATION_SECONDS
        client_id = _base64url(secrets.token_bytes(16) + REGION.encode())
        claims = {"clientId": client_id, "clientName": name, "expirationTimestamp": expires_at, "scopes": scopes}
        parts = ({"kid": "demo", "alg": "HS384"}, {"serialized": json.dumps(claims)})
        secret = ".".join((*(_base64url(json.dumps(part).encode()) for part in parts), secrets.token_urlsafe(48)))
        client = Client(client_id, secret, name, scopes, grant_types, redirect_uris, issuer_url, expires_at)
        self.clients[client_id] = client
        return client

    def client(self, client_id: str, client_secret: str) -> Client:
        """
        Find a client that proves who it is.

        Raises:
            AwsError: 401 ``InvalidClientException``; unknown, expired, or another secret.
        """
        client = self.clients.get(client_id)
        if client is None or client.client_secret != client_secret or client.expires_at <= self.now():
            raise AwsError(401, "InvalidClientException", "Invalid client provided")
        return client

    def begin_session(self, start_url: str, cap: float = math.inf) -> SignInSession:
        """Begin a sign-in session, which ends at the cap at the latest."""
        now = self.now()
        session = SignInSession(start_url, now, min(now + self.knobs.session_seconds, cap))
        self.sessions.append(session)
        return session

    def log_out(self, session: SignInSession, client: Client | None = None) -> None:
        """
        End a session, and its tokens as far as the knobs say.

        Args:
            session: The session.
            client: Whose token asked for it; None where the person signed out in the portal itself, which always
                ends what the browser holds.
        """
        if session.ended:
            return
        session.ended = True
        for token in self.access_tokens.values():
            if token.session is session:
                token.spared = not self.knobs.sibling_tokens_die and token.client is not client
        for secret in [secret for secret, held in self.browser_sessions.items() if held is session]:
            if client is None or self.knobs.logout_ends_browser_session:
                del self.browser_sessions[secret]
            else:
                self.browser_sessions[secret] = successor = replace(session, ended=False)
                self.sessions.append(successor)

    def issue_access_token(self, session: SignInSession, client: Client, seconds: float) -> str:
        """Hand out an access token that lives that long; the portal honours it no longer than its session."""
        token = "aoa" + secrets.token_urlsafe(96)
        self.access_tokens[token] = AccessToken(session, client, self.now() + seconds)
        return token

    def issue_refresh_token(self, session: SignInSession, client: Client) -> str:
        """Hand out a refresh token."""
        token = "aor" + secrets.token_urlsafe(96)
        self.refresh_tokens[token] = (session, client)
        return token

    def issue_code(self, authorization: Authorization, session: SignInSession) -> str:
        """Hand out the code of an authorization that the person allowed in a browser that holds this session."""
        code = secrets.token_urlsafe(32)
        self.codes[code] = replace(authorization, expires_at=self.now() + _CODE_SECONDS, session=session)
        return code

    def token_seconds(self, session: SignInSession, client: Client) -> int:
        """Tell how long an access token of this client lives that is handed out now."""
        seconds = self.knobs.token_seconds if client.scopes else _LEGACY_TOKEN_SECONDS
        if self.knobs.shorten_last_token:
            seconds = min(seconds, max(1, int(session.ends_at - self.now())))
        return seconds

    def start_device_grant(self, client: Client, start_url: str) -> tuple[str, DeviceGrant]:
        """Begin a device flow; returns its device code, and the rest."""
        letters = "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(8))
        user_code, ends_at = f"{letters[:4]}-{letters[4:]}", self.now() + self.knobs.device_seconds
        grant = DeviceGrant(client, user_code, start_url, ends_at, self.knobs.device_interval)
        device_code = secrets.token_urlsafe(48)
        self.device_grants[device_code] = grant
        return device_code, grant


@dataclass(frozen=True, slots=True)
class Route:
    """What answers one method and path."""

    operation: str | Callable[[Request], str]
    """Names a request for the log, the delays and the faults; never raises."""

    handle: Callable[[State, Request], Response]
    """Called under the state's lock; raises `AwsError` to refuse."""

    refuse: Callable[[AwsError], Response]
    """Puts an error in the form that this service's clients understand."""


Routes = dict[tuple[str, str], Route]
"""By method and path."""


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def bare(url: str) -> str:
    """Drop what does not change which portal a URL means (docs/facts: Console links)."""
    return url.rstrip("/#")
