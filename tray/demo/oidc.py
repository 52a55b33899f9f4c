"""
The OIDC service's API: registration, device authorization, tokens.

Its rules: docs/facts: Browser flow, Device code flow, Refresh requests.
"""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import SplitResult, urlsplit

from tray.demo.knobs import Consent
from tray.demo.server import AwsError, Request, Response, invalid_request, json_answer
from tray.demo.state import (
    AUTHORIZATION_CODE,
    DEVICE_CODE,
    GRANT_TYPES,
    REFRESH_TOKEN,
    Client,
    Route,
    Routes,
    SignInSession,
    State,
)

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 section 4.1
_LOOPBACK = ("127.0.0.1", "localhost")
_SHORT_NAMES = {DEVICE_CODE: "device_code"}


def _refusal(error: AwsError) -> Response:
    """Put an error as the OIDC service does: OAuth's ``error`` in the body, the exception in a header."""
    stem = error.code.removesuffix("Exception")
    name = "server_error" if stem == "InternalServer" else re.sub(r"(?<!^)(?=[A-Z])", "_", stem).lower()
    body = {"error": name, "error_description": error.message}
    return json_answer(body, error.status, (("x-amzn-ErrorType", error.code),))


def _register_client(state: State, request: Request) -> Response:
    body = request.json()
    name = _text(body, "clientName")
    if _text(body, "clientType") != "public":
        raise AwsError(400, "InvalidClientMetadataException", "Invalid client type provided")
    grant_types = _texts(body, "grantTypes")
    if not set(grant_types) <= set(GRANT_TYPES):
        raise AwsError(400, "UnsupportedGrantTypeException", "Unsupported grant type provided")
    redirect_uris = _texts(body, "redirectUris")
    if not all(_is_loopback(uri) for uri in redirect_uris):
        raise AwsError(400, "InvalidRedirectUriException", "Invalid redirect uri provided")
    issuer_url = state.check_start_url(_text(body, "issuerUrl")) if "issuerUrl" in body else ""
    if AUTHORIZATION_CODE in grant_types and not (redirect_uris and issuer_url):
        raise invalid_request("The authorization_code grant needs redirectUris and issuerUrl")
    client = state.register(name, _texts(body, "scopes"), grant_types, redirect_uris, issuer_url)
    return json_answer(
        {
            "clientId": client.client_id,
            "clientSecret": client.client_secret,
            "clientIdIssuedAt": int(state.now()),
            "clientSecretExpiresAt": client.expires_at,
        }
    )


def _start_device_authorization(state: State, request: Request) -> Response:
    body = request.json()
    client = state.client(_text(body, "clientId"), _text(body, "clientSecret"))
    if not client.may_use(DEVICE_CODE):
        raise _unauthorized_client()
    start_url = state.check_start_url(_text(body, "startUrl"))
    device_code, grant = state.start_device_grant(client, start_url)
    page = f"{state.url}/device"
    return json_answer(
        {
            "deviceCode": device_code,
            "userCode": grant.user_code,
            "verificationUri": page,
            "verificationUriComplete": f"{page}?user_code={grant.user_code}",
            "expiresIn": state.knobs.device_seconds,
            "interval": state.knobs.device_interval,
        }
    )


def _create_token(state: State, request: Request) -> Response:
    body = request.json()
    client = state.client(_text(body, "clientId"), _text(body, "clientSecret"))
    grant_type = _text(body, "grantType")
    if grant_type not in GRANT_TYPES:
        raise AwsError(400, "UnsupportedGrantTypeException", "Unsupported grant type provided")
    if not client.may_use(grant_type):
        raise _unauthorized_client()
    if grant_type == REFRESH_TOKEN:
        return _renew(state, client, _text(body, "refreshToken"))
    redeem = _redeem_code if grant_type == AUTHORIZATION_CODE else _redeem_device_code
    session = redeem(state, client, body)
    issues = client.renews and state.knobs.issue_refresh_tokens
    return _tokens(state, session, client, state.issue_refresh_token(session, client) if issues else None)


def _redeem_code(state: State, client: Client, body: dict[str, object]) -> SignInSession:
    """Spend an authorization code, good or bad in one attempt; returns the session that it was allowed in."""
    code, verifier, redirect_uri = (_text(body, key) for key in ("code", "codeVerifier", "redirectUri"))
    authorization = state.codes.pop(code, None)
    if authorization is None or authorization.client != client or authorization.expires_at <= state.now():
        raise _invalid_grant("Invalid authorization code provided")
    session = authorization.session
    if session is None or not session.holds(state.now()):
        raise _invalid_grant("Invalid authorization code provided")
    if authorization.redirect_uri != redirect_uri:
        raise _invalid_grant("Invalid redirect uri provided")
    if not _VERIFIER.fullmatch(verifier) or _challenge(verifier) != authorization.challenge:
        raise _invalid_grant("Invalid code verifier provided")
    return session


