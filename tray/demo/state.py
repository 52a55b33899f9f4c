"""What the embedded Identity Center remembers: clients, sign-in sessions, and all that it has handed out."""

from __future__ import annotations

import base64
import json
import math
import secrets
import threading
from collections.abc import Callable, Collection

from tray.core.dataclass import replace
from tray.demo.directory import Account
from tray.demo.knobs import Knobs
from tray.demo.records import (
    AccessToken,
    Authorization,
    Client,
    DeviceGrant,
    RefreshToken,
    RoleKeys,
    SignInSession,
)
from tray.demo.wire import AwsError, invalid_request

_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, so no words


class State:
    """
    Everything that changes while the server runs. Hold `lock` to call a method or touch a field.

    Args:
        knobs: The settings; read anew each time.
        clock: Gives the time in Unix seconds.
        region: Region that this Identity Center lives in.
        start_urls: The start URLs that it answers to; empty for any.
        accounts: The accounts and roles that the person is assigned.
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
        self.browser_sessions: dict[str, SignInSession] = {}
        """By the secret in the browser's cookie."""

        self.idp_sessions: dict[str, float] = {}
        """Ends of the sessions that browsers have with the external IdP, by the secret in the browser's cookie."""

        self.consents: dict[str, Authorization | DeviceGrant] = {}
        self.codes: dict[str, Authorization] = {}
        self.device_grants: dict[str, DeviceGrant] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
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
        scopes: tuple[str, ...] = (),
        grant_types: tuple[str, ...] = (),
        redirect_uris: tuple[str, ...] = (),
        issuer_url: str = "",
    ) -> Client:
        """Register a client; its id and secret have the shape of AWS's (docs/facts: Registration files)."""
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

    def end_sessions(self) -> None:
        """End every session with all its tokens."""
        for session in self.sessions:
            session.ended = True
        for token in self.access_tokens.values():
            token.spared = False

    def issue_access_token(self, session: SignInSession, client: Client, seconds: float) -> str:
        """Hand out an access token that lives that long; the portal honours it no longer than its session."""
        token = "aoa" + secrets.token_urlsafe(96)
        self.access_tokens[token] = AccessToken(session, client, self.now() + seconds)
        return token

    def issue_refresh_token(self, session: SignInSession, client: Client) -> str:
        """Hand out a refresh token."""
        token = "aor" + secrets.token_urlsafe(96)
        self.refresh_tokens[token] = RefreshToken(session, client)
        return token

    def issue_code(self, authorization: Authorization, session: SignInSession) -> str:
        """Hand out the code of an authorization that the person allowed in a browser that holds this session."""
        code = secrets.token_urlsafe(32)
        expires_at = self.now() + self.knobs.code_seconds
        self.codes[code] = replace(authorization, expires_at=expires_at, session=session)
        return code

    def token_seconds(self, session: SignInSession, client: Client) -> int:
        """Tell how long an access token of this client lives that is handed out now."""
        seconds = self.knobs.token_seconds if client.scopes else self.knobs.legacy_token_seconds
        if self.knobs.shorten_last_token:
            seconds = min(seconds, max(1, int(session.ends_at - self.now())))
        return seconds

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


def bare(url: str) -> str:
    """Drop what does not change which portal a URL means (docs/facts: Console links)."""
    return url.rstrip("/#")
