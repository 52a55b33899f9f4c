"""
A stand-in for AWS Sign-In, which ``aws login`` speaks to (docs/facts: Console sign-in), on loopback.

It is as strict as the service's model (``signin``, 2023-01-01) and RFC 9449 are: a proof by the key of the login with
each request, fresh and used once; a code for one use, with PKCE; a refresh token for one use, where the model promises
the same answer for a while: whoever works with this one works with that. Tried with the AWS CLI 2.36.7.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from support.elliptic import read_proof

SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
_LIFE_SECONDS = 900
_FRESH_SECONDS = 300


class _Refused(Exception):
    """An answer that is an error, with the HTTP status that the model gives it."""

    STATUS: ClassVar = {"TOKEN_EXPIRED": 401, "AUTHCODE_EXPIRED": 401, "USER_CREDENTIALS_CHANGED": 403}

    def __init__(self, error: str, message: str, kind: str = "AccessDeniedException") -> None:
        super().__init__(message)
        self.document = {"error": error, "message": message}
        self.kind = kind
        codes = {"ValidationException": 400, "TooManyRequestsError": 429, "InternalServerException": 500}
        self.status = codes.get(kind) or self.STATUS.get(error, 403)


@dataclass
class _Login:
    key: str
    """Thumbprint of the key that every proof of this login is made with."""

    ends_at: float
    refresh_token: str = ""


@dataclass
class AwsSignIn:
    """What it knows, and what a test may set."""

    session_hours: float = 12
    says: str = ""
    """What each renewal is refused with: ``USER_CREDENTIALS_CHANGED``, for instance, or another exception's name."""

    url: str = ""
    principal: str = "arn:aws:iam::012345678901:user/alice"
    calls: list[str] = field(default_factory=list)
    """The grant of each request, and what it was answered with."""

    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _logins: dict[str, _Login] = field(default_factory=dict)
    """By the refresh token that is good now."""

    _proofs: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, key: str, hours_ago: float = 0) -> str:
        """Give the refresh token of somebody who signed in so long ago with a key of that thumbprint."""
        return self._rotate(_Login(key, time.time() + (self.session_hours - hours_ago) * 3600))

    @property
    def renewals(self) -> int:
        """How often it gave new credentials without a login."""
        return self.calls.count("refresh_token 200")

    def authorize(self, path: str, query: dict[str, list[str]]) -> str:
        """Answer a person who approves at once: the address that the browser is sent to."""
        asked = {name: values[0] for name, values in query.items()}
        if (
            path != "/v1/authorize"
            or asked.get("code_challenge_method") != "SHA-256"
            or asked.get("response_type") != "code"
        ):
            raise _Refused("INVALID_REQUEST", "no PKCE", "ValidationException")
        if asked.get("client_id") != SAME_DEVICE or not asked["redirect_uri"].startswith("http://127.0.0.1:"):
            raise _Refused("INVALID_REQUEST", "another client", "ValidationException")
        code = secrets.token_urlsafe(32)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, proof: str, body: dict[str, Any], path: str) -> dict[str, Any]:
        """Answer CreateOAuth2Token."""
        if path != "/v1/token":
            raise _Refused("INVALID_REQUEST", "no such operation", "ValidationException")
        with self._lock:
            key = self._key_of(proof, f"{self.url}{path}")
            if body.get("clientId") != SAME_DEVICE:
                raise _Refused("INVALID_REQUEST", "Invalid client", "ValidationException")
            if body.get("grantType") == "authorization_code":
                return self._first(key, body)
            if body.get("grantType") == "refresh_token":
                return self._next(key, body)
            raise _Refused("INVALID_REQUEST", "Invalid grant type", "ValidationException")

    def _key_of(self, proof: str, url: str) -> str:
        try:
            key, claims = read_proof(proof)
        except ValueError as error:
            raise _Refused("INVALID_REQUEST", f"Invalid DPoP header: {error}", "ValidationException") from error
        fresh = abs(time.time() - claims["iat"]) < _FRESH_SECONDS
        if claims["htm"] != "POST" or claims["htu"] != url or not fresh or claims["jti"] in self._proofs:
            raise _Refused("INVALID_REQUEST", "Invalid DPoP header", "ValidationException")
        self._proofs.add(claims["jti"])
        return key

    def _first(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        asked = self._codes.pop(str(body.get("code")), None)
        if asked is None:
            raise _Refused("AUTHCODE_EXPIRED", "The authorization code has expired.")
        digest = hashlib.sha256(str(body.get("codeVerifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if body.get("redirectUri") != asked["redirect_uri"] or challenge != asked["code_challenge"]:
            raise _Refused("INVALID_REQUEST", "Invalid code verifier", "ValidationException")
        claims = {"iat": int(time.time()), "sub": self.principal}
        parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({}, claims)]
        return {**self._tokens(self.begin(key)), "idToken": ".".join([*parts, "signature"])}

    def _next(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.says.endswith(("Exception", "Error")):
            raise _Refused("INVALID_REQUEST", "no", self.says)
        if self.says:
            raise _Refused(self.says, "The refresh token cannot be used.")
        login = self._logins.get(str(body.get("refreshToken")))
        if login is None or time.time() >= login.ends_at:
            raise _Refused("TOKEN_EXPIRED", "The refresh token has expired.")
        if login.key != key:
            raise _Refused("INVALID_REQUEST", "The proof is of another key", "ValidationException")
        del self._logins[login.refresh_token]
        return self._tokens(self._rotate(login))

    def _rotate(self, login: _Login) -> str:
        login.refresh_token = f"the-refresh-token-{secrets.token_urlsafe(16)}"
        self._logins[login.refresh_token] = login
        return login.refresh_token

    def _tokens(self, refresh_token: str) -> dict[str, Any]:
        secret = secrets.token_urlsafe(16)
        return {
            "accessToken": {
                "accessKeyId": "ASIA0123456789SECRET",
                "secretAccessKey": f"the-secret-key-{secret}",
                "sessionToken": f"the-session-token-{secret}",
            },
            "tokenType": "aws_sigv4",
            "expiresIn": _LIFE_SECONDS,
            "refreshToken": refresh_token,
        }


class _Handler(BaseHTTPRequestHandler):
    service: AwsSignIn

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        try:
            place = self.service.authorize(asked.path, parse_qs(asked.query))
        except _Refused as refused:
            self._answer(refused.status, refused.document)
        else:
            self.send_response(302)
            self.send_header("Location", place)
            self.end_headers()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        try:
            told = self.service.token(self.headers.get("DPoP", ""), body, self.path)
        except _Refused as refused:
            self.service.calls.append(f"{body.get('grantType')} {refused.status}")
            self._answer(refused.status, refused.document, refused.kind)
        else:
            self.service.calls.append(f"{body.get('grantType')} 200")
            self._answer(200, told)

    def _answer(self, status: int, document: dict[str, Any], kind: str = "") -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if kind:
            self.send_header("x-amzn-ErrorType", kind)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(service: AwsSignIn) -> Iterator[AwsSignIn]:
    """Serve on a free port of loopback; `AWS_ENDPOINT_URL_SIGNIN` is its ``url``."""
    handler = type("Handler", (_Handler,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield service
        finally:
            server.shutdown()