def _redeem_device_code(state: State, client: Client, body: dict[str, object]) -> SignInSession:
    """Poll a device flow; returns the session that it was allowed in, once the person has allowed it."""
    device_code = _text(body, "deviceCode")
    grant = state.device_grants.get(device_code)
    now = state.now()
    if grant is None or grant.client != client:
        raise _invalid_grant("Invalid device code provided")
    if grant.expires_at <= now:
        raise AwsError(400, "ExpiredTokenException", "The device code has expired")
    if grant.decision is Consent.DENY:
        raise AwsError(400, "AccessDeniedException", "The request was denied")
    too_fast = grant.polled_at is not None and now - grant.polled_at < grant.interval
    grant.polled_at = now
    if too_fast:
        grant.interval += 5  # RFC 8628 section 3.5: for this and all later polls
        raise AwsError(400, "SlowDownException", "Polling too fast")
    if grant.session is None:
        raise AwsError(400, "AuthorizationPendingException", "The person has not decided yet")
    del state.device_grants[device_code]
    if not grant.session.holds(now):
        raise _invalid_grant("Invalid device code provided")
    return grant.session


def _renew(state: State, client: Client, token: str) -> Response:
    """Answer a renewal; the session, and with it its end, stays the same."""
    session, owner = state.refresh_tokens.get(token, (None, None))
    if session is None or owner != client or not session.holds(state.now()):
        raise _invalid_grant("Invalid refresh token provided")
    knobs = state.knobs
    if knobs.omit_refresh_token:
        return _tokens(state, session, client, None)
    if knobs.rotate_refresh_tokens:
        del state.refresh_tokens[token]
        token = state.issue_refresh_token(session, client)
    return _tokens(state, session, client, token)


def _tokens(state: State, session: SignInSession, client: Client, refresh_token: str | None) -> Response:
    seconds = state.token_seconds(session, client)
    body: dict[str, object] = {
        "accessToken": state.issue_access_token(session, client, seconds),
        "tokenType": "Bearer",
        "expiresIn": seconds,
    }
    if refresh_token is not None:
        body["refreshToken"] = refresh_token
    return json_answer(body)


def same_but_for_port(registered: str, requested: str) -> bool:
    """Compare two loopback redirect URIs as RFC 8252 section 7.3 wants it: whatever the port."""
    left, right = _split(registered), _split(requested)
    if left is None or right is None or not _is_loopback(requested):
        return False
    return left._replace(netloc=left.hostname or "") == right._replace(netloc=right.hostname or "")


def _is_loopback(uri: str) -> bool:
    parts = _split(uri)
    plain = parts is not None and not parts.fragment and "@" not in parts.netloc
    return plain and parts is not None and parts.scheme == "http" and parts.hostname in _LOOPBACK


def _split(uri: str) -> SplitResult | None:
    """Split a URI; None for one that cannot be."""
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises for what is no port
    except ValueError:
        return None
    return parts


def _challenge(verifier: str) -> str:
    """Compute the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _token_operation(request: Request) -> str:
    try:
        grant_type = str(request.json().get("grantType"))
    except AwsError:
        return "CreateToken"
    return f"CreateToken/{_SHORT_NAMES.get(grant_type, grant_type)}" if grant_type in GRANT_TYPES else "CreateToken"


def _text(body: dict[str, object], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise invalid_request(f"Invalid or missing parameter: {key}")
    return value


def _texts(body: dict[str, object], key: str) -> tuple[str, ...]:
    value = body.get(key)
    items = value if isinstance(value, list) else [] if value is None else [None]
    if not all(isinstance(item, str) and item for item in items):
        raise invalid_request(f"Invalid parameter: {key}")
    return tuple(items)


def _invalid_grant(message: str) -> AwsError:
    return AwsError(400, "InvalidGrantException", message)


def _unauthorized_client() -> AwsError:
    return AwsError(400, "UnauthorizedClientException", "The client did not register for this grant")


ROUTES: Routes = {
    ("POST", "/client/register"): Route("RegisterClient", _register_client, _refusal),
    ("POST", "/device_authorization"): Route("StartDeviceAuthorization", _start_device_authorization, _refusal),
    ("POST", "/token"): Route(_token_operation, _create_token, _refusal),
}
