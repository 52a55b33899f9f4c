"""What the embedded Identity Center remembers: clients, sign-in sessions, and all that it has handed out."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from tray.demo.directory import Account
from tray.demo.knobs import Consent, Knobs
from tray.demo.wire import AwsError, invalid_request

ACCOUNT_ACCESS = "sso:account:access"
AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"
GRANT_TYPES = (AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN)

_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, so no words


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client. Times are Unix seconds here and in all of this module."""

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
        """Whether it gets refresh tokens: only with the account access scope (AWS-SSO-FACTS section 2)."""
        return ACCOUNT_ACCESS in self.scopes and self.may_use(REFRESH_TOKEN)


@dataclass(slots=True, eq=False)
class SignInSession:
    """A person's sign-in: its tokens come and go, its end stays where it is."""

    start_url: str
    began_at: float
    ends_at: float
    ended: bool = False
    """Whether it was ended early, by a logout or by an administrator."""

    def holds(self, now: float) -> bool:
        """Tell whether its tokens are still honoured."""
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

    polled_at: float | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token that was handed out."""

    session: SignInSession
    expires_at: float


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


class State:
    """
    Everything that changes while the server runs. Whoever calls a method or touches a field holds `lock`.

    Args:
        knobs: The settings; read anew each time.
        clock: Gives the time in Unix seconds.
        region: Region that this Identity Center lives in.
        start_urls: The start URLs that it answers to; empty for any.
        accounts: What the person is assigned.
    """

    def __init__(
        self,
        knobs: Knobs,
        clock: Callable[[], float],
        region: str,
        start_urls: Collection[str],
        accounts: tuple[Account, ...],
    ) -> None:
        self.lock = threading.RLock()
        self.knobs = knobs
        self.now = clock
        self.region = region
        self.accounts = accounts
        self.url = ""
        self.clients: dict[str, Client] = {}
        self.sessions: list[SignInSession] = []
        self.consents: dict[str, Authorization | DeviceGrant] = {}
        self.codes: dict[str, Authorization] = {}
        self.device_grants: dict[str, DeviceGrant] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.role_keys: dict[str, RoleKeys] = {}
        self._start_urls = {_bare(url) for url in start_urls}

    def check_start_url(self, url: str) -> str:
        """
        Let a start URL or issuer URL of this Identity Center pass.

        Raises:
            AwsError: ``InvalidRequestException``; not https, or not ours.
        """
        if not url.startswith("https://") or (self._start_urls and _bare(url) not in self._start_urls):
            raise invalid_request("Invalid start url provided")
        return url

    def register(
        self,
        name: str,
        scopes: tuple[str, ...] = (),
        grant_types: tuple[str, ...] = (),
        redirect_uris: tuple[str, ...] = (),
        issuer_url: str = "",
    ) -> Client:
        """Register a client; its id and secret have the shape of AWS's (AWS-SSO-FACTS section 1c)."""
        expires_at = int(self.now()) + self.knobs.registration_seconds
        client_id = _base64url(secrets.token_bytes(16) + self.region.encode())
        claims = {"clientId": client_id, "clientName": name, "expirationTimestamp": expires_at, "scopes": scopes}
        secret = ".".join(
            (
                _base64url(json.dumps({"kid": "demo", "alg": "HS384"}).encode()),
                _base64url(json.dumps({"serialized": json.dumps(claims)}).encode()),
                secrets.token_urlsafe(48),
            )
        )
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

    def begin_session(self, start_url: str) -> SignInSession:
        """Begin a sign-in session."""
        now = self.now()
        session = SignInSession(start_url, now, now + self.knobs.session_seconds)
        self.sessions.append(session)
        return session

    def issue_access_token(self, session: SignInSession, seconds: float) -> str:
        """Hand out an access token that lives that long; the portal honours it no longer than its session."""
        token = "aoa" + secrets.token_urlsafe(96)
        self.access_tokens[token] = AccessToken(session, self.now() + seconds)
        return token

    def issue_refresh_token(self, session: SignInSession, client: Client) -> str:
        """Hand out a refresh token."""
        token = "aor" + secrets.token_urlsafe(96)
        self.refresh_tokens[token] = RefreshToken(session, client)
        return token

    def issue_code(self, authorization: Authorization) -> str:
        """Hand out the code of an authorization that the person allowed."""
        code = secrets.token_urlsafe(32)
        self.codes[code] = replace(authorization, expires_at=self.now() + self.knobs.code_seconds)
        return code

    def token_seconds(self, client: Client) -> int:
        """Tell how long an access token of this client lives."""
        return self.knobs.token_seconds if client.scopes else self.knobs.legacy_token_seconds

    def start_device_grant(self, client: Client, start_url: str) -> tuple[str, DeviceGrant]:
        """Begin a device flow; returns its device code, and the rest."""
        letters = "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(8))
        grant = DeviceGrant(
            client,
            f"{letters[:4]}-{letters[4:]}",
            start_url,
            self.now() + self.knobs.device_seconds,
            self.knobs.device_interval,
        )
        device_code = secrets.token_urlsafe(48)
        self.device_grants[device_code] = grant
        return device_code, grant

    def issue_role_keys(self, account_id: str, role_name: str, session_name: str, seconds: float) -> RoleKeys:
        """Hand out credentials for an IAM role."""
        keys = RoleKeys(
            "ASIA" + base64.b32encode(secrets.token_bytes(10)).decode(),
            base64.b64encode(secrets.token_bytes(30)).decode(),
            base64.b64encode(secrets.token_bytes(192)).decode(),
            account_id,
            role_name,
            session_name,
            self.now() + seconds,
        )
        self.role_keys[keys.access_key_id] = keys
        return keys


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bare(url: str) -> str:
    """Drop what does not change which portal a URL means (AWS-SSO-FACTS section 4, deep link)."""
    return url.rstrip("/#")
